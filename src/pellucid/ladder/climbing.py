"""The rungs that are no network: trivial and classical, fitted on the training split, answering the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pellucid.evaluation import ESTIMATORS, draw_training_examples
from pellucid.kinds import SplitName
from pellucid.ladder.features import LOOKING
from pellucid.ladder.kinds import CLIMBING, Trivial
from pellucid.ladder.methods import FOLDS, METHODS, choose_and_fit, held_bytes
from pellucid.ladder.records import Climbed

if TYPE_CHECKING:
    from pellucid.data import Dataset


def climb_classical(
    dataset: Dataset, splits: Sequence[SplitName], *, on_rung: Callable[[str], None] = lambda name: None
) -> list[Climbed]:
    """Fit the trivial and the classical methods on the training split, and answer other splits with them.

    Which features they look at and how they are set is chosen by cross-validation within the training split.

    Args:
        dataset: with one class, several labels or one number as target.
        splits: to answer.
        on_rung: told each method's name before it begins.
    """
    train, target = dataset.splits["train"], dataset.target
    targets = dataset.targets[train]
    kind, looking = CLIMBING[target.kind], LOOKING[dataset.input.kind]
    on_rung("trivial")
    climbed = [_trivial(dataset, kind.trivial(target, targets), splits)]
    started = time.perf_counter()
    kept = draw_training_examples(ESTIMATORS[target.kind].drawn_by(targets), seed=0)
    part = (
        "" if len(kept) == len(train) else f" on {len(kept):,} of {len(train):,} training examples, drawn with seed 0"
    )
    learned = looking.features(dataset, train[kept])
    asked = {split: looking.features(dataset, dataset.splits[split]) for split in splits}
    preparing = time.perf_counter() - started
    for method in METHODS:
        if method.needs_columns and not looking.has_columns:
            continue
        on_rung(method.name)
        started = time.perf_counter()
        chosen = choose_and_fit(
            method,
            learned,
            targets[kept],
            kind=target.kind,
            balanced=kind.is_balanced(target, targets),
            reduce=not looking.has_columns,
            groups=None if dataset.groups is None else dataset.groups[train[kept]],
        )
        answers = {split: chosen.answer(features) for split, features in asked.items()}
        reduced = "" if chosen.components is None else f", {chosen.components} principal components"
        climbed.append(
            Climbed(
                name=method.name,
                kind="classical",
                description=f"on {chosen.features}{reduced}; {chosen.settings}: by {FOLDS}-fold cross-validation "
                f"within train{part}",
                answers=answers,
                seconds=preparing + time.perf_counter() - started,
                num_bytes=held_bytes(chosen.estimator),
            )
        )
    return [*climbed, *looking.climb_own(dataset, splits, on_rung)]


def _trivial(dataset: Dataset, trivial: Trivial, splits: Sequence[SplitName]) -> Climbed:
    started = time.perf_counter()
    answers = {split: trivial.answer(len(dataset.splits[split])) for split in splits}
    return Climbed(trivial.name, "trivial", trivial.description, answers, time.perf_counter() - started, 8)
