"""Rungs of series: methods that know that steps follow one another, as `evaluation` has them beside a model."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pellucid.evaluation import series_examples, series_methods
from pellucid.kinds import SplitName, Wishes
from pellucid.ladder.records import Climbed
from pellucid.preprocessing import fit_preprocessing

if TYPE_CHECKING:
    from pellucid.data import Dataset


def climb_series(dataset: Dataset, splits: Sequence[SplitName], on_rung: Callable[[str], None]) -> list[Climbed]:
    """Fit the methods of series on the training split, and answer other splits with them.

    Args:
        dataset: of series.
        splits: to answer.
        on_rung: told each method's name before it begins.
    """
    target, train = dataset.target, dataset.splits["train"]
    preprocessing, _ = fit_preprocessing(dataset, Wishes(kinds=("series",)))
    known = series_examples(dataset, preprocessing, train)
    asked = [series_examples(dataset, preprocessing, dataset.splits[split]) for split in splits]
    climbed = []
    for method in series_methods(target.kind):
        on_rung(method.name)
        started = time.perf_counter()
        answers, words = method.answer(known, dataset.targets[train], asked, target.kind)
        climbed.append(
            Climbed(
                name=method.name,
                kind="classical",
                description=words[:1].lower() + words[1:].rstrip("."),
                answers=dict(zip(splits, answers, strict=True)),
                seconds=time.perf_counter() - started,
                num_bytes=known.values.nbytes,
            )
        )
    return climbed
