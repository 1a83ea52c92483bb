"""Predicted numbers and targets in, an Evaluation out."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pellucid.evaluation.checking import (
    FloatArray,
    IntArray,
    check_groups,
    check_indices,
    check_names,
    check_same_length,
    check_values,
)
from pellucid.evaluation.mistakes import draw_residuals, largest_errors
from pellucid.evaluation.proportions import LEVEL, effective_number, sum_by_group
from pellucid.evaluation.records import Metric
from pellucid.evaluation.resampling import Statistic, bootstrap, bootstrap_mean
from pellucid.evaluation.result import Evaluation
from pellucid.kinds import SplitName

MIN_CARRYING_SQUARES, MAX_KURTOSIS = 3.0, 100.0
"""When too few of the squared errors carry their variance, rmse and r2 get no interval: the tail is heavy."""
MIN_UNITS = 20
"""Examples (or groups) below which a bootstrapped metric gets no interval."""


def evaluate_regression(
    values: ArrayLike,
    targets: ArrayLike,
    *,
    split: SplitName,
    task: str = "regression",
    names: Sequence[str] | None = None,
    indices: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    seed: int = 0,
) -> Evaluation:
    """Return mae, rmse, r2 and median_absolute_error of predicted numbers, each with its interval.

    Args:
        values: float [N], predictions in the target's unit.
        targets: float [N].
        split: which split the examples are from.
        task: e.g. "regression".
        names: N names to show; None: "example 0", ...
        indices: int [N], each example's index in the dataset; None: 0 to N - 1.
        groups: [N], examples of equal group are alike: intervals are then by group.
        seed: of the bootstrap and of the pairs kept for a plot.

    Raises:
        DataError: lengths disagree, nothing to evaluate, numbers that are not finite.
    """
    start = time.perf_counter()
    predicted, truth = check_values(values, what="Predictions"), check_values(targets, what="Targets")
    n = check_same_length(predictions=predicted, targets=truth, names=names, indices=indices, groups=groups)
    clusters = check_groups(groups)
    metrics = value_metrics(predicted, truth, groups=clusters, seed=seed)
    notes = () if "r2" in metrics else ("r2 is not defined: all targets are equal.",)
    return Evaluation(
        can_climb=True,
        split=split,
        n=n,
        task=task,
        metrics=metrics,
        headline="mae",
        num_groups=None if clusters is None else int(clusters.max()) + 1,
        residuals=draw_residuals(predicted, truth, seed=seed),
        large_errors=largest_errors(
            predicted, truth, names=check_names(names, n=n), indices=check_indices(indices, n=n)
        ),
        notes=notes,
        seconds=time.perf_counter() - start,
    )


def value_metrics(values: FloatArray, targets: FloatArray, *, groups: IntArray | None, seed: int) -> dict[str, Metric]:
    """Return mae, rmse, r2 (where the targets vary) and median_absolute_error.

    Args:
        values: float [N], predictions.
        targets: float [N].
        groups: int64 [N], 0 to G - 1, or None.
        seed: of the bootstrap.
    """
    errors = values - targets
    sizes, squares = np.abs(errors), errors**2
    mae, rmse = float(sizes.mean()), float(np.sqrt(squares.mean()))
    metrics = {"mae": _metric(mae, len(values), groups, lambda: bootstrap_mean(sizes, groups=groups, seed=seed))}
    carried = squares if groups is None else sum_by_group(squares - squares.mean(), groups)
    # Where a few huge errors are all there is to the spread, the next sample may have a larger one: no resample knows.
    heavy = effective_number(carried - carried.mean()) < max(MIN_CARRYING_SQUARES, len(carried) / MAX_KURTOSIS)

    def rmse_ends() -> tuple[float, float] | None:
        ends = None if heavy else bootstrap_mean(squares, groups=groups, seed=seed)
        # The interval is of the mean square, and roots keep order: its ends become those of its root.
        return None if ends is None else (math.sqrt(ends[0]), math.sqrt(ends[1]))

    metrics["rmse"] = _metric(rmse, len(values), groups, rmse_ends)
    if np.ptp(targets) > 0:
        statistic = r_squared(errors, targets)
        value = float(statistic(np.ones((1, len(values))))[0])
        metrics["r2"] = _metric(
            value,
            len(values),
            groups,
            lambda: None if heavy else bootstrap(statistic, len(values), groups=groups, seed=seed),
        )
    metrics["median_absolute_error"] = _median_metric(errors, groups, seed)
    return metrics


def r_squared(errors: FloatArray, targets: FloatArray) -> Statistic:
    """Return 1 - squared error / spread of the targets, as a function of weights [B, n]; NaN without spread."""
    squares, centred = errors**2, targets - targets.mean()

    def statistic(weights: FloatArray) -> FloatArray:
        total = weights.sum(axis=1)
        spread = weights @ centred**2 - (weights @ centred) ** 2 / total
        share = np.divide(weights @ squares, spread, out=np.full(len(total), math.nan), where=spread > 1e-12 * total)
        return np.asarray(1 - share)

    return statistic


def median_absolute(errors: FloatArray) -> Statistic:
    """Return the median absolute error as a function of weights [B, n]: mean of the lower and the upper middle."""
    sizes = np.sort(np.abs(errors))
    order = np.argsort(np.abs(errors), kind="stable")

    def statistic(weights: FloatArray) -> FloatArray:
        running = np.cumsum(weights[:, order], axis=1)
        half = running[:, -1:] / 2
        lower = sizes[(running >= half).argmax(axis=1)]
        upper = sizes[(running > half).argmax(axis=1)]
        return np.asarray((lower + upper) / 2)

    return statistic


def _metric(value: float, n: int, groups: IntArray | None, ends_of: Callable[[], tuple[float, float] | None]) -> Metric:
    units, what = (n, "examples") if groups is None else (int(groups.max()) + 1, "groups")
    if units < MIN_UNITS:
        return Metric(value=value, note=f"too few to say: {units} {what}")
    ends = ends_of()
    if ends is None:
        return Metric(value=value, note=f"too few to say: a few {what} carry it")
    return Metric(
        value=value, low=ends[0], high=ends[1], method="bootstrap" if groups is None else "clustered-bootstrap"
    )


def _median_metric(errors: FloatArray, groups: IntArray | None, seed: int) -> Metric:
    statistic = median_absolute(errors)
    value = float(statistic(np.ones((1, len(errors))))[0])
    if groups is not None:
        return _metric(value, len(errors), groups, lambda: bootstrap(statistic, len(errors), groups=groups, seed=seed))
    ends = median_interval(np.abs(errors))
    if ends is None:
        return Metric(value=value, note=f"too few to say: {len(errors)} examples")
    return Metric(value=value, low=ends[0], high=ends[1], method="order-statistics")


def median_interval(values: FloatArray) -> tuple[float, float] | None:
    """Return two of the sorted values [n] that have the median between them; None below 6 values.

    Exact for any distribution of single examples.
    Source: W. R. Thompson (1936), Annals of Mathematical Statistics 7: the number of values below the median is
    binomial.
    """
    n = len(values)
    ranks = np.arange(n)
    allowed = np.flatnonzero(scipy.special.bdtr(ranks, n, 0.5) <= (1 - LEVEL) / 2)
    if len(allowed) == 0:
        return None
    ordered = np.sort(values)
    # The largest rank that is surely enough below the median; by symmetry its mirror image lies above it.
    k = int(allowed[-1])
    return float(ordered[k]), float(ordered[n - 1 - k])
