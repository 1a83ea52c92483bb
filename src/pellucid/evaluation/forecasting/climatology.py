"""Climatology: what is usual at this place of a long season, and what is left of today's surprise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

SMOOTHING_SHARE = 1 / 24
"""Places before and after that a place's mean is taken over, as a share of the season: 15 days of a year."""


@dataclass(frozen=True)
class Climatology:
    """The usual value of the season's place, and an anomaly that decays by the same factor every step.

    The baseline of weather forecasts: D. S. Wilks (2011), "Statistical methods in the atmospheric sciences", section
    8.1, calls its two ends climatology and persistence.

    Attributes:
        usual: [m] mean of each place of the season, smoothed round the circle.
        decay: what is left of an anomaly after a step, in [0, 1].
    """

    usual: NDArray[np.float64]
    decay: float
    name: ClassVar[str] = "climatology with decaying anomaly"

    @classmethod
    def fit(cls, values: NDArray[np.float64], *, season: int) -> Climatology:
        """Learn from [T] values of the training part, at least one season; the first is the season's place 0."""
        places = np.arange(len(values)) % season
        sums, counts = (np.bincount(places, weights, minlength=season) for weights in (values, None))
        reach = int(season * SMOOTHING_SHARE)
        around = (np.arange(season)[:, None] + np.arange(-reach, reach + 1)) % season
        usual = sums[around].sum(axis=1) / counts[around].sum(axis=1)
        anomalies = values - usual[places]
        size = float(np.square(anomalies[:-1]).sum())
        decay = float(anomalies[1:] @ anomalies[:-1]) / size if size > 0 else 0.0
        return cls(usual, min(max(decay, 0.0), 1.0))

    @property
    def description(self) -> str:
        """What it does."""
        return (
            f"The usual value of each of the season's {len(self.usual)} places; of an anomaly {self.decay:.2f} is left "
            "after each step."
        )

    def forecast(self, values: NDArray[np.float64], origins: NDArray[np.int64], horizon: int) -> NDArray[np.float64]:
        """Return [O, h]."""
        season, steps = len(self.usual), np.arange(1, horizon + 1)
        anomalies = values[origins] - self.usual[origins % season]
        ahead = self.usual[(origins[:, None] + steps) % season]
        return np.asarray(ahead + anomalies[:, None] * self.decay**steps)
