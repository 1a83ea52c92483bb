"""Tables by default beside logistic regression or least squares, random forest and gradient boosting: same splits.

    python benchmarks/tables.py
    python benchmarks/tables.py winequality-red iris --seeds 3

Each table is split anew per seed; the network is trained by the default recipe, and it and the simple methods learn
from the training split alone and are scored on the test split: accuracy for classes, R2 for numbers.
"""

from __future__ import annotations

import argparse
import csv
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from measuring import describe_machine, format_table, write_results
from numpy.typing import NDArray
from scipy import stats

import pellucid
from pellucid.data import Dataset, load_dataset
from pellucid.errors import PellucidError
from pellucid.evaluation.winner import say_winner
from pellucid.store import data_directory

LINEAR = ("logistic regression", "linear regression")
TREES = ("random forest", "gradient boosting")
NEAR = 0.03
"""Three points of accuracy, or 0.03 of R2."""
TEST_TO_TRAIN = 0.2 / 0.7


def table(file: str, *, leave_out: tuple[str, ...] = (), **options: Any) -> Callable[[Path, int], Dataset]:
    """Return what reads a table of the data folder, without some of its columns, split by a seed."""

    def read(folder: Path, seed: int) -> Dataset:
        source = data_directory() / "tabular" / file
        if leave_out:
            source = _without(source, leave_out, folder / file)
        return load_dataset(source, seed=seed, impute="median", **options)

    return read


def _without(source: Path, columns: tuple[str, ...], place: Path) -> Path:
    with source.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    kept = [number for number, name in enumerate(header) if name not in columns]
    with place.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([[row[number] for number in kept] for row in [header, *rows]])
    return place


SETS: dict[str, Callable[[Path, int], Dataset]] = {
    "winequality-red": table("winequality-red.csv", target="column12", task="single-label"),
    # `alive` is the answer in words.
    "titanic": table("titanic.csv", leave_out=("alive",), target="survived", task="binary"),
    "penguins": table("penguins.csv", target="species"),
    "abalone": table("abalone.csv", target="column9", task="regression"),
    # `name` names the rows: 305 different ones in 398.
    "auto-mpg": table("auto-mpg.csv", leave_out=("name",), target="mpg", task="regression"),
    "california": table("california_housing.csv", target="median_house_value", task="regression"),
    "boston": table("boston_housing.csv", target="column14", task="regression"),
    "iris": lambda folder, seed: load_dataset("iris", seed=seed),
    "diabetes": lambda folder, seed: load_dataset("diabetes", seed=seed),
}


def measure(dataset: Dataset, seed: int, folder: Path) -> tuple[dict[str, float], dict[str, float], str]:
    """Return the test scores of the network and the simple methods, the balanced ones, and what the first lines say."""
    run = pellucid.train(dataset, seed=seed, runs_dir=folder)
    evaluation = run.evaluate("test", reason="benchmark")
    metric = "r2" if "r2" in evaluation.metrics else "accuracy"
    scores = {"network": evaluation.metrics[metric].value}
    scores |= {one.name: one.metrics[metric].value for one in evaluation.baselines}
    balanced = {}
    if "balanced_accuracy" in evaluation.metrics:
        balanced = {"network": evaluation.metrics["balanced_accuracy"].value}
        balanced |= {one.name: one.metrics["balanced_accuracy"].value for one in evaluation.baselines}
    return scores, balanced, say_winner(evaluation)


def margin(differences: NDArray[np.float64]) -> float:
    """Return half the width of the 95 % interval of a mean of paired differences over splits.

    Splits of one set overlap, so the naive t interval is too narrow; Nadeau & Bengio (2003) widen it.
    """
    n = len(differences)
    if n < 2:
        return float("inf")
    return float(stats.t.ppf(0.975, n - 1) * np.sqrt(differences.var(ddof=1) * (1 / n + TEST_TO_TRAIN)))


def row_of(name: str, found: list[tuple[dict[str, float], dict[str, float], str]]) -> tuple[list[str], bool, bool]:
    """Return a line of the table, whether the network is at least as good as the linear one, and near the trees."""
    scores = [one[0] for one in found]
    linear = next(method for method in LINEAR if method in scores[0])
    column = {method: np.array([one[method] for one in scores]) for method in ("network", linear, *TREES)}
    gains = column["network"] - column[linear]
    width = margin(gains)
    holds = bool(gains.mean() >= 0 or gains.mean() + width >= 0)
    best = max(TREES, key=lambda method: float(column[method].mean()))
    behind = float(column[best].mean() - column["network"].mean())
    said = sum(bool(one[2]) for one in found)
    cells = [name, *(f"{column[method].mean():.4f}" for method in ("network", linear, *TREES))]
    cells += [f"{gains.mean():+.4f} +- {width:.4f}", "yes" if holds else "NO"]
    cells += [f"{-behind:+.4f}", "yes" if behind <= NEAR else "NO", f"{said}/{len(found)}"]
    return cells, holds, behind <= NEAR


HEADER = (
    "table", "network", "linear", "forest", "boosting", "network - linear", "not below", "network - best of trees",
    "within 0.03", "winner said",
)  # fmt: skip


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="*", choices=[*SETS, []], help="tables; all by default")
    parser.add_argument("--seeds", type=int, default=5)
    options = parser.parse_args()
    rows, kept, all_found = [], [], {}
    for name in options.sets or SETS:
        with tempfile.TemporaryDirectory() as folder:
            try:
                place = Path(folder)
                found = [measure(SETS[name](place, seed), seed, place / "runs") for seed in range(options.seeds)]
            except (PellucidError, OSError) as problem:
                print(f"{name}: left out: {problem}")
                continue
        cells, holds, near = row_of(name, found)
        rows.append(cells)
        kept.append((holds, near))
        all_found[name] = [{"scores": one[0], "balanced": one[1], "said": one[2]} for one in found]
        print(" | ".join(cells), flush=True)
    print(f"\nTest accuracy, or R2 of numbers; means of {options.seeds} seeds\n")
    print(format_table(HEADER, rows))
    print(f"\nnot below the linear method: {sum(one[0] for one in kept)} of {len(kept)}")
    print(f"within {NEAR} of the best of forest and boosting: {sum(one[1] for one in kept)} of {len(kept)}")
    write_results("tables", {"machine": describe_machine(), "seeds": options.seeds, "found": all_found})


if __name__ == "__main__":
    main()
