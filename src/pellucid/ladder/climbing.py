"""The rungs that are no network: trivial and classical, fitted on the training split, answering the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.simple_methods import draw_training_examples
from pellucid.kinds import ClassTarget, ImageInput, LabelsTarget, SplitName, is_uneven
from pellucid.ladder.features import features_of
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
    train = dataset.splits["train"]
    targets = dataset.targets[train]
    on_rung("trivial")
    climbed = [_trivial(dataset, targets, splits)]
    started = time.perf_counter()
    is_labels = isinstance(dataset.target, LabelsTarget)
    kept = draw_training_examples(targets[:, 0].astype(np.float64) if is_labels else targets, seed=0)
    part = (
        "" if len(kept) == len(train) else f" on {len(kept):,} of {len(train):,} training examples, drawn with seed 0"
    )
    learned = features_of(dataset, train[kept])
    asked = {split: features_of(dataset, dataset.splits[split]) for split in splits}
    preparing = time.perf_counter() - started
    is_image = isinstance(dataset.input, ImageInput)
    is_class = isinstance(dataset.target, ClassTarget)
    for method in METHODS:
        if method.tables_only and is_image:
            continue
        on_rung(method.name)
        started = time.perf_counter()
        chosen = choose_and_fit(
            method,
            learned,
            targets[kept],
            kind="labels" if is_labels else "class" if is_class else "value",
            balanced=is_class and is_uneven(dataset.class_counts("train").values()),
            reduce=is_image,
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
    return climbed


def _trivial(dataset: Dataset, targets: NDArray[Any], splits: Sequence[SplitName]) -> Climbed:
    started = time.perf_counter()
    if isinstance(dataset.target, LabelsTarget):
        # The F1 that needs no model: a label that is never answered has none.
        width = len(dataset.target.classes)
        everything = {split: np.ones((len(dataset.splits[split]), width), dtype=np.int64) for split in splits}
        said = f"always all {width} labels"
        return Climbed("every label", "trivial", said, everything, time.perf_counter() - started, 8)
    if isinstance(dataset.target, ClassTarget):
        answer: Any = int(np.bincount(targets).argmax())
        name, said = "majority class", f"always '{dataset.target.classes[answer]}', the most frequent class in training"
    else:
        # The median has the least mean absolute error, by which this ladder is measured.
        answer = float(np.median(targets))
        name, said = "median", f"always {answer:.4g}, the median of the training targets"
    answers = {split: np.full(len(dataset.splits[split]), answer) for split in splits}
    return Climbed(name, "trivial", said, answers, time.perf_counter() - started, 8)
