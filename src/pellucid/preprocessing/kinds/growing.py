"""Whether a series varies by more the higher it stands: its logarithm is then steadier."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.data import SeriesInputs

GROWS = 0.5
"""Slope of the logarithm of a window's deviation over that of its mean, from which its spread grows with its level.

0 where the spread is the same at all levels, 1 where it is a share of the level."""
_CORRELATED = 0.5
_FEWEST_WINDOWS = 8
_MOST_WINDOWS = 2_000
_RISES = 1.5
"""Times the lowest level that the highest has at least: of one level nothing can be told."""


def grows_with_level(inputs: SeriesInputs, train: NDArray[np.int64], channel: int, length: int) -> bool:
    """Tell whether a channel is positive in training, and spreads the wider the higher it stands.

    Args:
        inputs: of all examples.
        train: [n] indices of the training's.
        channel: its number.
        length: steps of a window.
    """
    chosen = train[np.unique(np.linspace(0, len(train) - 1, min(len(train), _MOST_WINDOWS)).astype(np.int64))]
    if len(chosen) < _FEWEST_WINDOWS:
        return False
    windows = inputs.windows(chosen, length)[:, channel].astype(np.float64)
    if np.isnan(windows).any() or windows.min() <= 0:
        return False
    means, spreads = windows.mean(axis=1), windows.std(axis=1)
    if spreads.min() <= 0 or means.max() < _RISES * means.min():
        return False
    level, spread = np.log(means), np.log(spreads)
    slope = float(np.polyfit(level, spread, 1)[0])
    return slope >= GROWS and float(np.corrcoef(level, spread)[0, 1]) >= _CORRELATED
