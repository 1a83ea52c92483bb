"""Baselines for texts: methods that count words, which are hard to beat with few texts."""

from __future__ import annotations

from functools import partial

from pellucid.data import Dataset, TextInputs
from pellucid.evaluation.counting_words import counting_methods
from pellucid.evaluation.simple import SIMPLE, Method
from pellucid.kinds import SplitName


def text_methods(dataset: Dataset, split: SplitName, *, balanced: bool) -> list[Method]:
    """Return methods that count words of the training split, and answer a split.

    Args:
        dataset: of texts.
        split: what is answered.
        balanced: whether rare classes count alike, as they did for the network.
    """
    inputs, train, kind = TextInputs.of(dataset.inputs), dataset.splits["train"], dataset.target.kind
    known, asked, targets = inputs.texts(train), inputs.texts(dataset.splits[split]), dataset.targets[train]
    return [
        SIMPLE[kind].constant(dataset.target, targets).method(len(asked)),
        *(
            Method(one.name, partial(one.answer, known, targets, asked))
            for one in counting_methods(kind, balanced=balanced)
        ),
    ]
