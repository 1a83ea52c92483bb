"""From answers to a table: every rung scored on the same examples, and compared with the best one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pellucid.errors import RecipeError
from pellucid.evaluation import Metric, Opening, PairedComparison, compare_paired, compare_paired_values
from pellucid.evaluation.checking import check_groups
from pellucid.evaluation.comparison import compare_paired_scores
from pellucid.evaluation.intervals import label_metrics
from pellucid.evaluation.multilabel import label_set_metrics, samples_f1
from pellucid.evaluation.regression import value_metrics
from pellucid.kinds import ClassTarget, LabelsTarget, SplitName, ValuesTarget, is_uneven
from pellucid.ladder.records import Climbed, Ladder, Rung, Score

if TYPE_CHECKING:
    from pellucid.data import Dataset

_CHOSEN_BY_VAL = (
    "Networks chose their best epoch on val, and the best rung was chosen by it: its score there flatters a little."
)


_LABELS = (
    "f1_macro is the mean of the labels' F1; the paired tests are of each example's own F1 (f1_samples), which pairs. "
    "Networks answer a label from a probability that was fitted on val, which flatters them there; the others from "
    "even odds."
)


def check_target(dataset: Dataset) -> None:
    """Raise RecipeError when a ladder cannot be made of a dataset."""
    if isinstance(dataset.target, ValuesTarget):
        raise RecipeError(
            "A ladder is measured by one metric, and errors of several numbers in different units have no sum.",
            expected=f"One class, several labels or one number; '{dataset.target.name}' is several numbers.",
            fix="Climb for one of them alone (--target), or train without --ladder.",
        )
    if not len(dataset.splits["val"]):
        raise RecipeError("A ladder compares on val, which has no examples here.", fix="Give it a share: --val 0.1")


def tabulate(
    dataset: Dataset,
    climbed: Sequence[Climbed],
    *,
    opening: Opening | None = None,
    notes: Sequence[str] = (),
    seconds: float = 0.0,
) -> Ladder:
    """Score and compare the rungs of a ladder.

    Args:
        dataset: what they learned from.
        climbed: the rungs, each with its answers to val, and to test where that was opened.
        opening: of the test split; None where it stays sealed.
        notes: more that the reader must know.
        seconds: that all of it took.
    """
    headline = headline_of(dataset)
    splits: tuple[SplitName, ...] = ("val",) if opening is None else ("val", "test")
    scored = {split: [_metrics(dataset, split, one.answers[split]) for one in climbed] for split in splits}
    values = [metrics[headline].value for metrics in scored["val"]]
    higher = isinstance(dataset.target, ClassTarget | LabelsTarget)
    best = int(np.argmax(values) if higher else np.argmin(values))
    scores = {split: _scores(dataset, split, climbed, scored[split], headline, best) for split in splits}
    rungs = tuple(
        Rung(
            name=one.name,
            kind=one.kind,
            description=one.description,
            val=scores["val"][place],
            test=scores["test"][place] if opening is not None else None,
            seconds=one.seconds,
            num_bytes=one.num_bytes,
            parameters=one.parameters,
            run=one.run,
        )
        for place, one in enumerate(climbed)
    )
    return Ladder(
        dataset=dataset.name,
        fingerprint=dataset.fingerprint,
        split_fingerprint=dataset.split_fingerprint,
        metric_name=headline,
        higher_is_better=higher,
        num_examples={split: len(indices) for split, indices in dataset.splits.items()},
        rungs=rungs,
        best=climbed[best].name,
        notes=(_CHOSEN_BY_VAL, *((_LABELS,) if isinstance(dataset.target, LabelsTarget) else ()), *notes),
        opening=opening,
        seconds=seconds,
    )


def headline_of(dataset: Dataset) -> str:
    """Return the metric that a ladder is measured by: as an evaluation's headline."""
    if isinstance(dataset.target, LabelsTarget):
        return "f1_macro"
    if not isinstance(dataset.target, ClassTarget):
        return "mae"
    return "balanced_accuracy" if is_uneven(dataset.class_counts("train").values()) else "accuracy"


def _about(dataset: Dataset, split: SplitName) -> tuple[NDArray[Any], NDArray[np.int64] | None]:
    indices = dataset.splits[split]
    return dataset.targets[indices], None if dataset.groups is None else dataset.groups[indices]


def _metrics(dataset: Dataset, split: SplitName, answers: NDArray[Any]) -> dict[str, Metric]:
    targets, groups = _about(dataset, split)
    clusters = check_groups(groups)
    if isinstance(dataset.target, LabelsTarget):
        return label_set_metrics(answers.astype(np.bool_), targets.astype(np.bool_), groups=clusters, seed=0)
    if isinstance(dataset.target, ClassTarget):
        return label_metrics(targets, answers.astype(np.int64), classes=dataset.target.classes, groups=clusters)
    return value_metrics(answers.astype(np.float64), targets.astype(np.float64), groups=clusters, seed=0)


def _scores(
    dataset: Dataset,
    split: SplitName,
    climbed: Sequence[Climbed],
    metrics: Sequence[dict[str, Metric]],
    headline: str,
    best: int,
) -> list[Score]:
    versus = [
        None if place == best else _compare(dataset, split, one, climbed[best]) for place, one in enumerate(climbed)
    ]
    corrected = iter(holm([one.p_value for one in versus if one is not None]))
    return [
        Score(
            metric=found[headline],
            metrics=found,
            versus_best=comparison,
            p_holm=None if comparison is None else next(corrected),
        )
        for found, comparison in zip(metrics, versus, strict=True)
    ]


def _compare(dataset: Dataset, split: SplitName, rung: Climbed, best: Climbed) -> PairedComparison:
    targets, groups = _about(dataset, split)
    first, second = rung.answers[split], best.answers[split]
    if isinstance(dataset.target, LabelsTarget):
        scores = [samples_f1(answers.astype(np.bool_), targets.astype(np.bool_)) for answers in (first, second)]
        return compare_paired_scores(*scores, a=rung.name, b=best.name, groups=groups)
    if not isinstance(dataset.target, ClassTarget):
        return compare_paired_values(first, second, targets, a=rung.name, b=best.name, groups=groups)
    classes = targets if headline_of(dataset) == "balanced_accuracy" else None
    return compare_paired(first == targets, second == targets, a=rung.name, b=best.name, groups=groups, classes=classes)


def holm(p_values: Sequence[float]) -> list[float]:
    """Return p-values corrected for their number, so that the chance of any false one stays what it says.

    Source: S. Holm (1979), A simple sequentially rejective multiple test procedure.
    """
    count = len(p_values)
    corrected, highest = [0.0] * count, 0.0
    for rank, place in enumerate(sorted(range(count), key=lambda place: p_values[place])):
        highest = max(highest, min(1.0, (count - rank) * p_values[place]))
        corrected[place] = highest
    return corrected
