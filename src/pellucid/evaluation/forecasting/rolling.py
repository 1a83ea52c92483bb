"""The rolling origin: from every moment of a stretch, what follows is forecast from all that came before."""

from __future__ import annotations

from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray


class Forecaster(Protocol):
    """A method that forecasts one series; what it has to learn, it learned before the first origin.

    Nothing is learned anew while the origin rolls ("fixed weights"): so a method and a network are asked alike.
    """

    name: ClassVar[str]

    @property
    def description(self) -> str:
        """What it does, in a sentence."""

    def forecast(self, values: NDArray[np.float64], origins: NDArray[np.int64], horizon: int) -> NDArray[np.float64]:
        """Return [O, h] forecasts of the values that follow each origin.

        Args:
            values: [T] of the series; of these an origin's forecast depends on the values up to the origin alone.
            origins: [O] places of the last known value, sorted.
            horizon: h, how many values are forecast.
        """


def origins_within(first: int, stop: int, horizon: int) -> NDArray[np.int64]:
    """Return every origin whose h targets all lie in a stretch: stride 1.

    Args:
        first: the first place of the stretch, from 1 on.
        stop: the place after its last.
        horizon: h.

    Returns:
        [O], sorted: `first - 1` to `stop - h - 1`; empty where the stretch is shorter than h.
    """
    return np.arange(first - 1, stop - horizon, dtype=np.int64)


def windows_after(values: NDArray[np.float64], origins: NDArray[np.int64], horizon: int) -> NDArray[np.float64]:
    """Return [O, h] the values that follow each origin."""
    after: NDArray[np.float64] = values[origins[:, None] + np.arange(1, horizon + 1)]
    return after
