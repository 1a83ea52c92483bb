"""Forecasts by the default model and by others, rolling origin, stride 1, mean of seeds; simple methods beside them.

    python benchmarks/forecast.py [--models lstm linear] [--seeds 5] [--only airline]

The last part of each series is the test, validation is taken from what lies before it, and nothing is learned from
validation or test. `PELLUCID_DATA` names the folder with `timeseries/`.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from measuring import describe_machine, format_table, write_results

import pellucid
from pellucid.data import Dataset


@dataclass(frozen=True)
class Case:
    """A series, how far ahead it is forecast, and what is held back.

    Attributes:
        name: for people.
        file: below `timeseries/`.
        horizon: h.
        val, test: rows that are held back.
        bar: mean absolute error not to be exceeded.
    """

    name: str
    file: str
    horizon: int
    val: int
    test: int
    bar: float


CASES = (
    Case("airline, 12 ahead", "airline-passengers.csv", 12, 24, 36, 25.2),
    Case("airline, 1 ahead", "airline-passengers.csv", 1, 24, 36, 18.4),
    Case("temperatures, 7 ahead", "daily-min-temperatures.csv", 7, 365, 730, 2.07),
    Case("temperatures, 1 ahead", "daily-min-temperatures.csv", 1, 365, 730, 1.83),
    Case("sunspots, 12 ahead", "monthly-sunspots.csv", 12, 282, 282, 21.0),
)


def load(case: Case) -> Dataset:
    """Return the series with exactly so many rows held back; days that the file lacks are filled."""
    path = Path(os.environ["PELLUCID_DATA"]) / "timeseries" / case.file
    options: dict[str, Any] = {"horizon": case.horizon, "gaps": "fill"}
    spans = pellucid.load_dataset(path, **options).spans
    assert spans is not None
    places = int(spans.max() - spans.min()) + 1
    return pellucid.load_dataset(path, val=case.val / places, test=case.test / places, **options)


def measure(case: Case, model: str | None, seeds: int, folder: Path) -> dict[str, Any]:
    """Return errors, coverage and seconds of one model on one series."""
    dataset, found = load(case), []
    baselines: dict[str, float] = {}
    for seed in range(seeds):
        started = time.perf_counter()
        run = pellucid.train(dataset, model=model, seed=seed, runs_dir=folder)
        seconds = time.perf_counter() - started
        evaluation = run.evaluate("test", reason="benchmark", baselines=seed == 0)
        metrics = evaluation.metrics
        baselines |= {one.name: one.metrics["mae"].value for one in evaluation.baselines}
        found.append(
            [metrics[name].value for name in ("mae", "rmse", "smape", "coverage_80", "coverage_95")] + [seconds]
        )
        print(f"  {case.name} {run.record.model.name} seed {seed}: mae {metrics['mae'].value:.3f}", flush=True)
    means = np.mean(found, axis=0)
    names = ("mae", "rmse", "smape", "coverage_80", "coverage_95", "seconds")
    spread = float(np.std([row[0] for row in found]))
    return {
        "case": case.name,
        "model": run.record.model.name,
        "bar": case.bar,
        "spread": spread,
        "beside": baselines,
        **dict(zip(names, means.tolist(), strict=True)),
    }


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="*", default=[None], help="names; the default one where none is named")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="", help="series whose name begins so")
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            if case.name.startswith(options.only):
                results += [measure(case, model, options.seeds, Path(folder)) for model in options.models]
    rows = [
        [
            one["case"],
            one["model"],
            f"{one['mae']:.2f} (sd {one['spread']:.2f})",
            f"{one['bar']:g}",
            f"{one['rmse']:.2f}",
            f"{one['coverage_80']:.0%}",
            f"{one['seconds']:.0f}",
            ", ".join(f"{name} {value:.2f}" for name, value in one["beside"].items()),
        ]
        for one in results
    ]
    head = ["series", "model", "MAE", "bar", "RMSE", "within 80 %", "s", "beside it, MAE"]
    print(format_table(head, rows))
    write_results("forecast", {"machine": describe_machine(), "seeds": options.seeds, "results": results})


if __name__ == "__main__":
    main()
