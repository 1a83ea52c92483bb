"""Intervals for errors that follow one another: moving blocks, for neighbours in time err alike.

H. R. Künsch (1989), "The jackknife and the bootstrap for general stationary observations", Annals of Statistics 17.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

RESAMPLES = 1000
FEWEST_BLOCKS = 4
"""Blocks that must fit side by side before an interval is believed."""


def block_length(num_origins: int, horizon: int) -> int:
    """Return how many origins in a row are drawn together.

    Forecasts from neighbouring origins share h - 1 of their targets, so a block is at least 2 h long: of h, intervals
    cover too seldom (89 in 100 instead of 93, simulated); it grows with the cube root of their number, as it must for
    the interval to become right.
    """
    return max(2 * horizon, int(np.round(np.cbrt(num_origins))), 1)


def block_interval(
    errors: NDArray[np.float64],
    *,
    horizon: int,
    level: float = 0.95,
    seed: int = 0,
    root: bool = False,
    signed: bool = False,
) -> tuple[float, float] | None:
    """Return the interval of a mean error over origins that follow one another.

    Args:
        errors: [O] of each origin, in the order of time: its mean absolute error, its squared error, its coverage.
        horizon: h.
        level: of confidence.
        seed: same seed, same interval.
        root: whether it is of the root of the mean (RMSE from squared errors).
        signed: whether the mean may be below 0: it is of differences.

    Returns:
        (low, high); None where fewer than `FEWEST_BLOCKS` blocks fit: too few to say.
    """
    spread = block_spread(errors, horizon=horizon, seed=seed)
    if spread is None:
        return None
    mean, reach = float(errors.mean()), spread.times((1 + level) / 2) * spread.error
    low, high = mean - reach, mean + reach
    low = low if signed else max(0.0, low)
    return (float(np.sqrt(low)), float(np.sqrt(high))) if root else (low, high)


class Spread(NamedTuple):
    """How far a mean over origins would wander.

    Attributes:
        error: its standard error.
        blocks: how many blocks fit side by side; of few, Student's t is wider than the normal.
    """

    error: float
    blocks: float

    def times(self, level: float) -> float:
        """Return how many standard errors a share of all means stays below."""
        return float(special.stdtrit(max(1.0, self.blocks - 1), level))

    def chance(self, mean: float) -> float:
        """Return the probability of a mean at least as far from 0, if it were 0."""
        if self.error == 0:
            return float(mean == 0)
        return float(2 * special.stdtr(max(1.0, self.blocks - 1), -abs(mean) / self.error))


def block_spread(errors: NDArray[np.float64], *, horizon: int, seed: int = 0) -> Spread | None:
    """Return the spread of a mean over origins, by resampled blocks; None where too few blocks fit."""
    count, length = len(errors), block_length(len(errors), horizon)
    if count < FEWEST_BLOCKS * length:
        return None
    starts = np.random.default_rng(seed).integers(0, count - length + 1, (RESAMPLES, -(-count // length)))
    sums = np.concatenate([[0.0], np.cumsum(errors)])
    means = (sums[starts + length] - sums[starts]).mean(axis=1) / length
    blocks = count / length
    # The blocks that were drawn vary about their own mean, which takes one of them away.
    return Spread(float(means.std(ddof=1)) * float(np.sqrt(blocks / max(blocks - 1, 1))), blocks)
