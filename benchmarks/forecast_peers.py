"""Libraries for forecasts, on the same origins and the same values; each is left out where it is not installed."""

from __future__ import annotations

import time
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, FutureWindows, OneSeries
from pellucid.evaluation.forecasting import smape
from pellucid.kinds import FutureTarget


def peers_beside(dataset: Dataset, *, by: str) -> dict[str, float]:
    """Return what peers score on the test origins of a dataset, by their names.

    Args:
        dataset: of series.
        by: "mae" or "smape".
    """
    found: dict[str, float] = {}
    for name, package, answer in (
        ("AutoETS", "statsforecast", _auto_ets),
        ("NeuralForecast LSTM", "neuralforecast", _neural_lstm),
    ):
        if find_spec(package) is None:
            print(f"  {name}: left out, for {package} is not installed", flush=True)
            continue
        started = time.perf_counter()
        given, right = _answered(dataset, answer)
        found[name] = smape(given, right) if by == "smape" else float(np.abs(given - right).mean())
        print(f"  {name}: {by} {found[name]:.3f} in {time.perf_counter() - started:.0f} s", flush=True)
    return found


def _answered(dataset: Dataset, answer: Any) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return [N, h] forecasts from the test origins, and what came."""
    futures, target = dataset.targets, FutureTarget.of(dataset.target)
    assert isinstance(futures, FutureWindows)
    test = dataset.splits["test"]
    before = np.concatenate([dataset.splits["train"], dataset.splits["val"]])
    given = np.zeros((len(test), target.horizon))
    for one in futures.grouped(test, before):
        given[one.examples] = answer(one, target)
    return given, futures[test].astype(np.float64)


def _auto_ets(one: OneSeries, target: FutureTarget) -> NDArray[np.float64]:
    """Choose and fit an exponential smoothing on what lies before the test; it then follows the series, unchanged."""
    from statsforecast.models import AutoETS

    season = target.season if target.season <= 24 else 1
    model = AutoETS(season_length=season).fit(one.values[: one.learned])
    if len(one.origins) == 1:
        return np.asarray(model.predict(h=target.horizon)["mean"])[None]
    return np.stack(
        [model.forward(y=one.values[: origin + 1], h=target.horizon)["mean"] for origin in one.origins.tolist()]
    )


def _neural_lstm(one: OneSeries, target: FutureTarget) -> NDArray[np.float64]:
    """Train NeuralForecast's LSTM with its defaults on one series, which has a single origin."""
    from neuralforecast import NeuralForecast
    from neuralforecast.models import LSTM
    from pandas import DataFrame

    if len(one.origins) > 1:
        raise RuntimeError("NeuralForecast's LSTM is measured on tests of one origin.")
    table = DataFrame({"unique_id": 0, "ds": np.arange(one.learned), "y": one.values[: one.learned]})
    learned = NeuralForecast([LSTM(h=target.horizon, input_size=2 * target.horizon)], freq=1)
    learned.fit(table)
    return learned.predict()["LSTM"].to_numpy(np.float64)[None]
