"""Masks: Dice of all pixels together leads, each class beside it; intervals are over pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.checking import check_groups
from pellucid.evaluation.comparison import MIN_UNITS, SIGNIFICANT
from pellucid.evaluation.kinds.base import About, Scoring, Truth
from pellucid.evaluation.masks.objects import objects_by_size
from pellucid.evaluation.masks.overlap import Counts, count_pixels, dice_of, iou_of, mean_over_classes, pooled
from pellucid.evaluation.masks.shown import shown_masks
from pellucid.evaluation.records import Metric, OutputRow, PairedComparison
from pellucid.evaluation.resampling import Statistic, bootstrap
from pellucid.evaluation.result import Evaluation
from pellucid.kinds import MaskTarget, Target

if TYPE_CHECKING:
    from pellucid.tasks import Answer

HEADLINE = "dice"
FEWEST = 5
"""Pictures (or groups) below which nothing is said of how Dice would wander."""
_SWAPS = 9_999
_EXACT = 12
RULE = (
    "Dice and IoU are of all pixels of all pictures together, and so defined also where a picture does not show a "
    "class; 'dice' is their mean over the classes. Per picture, a class counts where it is shown or answered; a "
    "picture without it in which it is answered is a false alarm. Intervals are over pictures."
)


class MaskScoring(Scoring):
    """Scores classes of pixels by one table of counts a picture."""

    higher_is_better: ClassVar[bool] = True

    def headline(self, target: Target, learned: NDArray[Any], *tasks: str) -> str:
        """Return the mean Dice of the classes."""
        return HEADLINE

    def score(self, answer: Answer, truth: Truth, about: About) -> Evaluation:
        """Score every pixel, and each class."""
        from pellucid.tasks import MaskAnswer

        given, target = MaskAnswer.of(answer), MaskTarget.of(truth.target)
        counts = _counts(given.masks, truth)
        groups = check_groups(truth.groups)
        rows = tuple(_row(name, place, counts, groups, truth.seed) for place, name in enumerate(target.classes))
        return Evaluation(
            split=about.split,
            n=len(given),
            task=about.task,
            metrics=self.metrics(given.masks, truth),
            headline=HEADLINE,
            num_groups=None if groups is None else int(groups.max()) + 1,
            outputs=rows,
            masks=shown_masks(about, counts),
            objects=objects_by_size(given.masks, truth.targets, target.classes, seed=truth.seed),
            notes=(RULE, *_few(len(counts) if groups is None else int(groups.max()) + 1)),
        )

    def metrics(self, answered: NDArray[Any], truth: Truth) -> dict[str, Metric]:
        """Return Dice and IoU, means over the classes, Dice a picture, and the share of pixels that are right.

        Args:
            answered: [N, H, W] numbers of classes.
            truth: of the same pictures.
        """
        counts, groups = _counts(answered, truth), check_groups(truth.groups)

        def measured(of: Statistic) -> Metric:
            return _metric(of, len(counts), groups, truth.seed)

        right = np.trace(counts, axis1=1, axis2=2)
        each = mean_over_classes(dice_of(counts))
        return {
            HEADLINE: measured(lambda weights: mean_over_classes(dice_of(pooled(counts, weights)))),
            "iou": measured(lambda weights: mean_over_classes(iou_of(pooled(counts, weights)))),
            "pixel_accuracy": measured(lambda weights: weights @ right / (weights @ counts.sum(axis=(1, 2)))),
            "dice_per_picture": measured(lambda weights: _mean(each, weights)),
        }

    def compare(
        self, first: NDArray[Any], second: NDArray[Any], truth: Truth, *, names: tuple[str, str]
    ) -> PairedComparison:
        """Compare by Dice: the interval is over pictures, and the test swaps the two answers in single pictures."""
        own, others = _counts(first, truth), _counts(second, truth)
        groups = check_groups(truth.groups)

        def dice(counts: Counts, weights: Counts) -> Counts:
            return mean_over_classes(dice_of(pooled(counts, weights)))

        def gain(weights: Counts) -> Counts:
            return dice(others, weights) - dice(own, weights)

        difference = _metric(gain, len(own), groups, truth.seed)
        p_value = _swapped(own, others, groups, truth.seed)
        one = np.ones((1, len(own)))
        values = float(dice(own, one)[0]), float(dice(others, one)[0])
        verdict: Literal["a", "b", "none"] = (
            "none" if p_value is None or p_value >= SIGNIFICANT else "b" if difference.value > 0 else "a"
        )
        lead = {
            "a": f"{names[0]} is better than {names[1]}",
            "b": f"{names[1]} is better than {names[0]}",
            "none": f"No difference between {names[1]} and {names[0]} could be shown",
        }[verdict]
        chance = "too few pictures to test" if p_value is None else f"p = {p_value:.3g} (swap test)"
        summary = f"{lead}: Dice {values[1]:.4f} against {values[0]:.4f} on {len(own):,} pictures, {chance}."
        return PairedComparison(
            a=names[0],
            b=names[1],
            metric=HEADLINE,
            n=len(own),
            a_value=values[0],
            b_value=values[1],
            difference=difference,
            p_value=p_value,
            test="swap test" if groups is None else "swap test by group",
            verdict=verdict,
            summary=summary,
        )


def _counts(answered: NDArray[Any], truth: Truth) -> Counts:
    return count_pixels(answered, truth.targets, len(MaskTarget.of(truth.target).classes))


def _row(name: str, place: int, counts: Counts, groups: NDArray[np.int64] | None, seed: int) -> OutputRow:
    """Return how one class fares: pooled, and picture by picture."""
    there, answered = counts[:, place].sum(axis=1), counts[:, :, place].sum(axis=1)
    each = dice_of(counts)[:, place]
    shown = there > 0

    def measured(of: Statistic) -> Metric:
        return _metric(of, len(counts), groups, seed)

    metrics = {
        "dice": measured(lambda weights: dice_of(pooled(counts, weights))[:, place]),
        "iou": measured(lambda weights: iou_of(pooled(counts, weights))[:, place]),
        "dice_per_picture": measured(lambda weights: _mean(np.where(shown, each, np.nan), weights)),
        "share": Metric(value=float(there.sum() / max(1.0, counts.sum()))),
    }
    if not shown.all():
        alarms = float((answered[~shown] > 0).mean())
        metrics["false_alarms"] = Metric(value=alarms, note=f"of {int((~shown).sum()):,} pictures without it")
    defined = {key: metric for key, metric in metrics.items() if np.isfinite(metric.value)}
    return OutputRow(name=name, metrics=defined)


def _metric(of: Statistic, n: int, groups: NDArray[np.int64] | None, seed: int) -> Metric:
    """Return a figure of [N] pictures with its interval, where there are enough of them to say."""
    value = float(of(np.ones((1, n)))[0])
    units = n if groups is None else int(groups.max()) + 1
    if units < FEWEST:
        return Metric(value=value, note=f"too few to say: {units} {'pictures' if groups is None else 'groups'}")
    ends = bootstrap(of, n, groups=groups, seed=seed)
    if ends is None:
        return Metric(value=value, note="too few to say: it never varies, or is often undefined")
    return Metric(
        value=value, low=ends[0], high=ends[1], method="bootstrap" if groups is None else "clustered-bootstrap"
    )


def _mean(values: Counts, weights: Counts) -> Counts:
    """Return [B] weighted means of [N] values, those that are defined."""
    known = np.isfinite(values)
    total = weights @ known.astype(np.float64)
    return np.asarray(
        np.divide(weights @ np.where(known, values, 0), total, out=np.full(len(weights), np.nan), where=total > 0)
    )


def _swapped(own: Counts, others: Counts, groups: NDArray[np.int64] | None, seed: int) -> float | None:
    """Return how often a difference in Dice is as large when in each picture (or group) the two may be exchanged.

    Exact up to 12 of them, else from 9,999 seeded draws (R. A. Fisher 1935, section 21); None of fewer than 5.
    """
    units = np.arange(len(own)) if groups is None else groups
    count = int(units.max()) + 1
    if count < FEWEST:
        return None
    if count <= _EXACT:
        swaps = (np.arange(2**count)[:, None] >> np.arange(count)) & 1
    else:
        swaps = np.random.default_rng(seed).integers(0, 2, (_SWAPS, count))
    taken: Counts = np.concatenate([np.zeros((1, count), np.int64), swaps])[:, units].astype(np.float64)
    left: Counts = np.asarray(1.0 - taken)
    one = pooled(own, left) + pooled(others, taken)
    other = pooled(others, left) + pooled(own, taken)
    gains = np.abs(mean_over_classes(dice_of(other)) - mean_over_classes(dice_of(one)))
    reached = gains[1:] >= gains[0] - 1e-12
    return float(reached.mean()) if count <= _EXACT else float((reached.sum() + 1) / (len(reached) + 1))


def _few(units: int) -> tuple[str, ...]:
    if units >= MIN_UNITS:
        return ()
    return (f"{units} pictures are few: intervals over so few are too narrow rather than too wide.",)
