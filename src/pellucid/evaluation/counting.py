"""Metrics that follow from the confusion matrix alone, each with its slope in every cell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from pellucid.evaluation.checking import BoolArray, FloatArray, IntArray
from pellucid.evaluation.proportions import design_effect, group_quantile, normal_quantile, wilson_arrays

Numbers = TypeVar("Numbers", float, FloatArray)
_PULL = 4.0
"""Examples' worth of pull of each row towards the overall share of right answers, for the variance only."""


def confusion_matrix(targets: IntArray, predicted: IntArray, *, num_classes: int) -> IntArray:
    """Return int64 [K, K] counts: rows are targets, columns predictions."""
    cells = np.bincount(targets * num_classes + predicted, minlength=num_classes * num_classes)
    return cells.reshape(num_classes, num_classes).astype(np.int64)


@dataclass(frozen=True)
class Sloped:
    """A metric's value at some confusion matrix, and its derivative by the share of each cell, [K, K].

    The metrics below take the confusion matrix as float64 [K, K]: rows are targets, columns are predictions.
    """

    value: float
    slope: FloatArray


def class_recall(confusion: FloatArray) -> FloatArray:
    """Return [K] shares of each class's examples that were found; 0 for a class without examples."""
    return divide(np.diag(confusion), confusion.sum(axis=1))


def class_precision(confusion: FloatArray) -> FloatArray:
    """Return [K] shares of each class's predictions that are right; 0 for a class never predicted."""
    return divide(np.diag(confusion), confusion.sum(axis=0))


def class_f1(confusion: FloatArray) -> FloatArray:
    """Return [K] harmonic means of precision and recall; 0 where both are 0."""
    return divide(2 * np.diag(confusion), confusion.sum(axis=1) + confusion.sum(axis=0))


def balanced_accuracy(confusion: FloatArray) -> Sloped:
    """Return the mean recall of the classes that have examples."""
    support = confusion.sum(axis=1)
    recall, count = class_recall(confusion), np.count_nonzero(support)
    slope = divide(np.eye(len(support)) - recall[:, None], support[:, None]) / count
    return Sloped(float(recall.sum()) / count, slope)


def recall_macro(confusion: FloatArray) -> Sloped:
    """Return the mean recall of the classes that occur among targets or predictions, as scikit-learn does."""
    balanced, part = balanced_accuracy(confusion), _share_of_occurring(confusion.sum(axis=1), confusion)
    return Sloped(balanced.value * part, balanced.slope * part)


def precision_macro(confusion: FloatArray) -> Sloped:
    """Return the mean precision of the classes that occur; 0 for one that was never predicted."""
    balanced, part = balanced_accuracy(confusion.T), _share_of_occurring(confusion.sum(axis=0), confusion)
    return Sloped(balanced.value * part, balanced.slope.T * part)


def f1_macro(confusion: FloatArray) -> Sloped:
    """Return the mean F1 of the classes that occur."""
    both = confusion.sum(axis=1) + confusion.sum(axis=0)
    f1, count = class_f1(confusion), np.count_nonzero(both)
    lowered = divide(f1, both)
    slope = np.diag(divide(np.full(len(both), 2.0), both)) - lowered[:, None] - lowered[None, :]
    return Sloped(float(f1.sum()) / count, slope / count)


def mcc(confusion: FloatArray) -> Sloped:
    """Return Matthews' correlation of targets and predictions, in [-1, 1]; 0 when either never varies.

    Source: J. Gorodkin (2004), Computational Biology and Chemistry 28 (K classes).
    """
    total = confusion.sum()
    support, predicted = confusion.sum(axis=1) / total, confusion.sum(axis=0) / total
    agreement = float(np.trace(confusion) / total - support @ predicted)
    spreads = 1 - float(support @ support), 1 - float(predicted @ predicted)
    if min(spreads) <= 1e-12:
        return Sloped(0.0, np.zeros_like(confusion))
    scale = float(np.sqrt(spreads[0] * spreads[1]))
    value = agreement / scale
    slope = (np.eye(len(support)) - predicted[:, None] - support[None, :]) / scale
    slope = slope + value * (support[:, None] / spreads[0] + predicted[None, :] / spreads[1])
    return Sloped(value, slope / total)


COUNT_METRICS: dict[str, Callable[[FloatArray], Sloped]] = {
    "balanced_accuracy": balanced_accuracy,
    "f1_macro": f1_macro,
    "precision_macro": precision_macro,
    "recall_macro": recall_macro,
    "mcc": mcc,
}
"""From confusion matrix to metric, by scikit-learn's name ("mcc" is its matthews_corrcoef)."""


def count_interval(
    name: str, confusion: IntArray, *, examples: tuple[IntArray, IntArray, IntArray] | None = None
) -> tuple[float, float]:
    """Return the interval of a metric of COUNT_METRICS: Wilson's, at the number of examples that gives its variance.

    The variance comes from the slopes (delta method) at a confusion matrix that is pulled a little towards the overall
    share of right answers. So the interval does not shrink to nothing when all answers are right, and its ends stay in
    the metric's range.

    Args:
        name: of the metric.
        confusion: int64 [K, K].
        examples: (targets, predicted, groups), each int64 [n], when whole groups are drawn; None: single examples.
    """
    metric, n = COUNT_METRICS[name], int(confusion.sum())
    lowest = -1.0 if name == "mcc" else 0.0
    # Recall is a share of rows (examples of a class), precision of columns (answers of a class): each is pulled along
    # its own denominator, whose sums stay as they are.
    pulled = _pulled(confusion.T).T if name == "precision_macro" else _pulled(confusion)
    at_pulled = metric(pulled)
    variance = _variance(pulled, at_pulled.slope) / n
    quantile = normal_quantile()
    if examples is not None:
        targets, predicted, groups = examples
        shares = confusion / n
        slope = metric(shares).slope
        # Members of a group are right or wrong together: the variance grows by what their influences have in common.
        influence = (slope - (shares * slope).sum())[targets, predicted]
        variance *= design_effect(influence, groups)
        quantile = group_quantile(int(groups.max()) + 1)
    width = 1 - lowest
    share = float(np.clip((metric(confusion / n).value - lowest) / width, 0, 1))
    near = (at_pulled.value - lowest) / width
    # The metric is no share of n examples, but has the variance of one of so many; of these Wilson's interval is taken,
    # on the range from `lowest` to 1. At the pulled value: at a perfect one the variance would be 0.
    effective = near * (1 - near) * width**2 / variance
    low, high = wilson_arrays([share * effective], [effective], z=quantile)
    return lowest + width * float(low[0]), lowest + width * float(high[0])


def f1_ends(confusion: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return the ends [K] of each class's F1.

    F1 = 2J / (1 + J), where J = correct / (correct + missed + false alarms) is a plain share: Wilson's interval of J,
    carried over.
    Source: K. F. Y. Lam (2023), "Confidence intervals for the F1 score" (arXiv 2309.14621, "Wilson indirect").
    """
    correct = np.diag(confusion)
    low, high = wilson_arrays(correct, confusion.sum(axis=1) + confusion.sum(axis=0) - correct)
    return f1_of_jaccard(low), f1_of_jaccard(high)


def f1_of_jaccard(jaccard: Numbers) -> Numbers:
    """Return F1 from the share correct / (correct + missed + false alarms)."""
    return 2 * jaccard / (1 + jaccard)


def divide(above: FloatArray, below: FloatArray) -> FloatArray:
    """Return above / below, broadcast, float64; 0 where below is 0."""
    shape = np.broadcast_shapes(above.shape, below.shape)
    result: FloatArray = np.divide(above, below, out=np.zeros(shape), where=np.broadcast_to(below > 0, shape))
    return result


def _share_of_occurring(counts: FloatArray, confusion: FloatArray) -> float:
    occurring: BoolArray = (confusion.sum(axis=1) + confusion.sum(axis=0)) > 0
    return float(np.count_nonzero(counts) / np.count_nonzero(occurring))


def _pulled(confusion: IntArray) -> FloatArray:
    """Return shares of cells [K, K], each row pulled towards the overall share of right answers.

    Rows keep their sums.
    """
    num_classes, total = len(confusion), confusion.sum()
    right = (float(np.trace(confusion)) + 1) / (float(total) + 2)
    prior = np.full((num_classes, num_classes), (1 - right) / (num_classes - 1))
    np.fill_diagonal(prior, right)
    rows = confusion.sum(axis=1, keepdims=True)
    return np.asarray((confusion + _PULL * prior) / (rows + _PULL) * rows / total)


def _variance(shares: FloatArray, slope: FloatArray) -> float:
    mean = float((shares * slope).sum())
    return float((shares * (slope - mean) ** 2).sum())
