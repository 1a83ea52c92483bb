"""Rungs of texts: methods that count words."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pellucid.data import TextInputs
from pellucid.evaluation import counting_methods
from pellucid.kinds import SplitName
from pellucid.ladder.kinds import CLIMBING
from pellucid.ladder.methods import held_bytes
from pellucid.ladder.records import Climbed

if TYPE_CHECKING:
    from pellucid.data import Dataset


def climb_by_counting(dataset: Dataset, splits: Sequence[SplitName], on_rung: Callable[[str], None]) -> list[Climbed]:
    """Fit naive Bayes and a linear method on counts of the training texts' words, and answer other splits.

    Args:
        dataset: of texts.
        splits: to answer.
        on_rung: told each method's name before it begins.
    """
    inputs, train, kind = TextInputs.of(dataset.inputs), dataset.splits["train"], dataset.target.kind
    targets, known = dataset.targets[train], inputs.texts(train)
    asked = np.concatenate([dataset.splits[split] for split in splits])
    ends = np.cumsum([len(dataset.splits[split]) for split in splits])[:-1]
    rungs = []
    for method in counting_methods(kind, balanced=CLIMBING[kind].is_balanced(dataset.target, targets)):
        on_rung(method.name)
        started = time.perf_counter()
        answers, words = method.answer(known, targets, inputs.texts(asked))
        rungs.append(
            Climbed(
                name=method.name,
                kind="classical",
                description=words.rstrip("."),
                answers=dict(zip(splits, np.split(answers, ends), strict=True)),
                seconds=time.perf_counter() - started,
                num_bytes=held_bytes(method.estimator),
            )
        )
    return rungs
