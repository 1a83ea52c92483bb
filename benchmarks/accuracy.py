"""What the defaults reach on the sets that courses use, measured with the command line and the sealed test split.

Each case is a command as a user types it, over a few seeds; the test split is opened once per run, afterwards. Beside
the score stands the nearest neighbour that `pellucid evaluate` prints, where it was asked for.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from measuring import (
    RESULTS,
    describe_machine,
    format_table,
    median,
    pellucid_command,
    time_process,
    write_results,
)


@dataclass(frozen=True)
class Case:
    """One command and what it must reach.

    Attributes:
        name: of the case.
        words: after `pellucid train`.
        seeds: how many runs, with seeds 0, 1, ...
        bar: the test accuracy to reach.
        every: whether each run must reach it, or the mean of all.
        new_splits: whether each seed also splits the data anew.
        baselines: whether to score the nearest neighbour beside it.
    """

    name: str
    words: tuple[str, ...]
    seeds: int
    bar: float
    every: bool = True
    new_splits: bool = False
    baselines: bool = False


CASES = (
    Case("digits", ("digits",), 5, 0.985, every=False, new_splits=True, baselines=True),
    Case("mnist lenet5", ("mnist", "--model", "lenet5"), 3, 0.990),
    Case("mnist mlp 784-256-10", ("mnist", "--model", "mlp"), 3, 0.98),
    Case("mnist lenet5-sigmoid, 8 epochs", ("mnist", "--model", "lenet5-sigmoid", "--epochs", "8"), 3, 0.985),
    Case("fashion-mnist mlp 784-128-10", ("fashion-mnist", "--model", "mlp", "--hidden", "128"), 3, 0.885),
    # As many epochs as fit into ten minutes of two cores.
    Case("fashion-mnist, best own", ("fashion-mnist", "--epochs", "12"), 1, 0.93),
)


def run_case(case: Case, seed: int, folder: Path) -> dict[str, Any]:
    """Train and evaluate once; return accuracies, parameters and the seconds of the training's whole process."""
    runs = folder / f"{time.time_ns()}"
    words = ["train", *case.words, "--seed", str(seed), "--runs-dir", str(runs)]
    words += ["--split-seed", str(seed)] if case.new_splits else []
    seconds, _ = time_process(pellucid_command(*words))
    (record,) = runs.glob("*/run.json")
    beside = "--baselines" if case.baselines else "--no-baselines"
    _, printed = time_process(pellucid_command("evaluate", str(record.parent), beside, "--json"))
    evaluation = json.loads(printed)
    neighbour = [
        row["metrics"]["accuracy"]["value"] for row in evaluation["baselines"] if row["name"] == "nearest neighbour"
    ]
    return {
        "seed": seed,
        "test_accuracy": evaluation["metrics"]["accuracy"]["value"],
        "interval": [evaluation["metrics"]["accuracy"][end] for end in ("low", "high")],
        "nearest_neighbour": neighbour[0] if neighbour else None,
        "process_seconds": seconds,
        "parameters": json.loads(record.read_text(encoding="utf-8"))["model"]["num_parameters"],
        "epochs": len((record.parent / "metrics.jsonl").read_text(encoding="utf-8").splitlines()),
    }


def row_of(case: Case, runs: list[dict[str, Any]]) -> list[str]:
    """Return one line of the table."""
    accuracies = [run["test_accuracy"] for run in runs]
    mean = sum(accuracies) / len(accuracies)
    neighbours = [run["nearest_neighbour"] for run in runs if run["nearest_neighbour"] is not None]
    beside = sum(neighbours) / len(neighbours) if neighbours else None
    reached = (min(accuracies) if case.every else mean) >= case.bar and (beside is None or mean >= beside)
    return [
        case.name,
        f"{runs[0]['parameters']:,}",
        f"{runs[0]['epochs']}",
        f"{median([run['process_seconds'] for run in runs]):.1f}",
        ", ".join(f"{accuracy:.4f}" for accuracy in accuracies),
        f"{mean:.4f}" + (f" (nearest neighbour {beside:.4f})" if beside is not None else ""),
        f"{case.bar:g} {'each' if case.every else 'on average'}",
        "yes" if reached else "NO",
    ]


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description="Test accuracies of the defaults.")
    parser.add_argument("--only", default="", help="only the cases whose name holds this")
    options = parser.parse_args()
    folder = RESULTS / "accuracy"
    folder.mkdir(parents=True, exist_ok=True)
    rows, results = [], {}
    for case in CASES:
        if options.only in case.name:
            results[case.name] = [run_case(case, seed, folder) for seed in range(case.seeds)]
            rows.append(row_of(case, results[case.name]))
            print(f"{case.name}: {rows[-1][4]}", flush=True)
    header = ["case", "parameters", "epochs", "s, whole process", "test accuracy", "mean", "bar", "reached"]
    print(f"\n{format_table(header, rows)}\n\n{describe_machine()}")
    write_results("accuracy", {"machine": describe_machine(), "results": results})


if __name__ == "__main__":
    main()
