"""Simple methods beside a forecast: each learns a series' training part, and is then asked from every origin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, FutureWindows, OneSeries
from pellucid.evaluation.forecasting.climatology import Climatology
from pellucid.evaluation.forecasting.holt_winters import HoltWinters, Seasonal
from pellucid.evaluation.forecasting.naive import Drift, Naive, SeasonalNaive, SeasonalNaiveWithDrift
from pellucid.evaluation.forecasting.rolling import Forecaster
from pellucid.evaluation.simple import Method
from pellucid.kinds import FutureTarget, SplitName

MOST_SMOOTHED = 60
"""Steps of a season up to which Holt-Winters is fitted: of longer ones it has too many numbers to find."""
MOST_SERIES, MOST_STEPS = 50, 6_000
"""Series, and steps of each, up to which it is fitted: one after another, in plain Python."""

_Maker = Callable[[OneSeries], Forecaster]


def forecast_methods(dataset: Dataset, split: SplitName) -> list[Method]:
    """Return naive, drift, seasonal naive with and without drift, Holt-Winters or climatology.

    Those among them that have enough of every series to learn from; none of them sees rows.

    Args:
        dataset: of series that go on.
        split: whose examples are forecast.
    """
    futures, target, indices = dataset.targets, FutureTarget.of(dataset.target), dataset.splits[split]
    if not isinstance(futures, FutureWindows):
        raise TypeError("A future is kept as windows of its series.")
    series, season = futures.grouped(indices, dataset.splits["train"]), target.season
    least = min(one.learned for one in series)
    makers: dict[str, _Maker] = {"naive": lambda _: Naive(), "drift": lambda _: Drift()}
    if season > 1 and least >= 2 * season:
        makers["seasonal naive"] = lambda _: SeasonalNaive(season)
        makers["seasonal naive with drift"] = lambda _: SeasonalNaiveWithDrift(season)
    if season > MOST_SMOOTHED and least >= 2 * season:
        makers["climatology with decaying anomaly"] = lambda one: Climatology.fit(
            one.values[: one.learned], season=season
        )
    elif season > 1 and least >= 3 * season and len(series) <= MOST_SERIES and least <= MOST_STEPS:
        makers["Holt-Winters"] = partial(_smoothed, season=season)
    return [
        Method(name, partial(_answer, maker, series, len(indices), target.horizon)) for name, maker in makers.items()
    ]


def _smoothed(one: OneSeries, *, season: int) -> HoltWinters:
    """Return the smoothing, additive or multiplicative, that forecasts the training part better one step ahead."""
    learned = one.values[: one.learned]
    kinds: tuple[Seasonal, ...] = ("additive", "multiplicative") if learned.min() > 0 else ("additive",)
    fitted = [HoltWinters.fit(learned, season=season, seasonal=kind) for kind in kinds]
    return min(fitted, key=lambda method: method.squared_error(learned))


def _answer(maker: _Maker, series: Sequence[OneSeries], count: int, horizon: int) -> tuple[NDArray[Any], str]:
    answered = np.zeros((count, horizon))
    for one in series:
        method = maker(one)
        answered[one.examples] = method.forecast(one.values, one.origins, horizon)
    words = method.description
    return answered, words if len(series) == 1 else f"{words} (The last of {len(series):,} series; each has its own.)"
