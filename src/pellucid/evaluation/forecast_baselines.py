"""Simple methods beside a forecast: each learns a series' training part, and is then asked from every origin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, FutureWindows, OneSeries
from pellucid.doing import doing
from pellucid.evaluation.beside import score_methods
from pellucid.evaluation.forecasting.climatology import Climatology
from pellucid.evaluation.forecasting.holt_winters import HoltWinters, Seasonal
from pellucid.evaluation.forecasting.naive import Drift, Naive, SeasonalNaive, SeasonalNaiveWithDrift
from pellucid.evaluation.forecasting.rolling import Forecaster
from pellucid.evaluation.kinds import Truth
from pellucid.evaluation.records import Baseline
from pellucid.evaluation.simple import Method
from pellucid.kinds import FutureTarget, SplitName

MOST_SMOOTHED = 60
"""Steps of a season up to which Holt-Winters is fitted: of longer ones it has too many numbers to find."""
MOST_SERIES, MOST_STEPS = 50, 6_000
"""Series, and steps of each, up to which it is fitted: one after another, in plain Python."""

_Maker = Callable[[OneSeries], Forecaster]


def forecast_baselines(
    dataset: Dataset, split: SplitName, truth: Truth, *, model_answers: NDArray[Any]
) -> tuple[Baseline, ...]:
    """Return naive, drift, seasonal naive with and without drift, Holt-Winters or climatology, scored.

    Those among them that have enough of every series to learn from; none of them sees rows.

    Args:
        dataset: of series that go on.
        split: what is scored.
        truth: of its examples.
        model_answers: [N, H] what the model forecasts.
    """
    with doing("scoring simple forecasts beside it"):
        return score_methods(_methods(dataset, dataset.splits[split]), truth, model_answers=model_answers)


def _methods(dataset: Dataset, indices: NDArray[np.int64]) -> list[Method]:
    """Return the methods that have enough of every series to learn from.

    Args:
        dataset: of series.
        indices: [N] examples that are forecast.
    """
    futures, target = dataset.targets, FutureTarget.of(dataset.target)
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
        Method(name, partial(_answer, maker, series, len(indices), target.horizon))
        for name, maker in makers.items()
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
