"""statsforecast's AutoETS on the same origins and the same values; left out where it is not installed."""

from __future__ import annotations

import time
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, FutureWindows, OneSeries
from pellucid.evaluation.forecasting import smape
from pellucid.kinds import FutureTarget

LONGEST_SEASON = 24
"""Steps of a season beyond which AutoETS chooses among models without one: its own limit."""


def peers_beside(dataset: Dataset, *, by: str) -> dict[str, float]:
    """Return what AutoETS scores on the test origins of a dataset, by its name; {} where it is not installed.

    Each series' model is chosen and fitted once, on what lies before the test (validation included), and then follows
    the series unchanged.

    Args:
        dataset: of series.
        by: "mae" or "smape".
    """
    if find_spec("statsforecast") is None:
        print("  AutoETS: left out, for statsforecast is not installed", flush=True)
        return {}
    started = time.perf_counter()
    futures, target = dataset.targets, FutureTarget.of(dataset.target)
    assert isinstance(futures, FutureWindows)
    test = dataset.splits["test"]
    before = np.concatenate([dataset.splits["train"], dataset.splits["val"]])
    given, right = np.zeros((len(test), target.horizon)), futures[test]
    for one in futures.grouped(test, before):
        given[one.examples] = _auto_ets(one, target)
    found = smape(given, right) if by == "smape" else float(np.abs(given - right).mean())
    print(f"  AutoETS: {by} {found:.3f} in {time.perf_counter() - started:.0f} s", flush=True)
    return {"AutoETS (also learned from validation)": found}


def _auto_ets(one: OneSeries, target: FutureTarget) -> NDArray[np.float64]:
    """Return [O, h] forecasts of one series from its origins."""
    from statsforecast.models import AutoETS

    season = target.season if target.season <= LONGEST_SEASON else 1
    model = AutoETS(season_length=season).fit(one.values[: one.learned])
    if len(one.origins) == 1 and one.origins[0] == one.learned - 1:
        return np.asarray(model.predict(h=target.horizon)["mean"], np.float64)[None]
    seen = (one.values[: origin + 1] for origin in one.origins.tolist())
    return np.stack([model.forward(y=values, h=target.horizon)["mean"] for values in seen])
