"""Forecasts by the default model and by others, rolling origin, stride 1, mean of seeds; simple methods beside them.

    python benchmarks/forecast.py [--models lstm linear] [--seeds 5] [--only airline] [--refit] [--peers]

The last part of each series is the test, validation is taken from what lies before it, and nothing is learned from
validation or test; with `--refit` the run is learned once more from training and validation together, and that one is
measured, too. `PELLUCID_DATA` names the folder with `timeseries/`. `--peers` puts statsforecast's AutoETS beside them,
where it is installed: on the same origins, fitted once on what lies before the test.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from forecast_peers import peers_beside
from measuring import describe_machine, format_table, write_results

import pellucid
from pellucid import Run
from pellucid.data import Dataset

MEASURED = ("mae", "rmse", "smape", "coverage_80", "coverage_95")


@dataclass(frozen=True)
class Case:
    """A series, how far ahead it is forecast, and what is held back.

    Attributes:
        name: for people.
        file: below `timeseries/`.
        horizon: h.
        val, test: rows that are held back; a test of 0 is the one that the data bring.
        bar: not to be exceeded.
        by: the metric that the bar is of.
    """

    name: str
    file: str
    horizon: int
    val: int
    test: int
    bar: float
    by: str = "mae"


CASES = (
    Case("airline, 12 ahead", "airline-passengers.csv", 12, 24, 36, 25.2),
    Case("airline, 1 ahead", "airline-passengers.csv", 1, 24, 36, 18.4),
    Case("temperatures, 7 ahead", "daily-min-temperatures.csv", 7, 365, 730, 2.07),
    Case("temperatures, 1 ahead", "daily-min-temperatures.csv", 1, 365, 730, 1.83),
    Case("sunspots, 12 ahead", "monthly-sunspots.csv", 12, 282, 282, 21.0),
    Case("M4 hourly, 48 ahead", "m4-hourly-train.csv", 48, 96, 0, float("nan"), by="smape"),
)


def load(case: Case) -> Dataset:
    """Return the series with exactly so many rows held back; days that the file lacks are filled."""
    path = Path(os.environ["PELLUCID_DATA"]) / "timeseries" / case.file
    options: dict[str, Any] = {"horizon": case.horizon, "gaps": "fill"}
    spans = pellucid.load_dataset(path, **options).spans
    assert spans is not None
    places = int(spans.max() - spans.min()) + 1
    shares: dict[str, Any] = {"val": case.val / places} | ({"test": case.test / places} if case.test else {})
    return pellucid.load_dataset(path, **shares, **options)


def measure(case: Case, model: str | None, seeds: Sequence[int], folder: Path, *, refit: bool) -> list[dict[str, Any]]:
    """Return errors, coverage and seconds of one model on one series; of the refitted one, too, where asked for."""
    dataset = load(case)
    found: dict[str, list[list[float]]] = {}
    baselines: dict[str, float] = {}
    for seed in seeds:
        started = time.perf_counter()
        run = pellucid.train(dataset, model=model, seed=seed, runs_dir=folder)
        runs: dict[str, Run] = {run.record.model.name: run}
        if refit:
            runs[f"{run.record.model.name}, refitted"] = pellucid.refit(run)
        for name, one in runs.items():
            evaluation = one.evaluate("test", reason="benchmark", baselines=seed == seeds[0])
            metrics = evaluation.metrics
            seconds = time.perf_counter() - started
            found.setdefault(name, []).append([metrics[measured].value for measured in MEASURED] + [seconds])
            words = "(also learned from validation)" if one is not run else ""
            baselines |= {f"{b.name} {words}".strip(): b.metrics[case.by].value for b in evaluation.baselines}
            print(f"  {case.name} {name} seed {seed}: {case.by} {metrics[case.by].value:.3f}", flush=True)
    return [_row(case, name, rows, baselines) for name, rows in found.items()]


def _row(case: Case, name: str, rows: list[list[float]], beside: dict[str, float]) -> dict[str, Any]:
    means, leading = np.mean(rows, axis=0), MEASURED.index(case.by)
    return {
        "case": case.name,
        "model": name,
        "by": case.by,
        "bar": case.bar,
        "spread": float(np.std([row[leading] for row in rows])),
        "beside": beside,
        **dict(zip((*MEASURED, "seconds"), means.tolist(), strict=True)),
    }


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="*", default=[None], help="names; the default one where none is named")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", default="", help="series whose name begins so")
    parser.add_argument("--refit", action="store_true", help="measure the run refitted on train and val, too")
    parser.add_argument("--peers", action="store_true", help="measure libraries for forecasts beside it")
    options = parser.parse_args()
    results: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for case in (case for case in CASES if case.name.startswith(options.only)):
            for model in options.models:
                results += measure(case, model, range(options.seeds), Path(folder), refit=options.refit)
            if options.peers:
                results[-1]["beside"] |= peers_beside(load(case), by=case.by)
    rows = [
        [
            one["case"],
            one["model"],
            f"{one['by']} {one[one['by']]:.2f} (sd {one['spread']:.2f})",
            f"{one['bar']:g}",
            f"{one['rmse']:.2f}",
            f"{one['coverage_80']:.0%}",
            f"{one['seconds']:.0f}",
            ", ".join(f"{name} {value:.2f}" for name, value in one["beside"].items()),
        ]
        for one in results
    ]
    head = ["series", "model", "error", "bar", "RMSE", "within 80 %", "s", "beside it"]
    print(format_table(head, rows))
    write_results("forecast", {"machine": describe_machine(), "seeds": options.seeds, "results": results})


if __name__ == "__main__":
    main()
