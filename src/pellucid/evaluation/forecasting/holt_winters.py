"""Exponential smoothing with trend and season, after Holt (1957) and Winters (1960)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

Seasonal = Literal["additive", "multiplicative"]
_BOUNDS = ((1e-4, 0.9999), (1e-4, 0.9999), (1e-4, 0.9999), (0.8, 0.998))
"""Of level, trend, season and damping: the usual ones (Hyndman & Athanasopoulos 2021, section 8.4)."""
_STARTS = ((0.3, 0.05, 0.1, 0.98), (0.2, 0.05, 0.8, 0.98))


@dataclass
class _State:
    """Where the smoothing stands; `seasons` begins with that of the next value."""

    level: float
    trend: float
    seasons: deque[float]


@dataclass(frozen=True)
class HoltWinters:
    """A level, a trend and a season, each a mean in which the past counts ever less.

    With l the level, b the trend and s the season of m steps, the value y is taken in by

        l' = alpha (y - s) + (1 - alpha) (l + phi b)      (y / s where the season multiplies)
        b' = beta (l' - l) + (1 - beta) phi b
        s' = gamma (y - l') + (1 - gamma) s               (y / l')

    and h steps ahead the forecast is l + (phi + .. + phi^h) b + s (times s). The four numbers are those that forecast
    the training part best one step ahead, by squared error.

    Attributes:
        season: m, in steps, from 2 on.
        seasonal: whether the season is added or multiplies.
        damped: whether the trend levels off.
        smoothing: alpha, beta, gamma, phi.
    """

    season: int
    seasonal: Seasonal = "additive"
    damped: bool = False
    smoothing: tuple[float, float, float, float] = _STARTS[0]
    name: ClassVar[str] = "Holt-Winters"

    @classmethod
    def fit(
        cls, values: NDArray[np.float64], *, season: int, seasonal: Seasonal = "additive", damped: bool = False
    ) -> HoltWinters:
        """Find the smoothing that forecasts the training part best.

        Args:
            values: [T], at least two seasons; above 0 where the season multiplies.
            season, seasonal, damped: as in the class.
        """
        from scipy.optimize import minimize

        plain = cls(season, seasonal, damped)
        used = 4 if damped else 3

        def complete(free: NDArray[np.float64]) -> tuple[float, float, float, float]:
            alpha, beta, gamma = (float(one) for one in free[:3])
            return alpha, beta, gamma, float(free[3]) if damped else 1.0

        def loss(free: NDArray[np.float64]) -> float:
            return replace(plain, smoothing=complete(free)).squared_error(values)

        found = [minimize(loss, np.array(start[:used]), method="L-BFGS-B", bounds=_BOUNDS[:used]) for start in _STARTS]
        return replace(plain, smoothing=complete(min(found, key=lambda one: float(one.fun)).x))

    @property
    def description(self) -> str:
        """What it does."""
        alpha, beta, gamma, phi = self.smoothing
        how = "multiplied" if self.seasonal == "multiplicative" else "added"
        damping = f", damped by {phi:.3f}" if self.damped else ""
        return (
            f"Exponential smoothing of level ({alpha:.2g}), trend ({beta:.2g}{damping}) and season ({gamma:.2g}, "
            f"{how}), fitted to the training part."
        )

    def squared_error(self, values: NDArray[np.float64]) -> float:
        """Return the mean squared error one step ahead, after the first two seasons, which the states begin with."""
        start, total = 2 * self.season, 0.0
        for place, (value, expected, _) in enumerate(self._states(values)):
            total += (value - expected) ** 2 if place >= start else 0.0
        return total / max(1, len(values) - start)

    def forecast(self, values: NDArray[np.float64], origins: NDArray[np.int64], horizon: int) -> NDArray[np.float64]:
        """Return [O, h]; origins lie at `season` or later. The states follow the series, the smoothing is fixed."""
        steps = np.arange(1, horizon + 1)
        reach = np.cumsum(self.smoothing[3] ** steps)
        ahead = np.zeros((len(origins), horizon))
        number = {int(origin): place for place, origin in enumerate(origins)}
        for place, (_, _, state) in enumerate(self._states(values[: int(origins.max(initial=-1)) + 1])):
            if place in number:
                line, cycle = state.level + reach * state.trend, np.array(state.seasons)[(steps - 1) % self.season]
                ahead[number[place]] = line * cycle if self.seasonal == "multiplicative" else line + cycle
        return ahead

    def _states(self, values: NDArray[np.float64]) -> Iterator[tuple[float, float, _State]]:
        """Take in one value after another: each with what was expected of it, and the state after it.

        Plain floats: a series has hundreds of values, of which fitting sees each some hundred times.
        """
        alpha, beta, gamma, phi = self.smoothing
        times = self.seasonal == "multiplicative"
        state = self._begin(values[: 2 * self.season])
        seasons = state.seasons
        for value in values.tolist():
            usual, line = seasons.popleft(), state.level + phi * state.trend
            expected = line * usual if times else line + usual
            level = alpha * (value / usual if times else value - usual) + (1 - alpha) * line
            state.trend = beta * (level - state.level) + (1 - beta) * phi * state.trend
            seasons.append(gamma * (value / level if times else value - level) + (1 - gamma) * usual)
            state.level = level
            yield value, expected, state

    def _begin(self, first: NDArray[np.float64]) -> _State:
        """Return level and trend before the first value, and the season, from the first two seasons."""
        season = self.season
        earlier, later = first[:season].mean(), first[season:].mean()
        trend = float(later - earlier) / season
        level = float(earlier) - trend * (season + 1) / 2
        line = level + trend * np.arange(1, 2 * season + 1)
        off = first / line if self.seasonal == "multiplicative" else first - line
        return _State(level, trend, deque(off.reshape(2, season).mean(axis=0).tolist()))
