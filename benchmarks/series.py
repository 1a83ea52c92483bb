"""Whole series by class on the splits that the archives give, mean of several seeds; simple methods beside them.

A network is trained twice for each seed: with a validation split drawn from the part for training, which tells how good
it is, and on all of that part (--val 0), with the same settings; the second answers the part for testing.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path

import numpy as np
from measuring import describe_machine, format_table, write_results

import pellucid
from pellucid.data import Dataset
from pellucid.evaluation import series_examples, series_methods
from pellucid.kinds import SplitName, Wishes
from pellucid.preprocessing import fit_preprocessing

BARS = {
    "GunPoint": 0.99,
    "ItalyPowerDemand": 0.955,
    "ArrowHead": 0.82,
    "JapaneseVowels": 0.98,
    "BasicMotions": 0.97,
}
"""What the default model has to reach; published means of FCN are 1.000, 0.961, 0.843, 0.993 and, of others, 1.0."""


def load(folder: Path, name: str, *, val: float) -> Dataset:
    """Return a dataset with its own test split."""
    return pellucid.load_dataset(folder / f"{name}_TRAIN.ts", val=val)


def accuracy(dataset: Dataset, model: str, seed: int, runs: Path, *, split: SplitName) -> tuple[float, float]:
    """Return the accuracy of one training, and its seconds."""
    started = time.perf_counter()
    run = pellucid.train(dataset, model=model, seed=seed, runs_dir=runs)
    seconds = time.perf_counter() - started
    measured = run.evaluate(split, reason="benchmark", baselines=False)
    return measured.metrics["accuracy"].value, seconds


def beside(dataset: Dataset) -> dict[str, float]:
    """Return the test accuracy of each simple method of series, learned from all of train."""
    preprocessing, _ = fit_preprocessing(dataset, Wishes(kinds=("series",)))
    train, test = (series_examples(dataset, preprocessing, dataset.splits[split]) for split in ("train", "test"))
    targets, right = dataset.targets[dataset.splits["train"]], dataset.targets[dataset.splits["test"]]
    return {
        method.name: float((method.answer(train, targets, [test], "class")[0][0] == right).mean())
        for method in series_methods("class")
    }


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", default=",".join(BARS), help="names, with commas between them")
    parser.add_argument("--models", default="fcn1d", help="names, with commas between them")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--val", action="store_true", help="also train with a validation split, and tell its accuracy")
    options = parser.parse_args()
    data = Path(os.environ["PELLUCID_DATA"]) / "timeseries"
    rows, numbers = [], {}
    for name in options.datasets.split(","):
        whole = load(data, name, val=0)
        for method, score in beside(whole).items():
            rows.append([name, method, f"{score:.4f}", "", "", ""])
            numbers[f"{name} {method}"] = [score]
            print(rows[-1], flush=True)
        for model in options.models.split(","):
            with tempfile.TemporaryDirectory() as folder:
                runs = Path(folder)
                tested = []
                for seed in range(options.seeds):
                    tested.append(accuracy(whole, model, seed, runs, split="test"))
                    print(name, model, "seed", seed, *tested[-1], flush=True)
                chosen = load(data, name, val=0.1) if options.val else None
                vals = [accuracy(chosen, model, 0, runs, split="val")[0]] if chosen is not None else []
            scores = np.array([score for score, _ in tested])
            numbers[f"{name} {model}"] = scores.tolist()
            spread = f"{scores.std(ddof=1):.4f}" if len(scores) > 1 else ""
            seconds = f"{np.mean([seconds for _, seconds in tested]):.0f}"
            rows.append([name, model, f"{scores.mean():.4f}", spread, f"{BARS[name]:.3f}", seconds])
            print(rows[-1], vals, scores, flush=True)
    print(format_table(["data", "method", "test accuracy, mean", "deviation", "bar", "s"], rows))
    write_results("series", {"machine": describe_machine(), "accuracies": numbers})


if __name__ == "__main__":
    main()
