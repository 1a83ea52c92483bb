"""The bootstrap: how far a number would wander if other examples of the same kind had been drawn."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Literal

import numpy as np
import scipy

from pellucid.evaluation.checking import FloatArray, IntArray
from pellucid.evaluation.proportions import LEVEL, effective_number, group_quantile, sum_by_group

Statistic = Callable[[FloatArray], FloatArray]
"""From weights [B, n] (how often each example was drawn) to values [B]; NaN where undefined."""

# Each end of a 95 % interval is then the 25th value from outside.
RESAMPLES = 1000
MIN_CARRYING = 2.0
"""Examples (or groups) that must carry a variance between them before a bootstrap is believed."""
_CHUNK_CELLS = 2_000_000
_MAX_JACKKNIFE = 400


def bootstrap(
    statistic: Statistic,
    n: int,
    *,
    groups: IntArray | None = None,
    method: Literal["bca", "percentile"] = "bca",
    level: float = LEVEL,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> tuple[float, float] | None:
    """Return the bootstrap interval of a statistic of n examples, or None when it cannot be had.

    The statistic takes weights instead of examples, so that all resamples are worked out at once:

        values = np.array([...]); bootstrap(lambda weights: weights @ values / weights.sum(axis=1), len(values))

    Source: B. Efron (1987), "Better bootstrap confidence intervals", J. Am. Stat. Assoc. 82 (BCa corrects the plain
    percentile interval for bias and for skewness).

    Args:
        statistic: from weights [B, n] to values [B].
        n: number of examples.
        groups: int64 [n], 0 to G - 1: whole groups are drawn, as examples of one group are alike.
        method: "bca" or "percentile".
        level: coverage wished for.
        resamples: how many times to draw.
        seed: same seed, same interval.

    Returns:
        (low, high); None when the statistic is undefined in more than 1 in 20 resamples or never varies.
    """
    drawn = np.concatenate(
        [statistic(weights) for weights in draw_weights(n, groups=groups, resamples=resamples, seed=seed)]
    )
    drawn = drawn[np.isfinite(drawn)]
    # Left out are the draws that say nothing (no example of a class); where they are many, what is left is no fair
    # sample.
    if len(drawn) < 0.95 * resamples or np.ptp(drawn) <= 1e-12:
        return None
    tails = np.array([(1 - level) / 2, (1 + level) / 2])
    if method == "bca":
        value = float(statistic(np.ones((1, n)))[0])
        tails = _corrected_tails(tails, drawn, value, _acceleration(statistic, n, groups))
    low, high = np.quantile(drawn, tails)
    return float(low), float(high)


def bootstrap_logit(
    statistic: Statistic, n: int, *, groups: IntArray | None = None, seed: int = 0, resamples: int = RESAMPLES
) -> tuple[float, float] | None:
    """Return the interval of a statistic in (0, 1): symmetric in its logit, as wide as its bootstrapped spread says.

    For metrics that crowd against 1, where the percentile interval misses (average precision: K. Boyd, K. H. Eng and C.
    D. Page (2013), "Area under the precision-recall curve: point estimates and confidence intervals").

    Returns:
        (low, high); None at 0, at 1, or when the statistic is undefined in more than 1 in 20 resamples or never varies.
    """
    value = float(statistic(np.ones((1, n)))[0])
    drawn = np.concatenate(
        [statistic(weights) for weights in draw_weights(n, groups=groups, resamples=resamples, seed=seed)]
    )
    drawn = drawn[np.isfinite(drawn)]
    if not 0 < value < 1 or len(drawn) < 0.95 * resamples or np.ptp(drawn) <= 1e-12:
        return None
    units = n if groups is None else int(groups.max()) + 1
    error = float(drawn.std()) * math.sqrt(units / (units - 1))
    half = group_quantile(units) * error / (value * (1 - value))
    middle = float(scipy.special.logit(value))
    return float(scipy.special.expit(middle - half)), float(scipy.special.expit(middle + half))


def bootstrap_mean(
    values: FloatArray,
    *,
    groups: IntArray | None = None,
    seed: int = 0,
    resamples: int = RESAMPLES,
    lowest: float = 0.0,
) -> tuple[float, float] | None:
    """Return the studentised bootstrap interval ("bootstrap-t") of a mean.

    Each resample's error is measured in that resample's own standard errors, which keeps up with skewed values (log
    losses, squared errors) better than percentiles do.
    Source: B. Efron (1979), P. Hall (1988), "Theoretical comparison of bootstrap confidence intervals", Annals of
    Statistics 16.

    Args:
        values: float [n].
        groups: int64 [n], 0 to G - 1: whole groups are drawn.
        seed: same seed, same interval.
        resamples: how many times to draw.
        lowest: the mean cannot be less.

    Returns:
        (low, high); None when fewer than 2 examples or groups carry the variance: then nothing can be said from inside
        the sample.
    """
    sums = values if groups is None else sum_by_group(values, groups)
    sizes = np.ones(len(values)) if groups is None else np.bincount(groups).astype(np.float64)
    mean = float(values.mean())
    if effective_number(sums - mean * sizes) < MIN_CARRYING:
        return None
    error = float(_standard_errors(np.ones((1, len(sums))), sums, sizes)[1][0])
    if error <= 1e-12 * abs(mean):
        return None  # all are equal, but for rounding
    steps = []
    for weights in draw_weights(len(sums), groups=None, resamples=resamples, seed=seed):
        means, errors = _standard_errors(weights, sums, sizes)
        steps.append((means - mean) / np.maximum(errors, 1e-12 * error))
    low, high = np.quantile(np.concatenate(steps), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return max(lowest, mean - float(high) * error), mean - float(low) * error


def bootstrap_norm(
    gaps: FloatArray, *, groups: IntArray | None = None, seed: int = 0, resamples: int = RESAMPLES
) -> tuple[float, float] | None:
    """Return an interval of the sum of absolute means of columns, |mean of gaps[:, 0]| + |mean of gaps[:, 1]| + ...

    Such a sum is biased upwards, and most where the truth is near 0, so its own resamples mislead. But it cannot be
    further from the truth than the sum of the columns' own errors, which resamples tell: the interval covers at least
    as often as it says.

    Args:
        gaps: float [n, bins].
        groups: int64 [n], 0 to G - 1: whole groups are drawn.
        seed: same seed, same interval.
        resamples: how many times to draw.
    """
    n = len(gaps)
    means = gaps.mean(axis=0)
    drawn = draw_weights(n, groups=groups, resamples=resamples, seed=seed)
    errors = [np.abs(weights @ gaps / weights.sum(axis=1, keepdims=True) - means).sum(axis=1) for weights in drawn]
    reach, value = float(np.quantile(np.concatenate(errors), LEVEL)), float(np.abs(means).sum())
    return (max(0.0, value - reach), min(1.0, value + reach)) if reach > 1e-12 else None


def _standard_errors(weights: FloatArray, sums: FloatArray, sizes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the mean and its standard error in each resample, from group sums and sizes [G] and weights [B, G]."""
    total = weights @ sizes
    means = weights @ sums / total
    squares = weights @ sums**2 - 2 * means * (weights @ (sums * sizes)) + means**2 * (weights @ sizes**2)
    errors: FloatArray = np.sqrt(np.maximum(squares, 0) * len(sums) / (len(sums) - 1)) / total
    return means, errors


def draw_weights(n: int, *, groups: IntArray | None, resamples: int, seed: int) -> Iterator[FloatArray]:
    """Yield weights [B, n] in chunks of bounded size until `resamples` rows were given."""
    random = np.random.default_rng(seed)
    units = n if groups is None else int(groups.max()) + 1
    rows = max(1, _CHUNK_CELLS // n)
    for start in range(0, resamples, rows):
        count = min(rows, resamples - start)
        drawn = random.integers(0, units, (count, units))
        drawn += units * np.arange(count)[:, None]  # so that one count does for all rows
        counts = np.bincount(drawn.ravel(), minlength=count * units)
        # Examples of a group are drawn together, so each has the weight of its group.
        weights = counts.reshape(count, units).astype(np.float64)
        yield weights if groups is None else weights[:, groups]


def _corrected_tails(tails: FloatArray, drawn: FloatArray, value: float, acceleration: float) -> FloatArray:
    # Ties count half: metrics of counts take few values, and a strict "<" would be read as a bias.
    below = float(np.mean(drawn < value - 1e-12) + 0.5 * np.mean(np.abs(drawn - value) <= 1e-12))
    bias = float(scipy.special.ndtri(np.clip(below, 0.5 / len(drawn), 1 - 0.5 / len(drawn))))
    # BCa: moved by the bias, and stretched where the error grows with the value.
    z = bias + scipy.special.ndtri(tails)
    corrected: FloatArray = scipy.special.ndtr(bias + z / (1 - acceleration * z))
    return corrected


def _acceleration(statistic: Statistic, n: int, groups: IntArray | None) -> float:
    """Return BCa's constant from a jackknife that leaves out one unit, or one block of units, at a time."""
    units = np.arange(n) if groups is None else groups
    num_units = int(units.max()) + 1
    # Blocks instead of single units keep the work bounded; sums over blocks have the same total third moment.
    blocks = units if num_units <= _MAX_JACKKNIFE else units * _MAX_JACKKNIFE // num_units
    num_blocks = int(blocks.max()) + 1
    rows = max(1, _CHUNK_CELLS // n)
    parts = []
    for start in range(0, num_blocks, rows):
        left_out = np.arange(start, min(start + rows, num_blocks))
        parts.append(statistic((blocks[None, :] != left_out[:, None]).astype(np.float64)))
    values = np.concatenate(parts)
    values = values[np.isfinite(values)]
    if len(values) < 2:
        return 0.0
    influence = values.mean() - values
    spread = float((influence**2).sum()) ** 1.5
    return float((influence**3).sum()) / (6 * spread) if spread > 1e-300 else 0.0
