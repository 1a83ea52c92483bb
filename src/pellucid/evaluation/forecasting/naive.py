"""Forecasts that repeat what was: the methods that every other must beat.

R. J. Hyndman and G. Athanasopoulos (2021), "Forecasting: principles and practice", section 5.2.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

_Values = NDArray[np.float64]
_Places = NDArray[np.int64]


@dataclass(frozen=True)
class Naive:
    """The last value, for ever: the best there is for a random walk."""

    name: ClassVar[str] = "naive"

    @property
    def description(self) -> str:
        """What it does."""
        return "Repeats the last value."

    def forecast(self, values: _Values, origins: _Places, horizon: int) -> _Values:
        """Return [O, h]."""
        return np.repeat(values[origins][:, None], horizon, axis=1)


@dataclass(frozen=True)
class Drift:
    """The straight line from the first value through the last one."""

    name: ClassVar[str] = "drift"

    @property
    def description(self) -> str:
        """What it does."""
        return "Goes on along the line from the first value to the last."

    def forecast(self, values: _Values, origins: _Places, horizon: int) -> _Values:
        """Return [O, h]; from the first value on, whose line is level."""
        slopes = (values[origins] - values[0]) / np.maximum(origins, 1)
        return np.asarray(values[origins][:, None] + slopes[:, None] * np.arange(1, horizon + 1), np.float64)


@dataclass(frozen=True)
class SeasonalNaive:
    """The value of the last season's same place.

    Attributes:
        season: m, in steps, from 1 on; of 1 it is the last value.
    """

    season: int
    name: ClassVar[str] = "seasonal naive"

    @property
    def description(self) -> str:
        """What it does."""
        return f"Repeats the last season of {self.season} steps."

    def forecast(self, values: _Values, origins: _Places, horizon: int) -> _Values:
        """Return [O, h]; origins lie at `season - 1` or later."""
        return values[_a_season_before(origins, horizon, self.season)]


@dataclass(frozen=True)
class SeasonalNaiveWithDrift:
    """The last season, moved by how far it lies above the season before, on the mean.

    Attributes:
        season: m, in steps, from 1 on.
    """

    season: int
    name: ClassVar[str] = "seasonal naive with drift"

    @property
    def description(self) -> str:
        """What it does."""
        return f"Repeats the last {self.season} steps, moved by their mean's distance to the {self.season} before."

    def forecast(self, values: _Values, origins: _Places, horizon: int) -> _Values:
        """Return [O, h]; origins lie at `2 * season - 1` or later.

        A step s seasons ahead is moved s times.
        """
        sums = np.concatenate([[0.0], np.cumsum(values)])
        ends, season = origins + 1, self.season
        drift = (sums[ends] - 2 * sums[ends - season] + sums[ends - 2 * season]) / season
        seasons_ahead = (np.arange(horizon) // season + 1).astype(np.float64)
        before = values[_a_season_before(origins, horizon, season)]
        return np.asarray(before + drift[:, None] * seasons_ahead, np.float64)


def _a_season_before(origins: _Places, horizon: int, season: int) -> _Places:
    """Return [O, h] the places, none after its origin, that lie whole seasons before what is forecast."""
    steps = np.arange(1, horizon + 1)
    return np.asarray(origins[:, None] + steps - season * ((steps - 1) // season + 1), np.int64)
