"""Several predicted numbers per example and their targets in, an Evaluation out."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from pellucid.errors import DataError
from pellucid.evaluation.checking import (
    FloatArray,
    IntArray,
    check_groups,
    check_indices,
    check_names,
    check_same_length,
    check_values,
)
from pellucid.evaluation.mistakes import MAX_LISTED
from pellucid.evaluation.records import LargeError, Method, Metric, OutputRow
from pellucid.evaluation.regression import MIN_UNITS, r_squared, value_metrics
from pellucid.evaluation.resampling import bootstrap
from pellucid.evaluation.result import Evaluation
from pellucid.kinds import SplitName


def evaluate_values(
    values: ArrayLike,
    targets: ArrayLike,
    *,
    outputs: Sequence[str],
    split: SplitName,
    task: str = "regression",
    names: Sequence[str] | None = None,
    indices: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    seed: int = 0,
) -> Evaluation:
    """Return the metrics of each number, and their mean r2 (scikit-learn's uniform average) as the headline.

    Errors of numbers in different units have no mean that means something; r2 has no unit.

    Args:
        values: float [N, M], predictions in the targets' units.
        targets: float [N, M].
        outputs: what the M numbers are called.
        split: which split the examples are from.
        task: e.g. "regression".
        names: N names to show; None: "example 0", ...
        indices: int [N], each example's index in the dataset; None: 0 to N - 1.
        groups: [N], examples of equal group are alike: intervals are then by group.
        seed: of the bootstrap.

    Raises:
        DataError: lengths or shapes disagree, nothing to evaluate, numbers that are not finite.
    """
    start = time.perf_counter()
    predicted, truth = (_matrix(given, len(outputs)) for given in (values, targets))
    n = check_same_length(predictions=predicted, targets=truth, names=names, indices=indices, groups=groups)
    clusters = check_groups(groups)
    rows = tuple(
        OutputRow(name=name, metrics=value_metrics(predicted[:, m], truth[:, m], groups=clusters, seed=seed))
        for m, name in enumerate(outputs)
    )
    return Evaluation(
        split=split,
        n=n,
        task=task,
        metrics={"r2": mean_r2(predicted, truth, groups=clusters, seed=seed)},
        headline="r2",
        num_groups=None if clusters is None else int(clusters.max()) + 1,
        outputs=rows,
        large_errors=_largest(predicted, truth, outputs, check_names(names, n=n), check_indices(indices, n=n)),
        notes=("r2 is the mean over the numbers; each number's own metrics, in its unit, stand below.",),
        seconds=time.perf_counter() - start,
    )


def mean_r2(predicted: FloatArray, truth: FloatArray, *, groups: IntArray | None, seed: int) -> Metric:
    """Return the mean r2 of [N, M] predictions over the numbers that vary."""
    varying = [m for m in range(truth.shape[1]) if np.ptp(truth[:, m]) > 0]
    if not varying:
        return Metric(value=0.0, note="not defined: all targets are equal; counts as 0")
    statistics = [r_squared(predicted[:, m] - truth[:, m], truth[:, m]) for m in varying]

    def statistic(weights: FloatArray) -> FloatArray:
        return np.asarray(np.mean([one(weights) for one in statistics], axis=0))

    n = len(truth)
    value = float(statistic(np.ones((1, n)))[0])
    units, what = (n, "examples") if groups is None else (int(groups.max()) + 1, "groups")
    if units < MIN_UNITS:
        return Metric(value=value, note=f"too few to say: {units} {what}")
    ends = bootstrap(statistic, n, groups=groups, seed=seed)
    if ends is None:
        return Metric(value=value, note=f"too few to say: a few {what} carry it")
    method: Method = "bootstrap" if groups is None else "clustered-bootstrap"
    return Metric(value=value, low=ends[0], high=ends[1], method=method)


def scaled_errors(predicted: FloatArray, truth: FloatArray, spread: FloatArray) -> FloatArray:
    """Return [N] absolute errors in units of each number's spread [M], averaged over the numbers."""
    errors: FloatArray = (np.abs(predicted - truth) / np.where(spread > 0, spread, 1)).mean(axis=1)
    return errors


def _matrix(given: ArrayLike, width: int) -> FloatArray:
    array = np.asarray(given, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != width:
        raise DataError(f"Numbers have shape {list(array.shape)}.", expected=f"[N, {width}]: a column a number.")
    return np.stack([check_values(column, what="Numbers") for column in array.T], axis=1)


def _largest(
    predicted: FloatArray, truth: FloatArray, outputs: Sequence[str], names: Sequence[str], indices: IntArray
) -> tuple[LargeError, ...]:
    """Return the largest errors, each measured by the spread of its number's targets."""
    errors = predicted - truth
    spread = truth.std(axis=0)
    size = np.abs(errors) / np.where(spread > 0, spread, 1)
    order = np.argsort(-size, axis=None, kind="stable")[:MAX_LISTED]
    return tuple(
        LargeError(
            index=int(indices[row]),
            name=f"{names[row]} ({outputs[m]})",
            target=float(truth[row, m]),
            predicted=float(predicted[row, m]),
            error=float(errors[row, m]),
        )
        for row, m in zip(*np.unravel_index(order, size.shape), strict=True)
    )
