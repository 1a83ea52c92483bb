"""What looking at a training's health costs: seconds spent on looks over seconds spent on epochs, in one process."""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

from measuring import describe_machine, format_table, write_results

import pellucid
from pellucid.training import health

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "digits, cnn, 5 epochs": ("digits", {"model": "cnn", "epochs": 5}),
    "digits, cnn, 30 epochs": ("digits", {"model": "cnn", "epochs": 30}),
    "digits, mlp, 30 epochs": ("digits", {"model": "mlp", "epochs": 30}),
    "fashion-mnist, lenet5, 2 epochs": ("fashion-mnist", {"model": "lenet5", "epochs": 2}),
    "flowers5, resnet18, 2 epochs": ("flowers5", {"model": "resnet18", "epochs": 2, "imgsz": 64}),
}


def measure(data: str, choices: dict[str, Any]) -> tuple[float, float, int]:
    """Return the seconds of all looks, of all epochs, and the number of looks."""
    looks: list[float] = []
    real = health.measure_health

    def timed(*arguments: Any) -> Any:
        started = time.perf_counter()
        result = real(*arguments)
        looks.append(time.perf_counter() - started)
        return result

    vars(health)["measure_health"] = timed
    try:
        with tempfile.TemporaryDirectory() as folder:
            run = pellucid.train(data, runs_dir=Path(folder), **choices)
            return sum(looks), sum(row["seconds"] for row in run.history), len(looks)
    finally:
        vars(health)["measure_health"] = real


def main() -> None:
    """Train, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="only the cases whose name holds this")
    options = parser.parse_args()
    rows, numbers = [], {}
    for name, (data, choices) in CASES.items():
        if options.only not in name:
            continue
        try:
            looking, training, count = measure(data, choices)
        except pellucid.PellucidError as problem:
            print(f"{name}: left out: {problem}")
            continue
        rows.append([name, str(count), f"{looking:.2f}", f"{training:.1f}", f"{looking / training:.2%}"])
        numbers[name] = {"looks": count, "looking_seconds": looking, "epoch_seconds": training}
        print("  ".join(rows[-1]), flush=True)
    header = ["training", "looks", "looking, s", "epochs, s", "cost"]
    print(f"\n{format_table(header, rows)}\n\n{describe_machine()}")
    write_results("health_cost", {"machine": describe_machine(), "results": numbers})


if __name__ == "__main__":
    main()
