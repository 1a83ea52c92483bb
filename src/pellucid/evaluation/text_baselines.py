"""Baselines for texts: methods that count words, which are hard to beat with few texts."""

from __future__ import annotations

from functools import partial
from typing import Any

from numpy.typing import NDArray

from pellucid.data import Dataset, TextInputs
from pellucid.doing import doing
from pellucid.evaluation.beside import score_methods
from pellucid.evaluation.counting_words import counting_methods
from pellucid.evaluation.kinds import Truth
from pellucid.evaluation.records import Baseline
from pellucid.evaluation.simple import SIMPLE, Method
from pellucid.kinds import SplitName


def text_baselines(
    dataset: Dataset, split: SplitName, truth: Truth, *, model_answers: NDArray[Any], balanced: bool
) -> tuple[Baseline, ...]:
    """Train methods that count words on the training split, and score them on a split.

    Args:
        dataset: of texts.
        split: what is scored.
        truth: of its examples.
        model_answers: [N, ...] what the model answers to them, in the form of targets.
        balanced: whether rare classes count alike, as they did for the network.
    """
    inputs, train, kind = TextInputs.of(dataset.inputs), dataset.splits["train"], dataset.target.kind
    known, asked, targets = inputs.texts(train), inputs.texts(dataset.splits[split]), dataset.targets[train]
    methods = [SIMPLE[kind].constant(dataset.target, targets).method(len(asked))]
    for one in counting_methods(kind, balanced=balanced):
        methods.append(Method(one.name, partial(one.answer, known, targets, asked)))
    with doing("scoring methods that count words"):
        return score_methods(methods, truth, model_answers=model_answers)
