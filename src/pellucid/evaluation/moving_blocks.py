"""Intervals for means over what follows one another, in time or in a text: neighbours are about the same thing.

H. R. Künsch (1989), "The jackknife and the bootstrap for general stationary observations", Annals of Statistics 17:
blocks of neighbours are drawn instead of single examples. The mean is one of units (tokens, steps), of which examples
may have unequal numbers, so that blocks are drawn of sums and counts together.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import scipy

from pellucid.evaluation.checking import FloatArray
from pellucid.evaluation.proportions import LEVEL

RESAMPLES = 1000
FEWEST_BLOCKS = 6
"""Blocks that must fit side by side before an interval is believed."""


class Spread(NamedTuple):
    """How far a mean would wander.

    Attributes:
        error: its standard error.
        blocks: how many blocks fit side by side; of few, Student's t is wider than the normal.
    """

    error: float
    blocks: float

    def times(self, level: float) -> float:
        """Return how many standard errors a share of all means stays below."""
        return float(scipy.special.stdtrit(max(1.0, self.blocks - 1), level))

    def chance(self, mean: float) -> float:
        """Return the probability of a mean at least as far from 0, if it were 0."""
        if self.error == 0:
            return float(mean == 0)
        return float(2 * scipy.special.stdtr(max(1.0, self.blocks - 1), -abs(mean) / self.error))


def block_length(num_stretches: int) -> int:
    """Return how many neighbours are drawn together: it grows with the cube root of their number."""
    return max(1, round(2 * math.cbrt(num_stretches)))


def find_spread(
    sums: FloatArray, counts: FloatArray, *, length: int | None = None, fewest: int = FEWEST_BLOCKS, seed: int = 0
) -> Spread | None:
    """Return the spread of a mean, by resampled blocks.

    Args:
        sums: [n] of each example, in their order.
        counts: [n] over how many units; the mean is that of the sums over that of the counts.
        length: of a block; None for `block_length`.
        fewest: blocks that must fit side by side.
        seed: same seed, same spread.

    Returns:
        None where too few blocks fit to say.
    """
    count = len(sums)
    length = block_length(count) if length is None else length
    blocks = count / length
    if blocks < fewest:
        return None
    starts = np.random.default_rng(seed).integers(0, count - length + 1, (RESAMPLES, math.ceil(blocks)))
    totals = [np.concatenate([[0.0], np.cumsum(values)]) for values in (sums, counts)]
    drawn_sums, drawn_counts = ((total[starts + length] - total[starts]).sum(axis=1) for total in totals)
    means = drawn_sums / np.maximum(drawn_counts, 1e-12)
    # The blocks that were drawn vary about their own mean, which takes one of them away.
    return Spread(float(means.std(ddof=1)) * math.sqrt(blocks / max(blocks - 1, 1)), blocks)


def blocked_interval(sums: FloatArray, counts: FloatArray, *, seed: int = 0) -> tuple[float, float] | None:
    """Return the interval of a mean, by Student's t for the number of blocks; see `find_spread`."""
    spread = find_spread(sums, counts, seed=seed)
    if spread is None:
        return None
    mean, reach = float(sums.sum() / counts.sum()), spread.times((1 + LEVEL) / 2) * spread.error
    return mean - reach, mean + reach


def blocked_p_value(sums: FloatArray, counts: FloatArray, *, seed: int = 0) -> float | None:
    """Return how likely a mean at least so far from 0 would be if it were 0; None where too few blocks fit to say."""
    spread = find_spread(sums, counts, seed=seed)
    return None if spread is None else spread.chance(float(sums.sum() / counts.sum()))
