"""How far forecasts are off: in the series' own unit first, then in units that compare series.

The definitions are those of R. J. Hyndman and A. B. Koehler (2006), "Another look at measures of forecast accuracy",
Int. J. Forecasting 22, and, for the sMAPE, of the M4 competition.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_Array = NDArray[np.float64]

SMAPE_WORDS = "200 % times |forecast - value| / (|forecast| + |value|), on the mean; 0 where both are 0"
"""The definition, as it stands beside the number: others of the same name divide otherwise."""


def mean_absolute(forecast: _Array, truth: _Array) -> float:
    """Return the mean absolute error (MAE), in the unit of the series.

    Args:
        forecast: [O, h], or any shape.
        truth: of the same shape.
    """
    return float(np.abs(forecast - truth).mean())


def root_mean_square(forecast: _Array, truth: _Array) -> float:
    """Return the root of the mean squared error (RMSE), in the unit of the series."""
    return float(np.sqrt(np.square(forecast - truth).mean()))


class Mase(NamedTuple):
    """A mean absolute scaled error.

    Attributes:
        value: below 1 where the forecast is nearer than the seasonal naive one is within the training part, one season
            ahead; None where that one is never wrong, or there is less than a season to learn from.
        scale: the mean absolute error that it is in units of.
        season: m that it was computed with.
    """

    value: float | None
    scale: float
    season: int


def mase(forecast: _Array, truth: _Array, learned: _Array, *, season: int) -> Mase:
    """Return the mean absolute error in units of what the seasonal naive forecast is off within the training part.

    Where that is 0 (a constant or exactly periodic series), there is no such number: neither 0 nor infinity would be
    true, so it is left out.

    Args:
        forecast: [O, h].
        truth: [O, h].
        learned: [T] values of the training part.
        season: m, in steps, from 1 on.
    """
    scale = seasonal_scale(learned, season=season)
    value = mean_absolute(forecast, truth) / scale if scale > 0 else None
    return Mase(value, scale, season)


def seasonal_scale(learned: _Array, *, season: int) -> float:
    """Return the mean of |value - value a season before|; 0 where there is less than a season and one value."""
    if len(learned) <= season:
        return 0.0
    return float(np.abs(learned[season:] - learned[:-season]).mean())


def smape(forecast: _Array, truth: _Array) -> float:
    """Return the symmetric mean absolute percentage error, 0 to 200, as M4 defines it; see `SMAPE_WORDS`."""
    size = np.abs(forecast) + np.abs(truth)
    shares = np.divide(np.abs(forecast - truth), size, out=np.zeros_like(size), where=size > 0)
    return float(200 * shares.mean())


def pinball(quantiles: NDArray[np.float64], truth: _Array, levels: tuple[float, ...]) -> float:
    """Return the mean pinball loss of forecast quantiles: the lower, the better they say what comes.

    Of a level q it is q (y - f) where the value y lies above the forecast f, and (1 - q) (f - y) below; its mean over
    many levels, doubled, approaches the continuous ranked probability score (CRPS).

    Args:
        quantiles: [O, h, Q].
        truth: [O, h].
        levels: Q numbers in (0, 1).
    """
    above = truth[..., None] - quantiles
    level = np.asarray(levels)
    return float(np.maximum(level * above, (level - 1) * above).mean())


def coverage(low: _Array, high: _Array, truth: _Array) -> float:
    """Return the share of values that lie within their band, the borders included."""
    return float(((truth >= low) & (truth <= high)).mean())
