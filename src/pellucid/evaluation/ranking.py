"""Metrics of how well a probability sorts: area under the ROC curve, average precision."""

from __future__ import annotations

import math

import numpy as np
import scipy

from pellucid.evaluation.checking import BoolArray, FloatArray, IntArray
from pellucid.evaluation.proportions import LEVEL, effective_number, sum_by_group
from pellucid.evaluation.resampling import Statistic


def roc_auc(positive: BoolArray, scores: FloatArray) -> tuple[float, FloatArray]:
    """Return the area under the ROC curve and what each example contributes to its error.

    The area is the share of (positive, negative) pairs that the score sorts rightly, ties counted half.
    Source of the contributions: E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson (1988), Biometrics 44.

    Args:
        positive: bool [n], at least one True and one False.
        scores: float [n].

    Returns:
        (area, influence [n]): the area's error is about the mean of the influence, whose variance is therefore the
        area's times n.
    """
    n, num_positive = len(scores), int(positive.sum())
    num_negative = n - num_positive
    above = _ranks(scores)
    within = np.empty(n)
    within[positive], within[~positive] = _ranks(scores[positive]), _ranks(scores[~positive])
    placements = above - within
    share = np.where(positive, placements / num_negative, 1 - placements / num_positive)
    area = float(share[positive].mean())
    # The factor under the root undoes the bias of a variance around the mean of its own few examples, as DeLong's does.
    own = np.where(positive, num_positive, num_negative)
    influence = (share - area) * n / own * np.sqrt(own / np.maximum(own - 1, 1))
    return area, influence


def roc_auc_ovr(targets: IntArray, probabilities: FloatArray) -> tuple[float, FloatArray, IntArray]:
    """Return the mean one-versus-rest area, influence [n], and the classes it runs over (those with examples)."""
    counts = np.bincount(targets, minlength=probabilities.shape[1])
    kept = np.flatnonzero((counts > 0) & (counts < len(targets)))
    areas, influence = [], np.zeros(len(targets))
    for k in kept:
        area, part = roc_auc(targets == k, probabilities[:, k])
        areas.append(area)
        influence += part / len(kept)
    return (float(np.mean(areas)) if areas else math.nan), influence, kept.astype(np.int64)


def area_interval(area: float, influence: FloatArray, groups: IntArray | None) -> tuple[float, float] | None:
    """Return the 95 % interval of an area, symmetric in its logit; None when no spread can be seen, as at 0 and 1.

    Where few examples carry the variance, as they do near 1, its own uncertainty widens the interval (Student's t with
    Satterthwaite's degrees of freedom). With groups, contributions are summed within each first (N. A. Obuchowski
    (1997), Biometrics 53).
    """
    sums = influence if groups is None else sum_by_group(influence, groups)
    units = len(sums)
    # At 0 and 1 the logit is infinite, and no pair was seen that tells of a spread.
    if units < 2 or not 0 < area < 1:
        return None
    variance = float((sums**2).sum()) / len(influence) ** 2 * units / (units - 1)
    if variance <= 0:
        return None
    carrying = effective_number(sums)
    freedom = max(1.0, 2 * carrying / max(1 - carrying / units, 1e-9))
    half = float(scipy.special.stdtrit(freedom, 0.5 + LEVEL / 2)) * math.sqrt(variance) / (area * (1 - area))
    middle = float(scipy.special.logit(area))
    return float(scipy.special.expit(middle - half)), float(scipy.special.expit(middle + half))


def average_precision(positive: BoolArray, scores: FloatArray) -> float:
    """Return the mean precision over the recall steps, in [0, 1], as scikit-learn defines it (no interpolation)."""
    return float(average_precision_statistic(positive, scores)(np.ones((1, len(scores))))[0])


def average_precision_statistic(positive: BoolArray, scores: FloatArray) -> Statistic:
    """Return average precision as a function of weights [B, n]; NaN where no positive was drawn."""
    order = np.argsort(-scores, kind="stable")
    sorted_scores, sorted_positive = scores[order], positive[order].astype(np.float64)
    # Equal scores are one step: no order within them could be defended.
    ends = np.append(np.flatnonzero(np.diff(sorted_scores)), len(scores) - 1)

    def statistic(weights: FloatArray) -> FloatArray:
        drawn = weights[:, order]
        found = np.cumsum(drawn * sorted_positive, axis=1)[:, ends]
        named = np.cumsum(drawn, axis=1)[:, ends]
        precision = found / np.maximum(named, 1e-12)
        steps = np.diff(found, axis=1, prepend=0.0)
        total = found[:, -1]
        return np.asarray(
            np.divide((precision * steps).sum(axis=1), total, out=np.full(len(total), np.nan), where=total > 0)
        )

    return statistic


def _ranks(values: FloatArray) -> FloatArray:
    """Return ranks from 0, ties at their middle: how many others lie below, ties counted half."""
    _, index, counts = np.unique(values, return_inverse=True, return_counts=True)
    below = np.cumsum(counts) - counts
    ranks: FloatArray = (below + (counts - 1) / 2)[index.reshape(-1)]
    return ranks
