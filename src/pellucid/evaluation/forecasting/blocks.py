"""Intervals for errors of forecasts: moving blocks of origins, for neighbours in time err alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.moving_blocks import Spread, find_spread

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


def block_spread(errors: NDArray[np.float64], *, horizon: int, seed: int = 0) -> Spread | None:
    """Return the spread of a mean over origins; None where too few blocks fit to say."""
    length = block_length(len(errors), horizon)
    return find_spread(errors, np.ones(len(errors)), length=length, fewest=FEWEST_BLOCKS, seed=seed)
