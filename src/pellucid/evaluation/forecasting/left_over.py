"""What is left in the errors one step ahead: do they still follow from those before them?

Autocorrelations, and the test of G. M. Ljung and G. E. P. Box (1978), "On a measure of lack of fit in time series
models", Biometrika 65.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import scipy
from numpy.typing import NDArray

from pellucid.evaluation.records import LeftOver
from pellucid.words import counted

FEWEST = 20
"""Errors in a row below which nothing is said."""
_PLAIN_LAGS, _MOST_LAGS = 10, 60
_SHARE_OF_LAGS = 5
_LEVEL, _LITTLE = 0.05, 0.1


def autocorrelations(errors: NDArray[np.float64], lags: int) -> NDArray[np.float64]:
    """Return [lags] correlations of a series with itself, 1, 2, ... steps before, about its mean.

    Args:
        errors: [n], NaN where one is missing.
        lags: K, below n.
    """
    off = np.nan_to_num(errors - np.nanmean(errors))
    size = float(off @ off)
    if size == 0:
        return np.zeros(lags)
    return np.array([off[lag:] @ off[:-lag] for lag in range(1, lags + 1)]) / size


def ljung_box(correlations: NDArray[np.float64], number: int) -> float:
    """Return Q = n (n + 2) sum of r_k^2 / (n - k): chi-square of K degrees of freedom where nothing is left.

    Args:
        correlations: [K].
        number: n, of the errors.
    """
    steps = np.arange(1, len(correlations) + 1)
    return float(number * (number + 2) * (np.square(correlations) / (number - steps)).sum())


def find_left_over(series: Sequence[NDArray[np.float64]], *, season: int) -> LeftOver | None:
    """Return what is left in the errors of one series or several; None where they are too few to say.

    Args:
        series: [n] errors one step ahead of each, in the order of time, NaN where one is missing.
        season: m, in steps: errors are looked at over two of them, else over ten steps.

    Returns:
        of several series the mean correlations, weighted by their errors, and one test over all.
    """
    long = [errors for errors in series if np.isfinite(errors).sum() >= FEWEST]
    if not long:
        return None
    wanted = min(2 * season, _MOST_LAGS) if season > 1 else _PLAIN_LAGS
    lags = max(1, min(wanted, min(int(np.isfinite(errors).sum()) for errors in long) // _SHARE_OF_LAGS))
    found = [autocorrelations(errors, lags) for errors in long]
    numbers = [int(np.isfinite(errors).sum()) for errors in long]
    statistic = sum(ljung_box(one, number) for one, number in zip(found, numbers, strict=True))
    freedom = lags * len(long)
    return LeftOver(
        correlations=tuple(float(value) for value in np.average(found, axis=0, weights=numbers)),
        n=sum(numbers),
        num_series=len(long),
        statistic=statistic,
        p_value=float(scipy.special.gammaincc(freedom / 2, statistic / 2)),
    )


def say_left_over(found: LeftOver) -> str:
    """Return in plain words whether something predictable is left."""
    values = np.array(found.correlations)
    lag = int(np.abs(values).argmax())
    before = "the one before" if lag == 0 else f"the one {lag + 1} steps before"
    chance = "p < 0.001" if found.p_value < 0.001 else f"p = {found.p_value:.3f}"
    over = f"in {found.num_series:,} series, " if found.num_series > 1 else ""
    test = f"Ljung-Box {over}over {counted(len(values), 'step')}: Q = {found.statistic:.1f}, {chance}"
    if found.p_value >= _LEVEL:
        return f"Errors one step ahead do not follow from those before them, as far as can be shown ({test})."
    told = f"An error one step ahead correlates with {before} by {values[lag]:+.2f} ({test})"
    if abs(values[lag]) < _LITTLE:
        return f"{told}: something predictable is left, but little."
    return f"{told}: something predictable is left. A longer --window or another model may find it."
