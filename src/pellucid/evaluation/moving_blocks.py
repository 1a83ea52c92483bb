"""Intervals for means over stretches of a text that follow one another: neighbours are about the same thing.

H. R. Künsch (1989), "The jackknife and the bootstrap for general stationary observations", Annals of Statistics 17:
blocks of neighbours are drawn instead of single examples. Here the mean is one of tokens, of which stretches have
unequal numbers, so that blocks are drawn of sums and counts together.
"""

from __future__ import annotations

import math

import numpy as np
from scipy import stats

from pellucid.evaluation.checking import FloatArray
from pellucid.evaluation.proportions import LEVEL

RESAMPLES = 1000
FEWEST_BLOCKS = 6
"""Blocks that must fit side by side before an interval is believed."""


def block_length(num_stretches: int) -> int:
    """Return how many neighbours are drawn together: it grows with the cube root of their number."""
    return max(1, round(2 * math.cbrt(num_stretches)))


def blocked_error(sums: FloatArray, counts: FloatArray, *, seed: int = 0) -> tuple[float, float] | None:
    """Return the standard error of a mean, and how many blocks it stands on.

    Args:
        sums: [n] of each stretch, in the order of the text.
        counts: [n] over how many tokens; the mean is that of the sums over that of the counts.
        seed: same seed, same error.

    Returns:
        None where too few blocks fit to say.
    """
    count, length = len(sums), block_length(len(sums))
    num_blocks = count / length
    if num_blocks < FEWEST_BLOCKS:
        return None
    starts = np.random.default_rng(seed).integers(0, count - length + 1, (RESAMPLES, math.ceil(num_blocks)))
    totals = [np.concatenate([[0.0], np.cumsum(values)]) for values in (sums, counts)]
    drawn_sums, drawn_counts = ((total[starts + length] - total[starts]).sum(axis=1) for total in totals)
    means = drawn_sums / np.maximum(drawn_counts, 1e-12)
    # Few blocks vary less than their number would have it.
    return float(means.std(ddof=1)) * math.sqrt(num_blocks / (num_blocks - 1)), num_blocks


def blocked_interval(sums: FloatArray, counts: FloatArray, *, seed: int = 0) -> tuple[float, float] | None:
    """Return the interval of a mean, by Student's t for the number of blocks; see `blocked_error`."""
    found = blocked_error(sums, counts, seed=seed)
    if found is None:
        return None
    error, num_blocks = found
    mean = float(sums.sum() / counts.sum())
    reach = float(stats.t.ppf((1 + LEVEL) / 2, num_blocks - 1)) * error
    return mean - reach, mean + reach


def blocked_p_value(sums: FloatArray, counts: FloatArray, *, seed: int = 0) -> float | None:
    """Return how likely a mean at least so far from 0 would be if it were 0; see `blocked_error`."""
    found = blocked_error(sums, counts, seed=seed)
    if found is None:
        return None
    error, num_blocks = found
    mean = abs(float(sums.sum() / counts.sum()))
    if error == 0:
        return 1.0 if mean == 0 else 0.0
    return float(2 * stats.t.sf(mean / error, num_blocks - 1))
