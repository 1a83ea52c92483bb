"""U-Net: generated shapes, and cell membranes under the microscope, beside a threshold and a forest on pixels, paired.

The membranes are the 30 training pictures of the ISBI 2012 challenge (Arganda-Carreras et al. 2015), as
PELLUCID_DATA/membrane/images and masks, 00.png to 29.png: slices of one block of tissue. Neighbours are alike, so they
are split by stretches: 20 to learn from, 4 to choose by, 6 for the test.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path
from typing import Any

from measuring import describe_machine, format_table, write_results

import pellucid
from pellucid import Dataset
from pellucid.evaluation import Baseline

STRETCHES = {"train": range(20), "val": range(20, 24), "test": range(24, 30)}
BARS = {"shapes": {"circle": 0.95, "square": 0.95, "triangle": 0.95}, "membrane": {"background": 0.75, "object": 0.93}}
"""Dice that each class is to reach; of membranes the background is the membrane, and an object a cell."""


def data_of(name: str, folder: Path) -> Dataset:
    """Return a dataset by its name; of membranes with links to its files in a folder for each split."""
    if name != "membrane":
        return pellucid.load_dataset(name)
    source = Path(os.environ["PELLUCID_DATA"]) / "membrane"
    for split, numbers in STRETCHES.items():
        for kind in ("images", "masks"):
            place = folder / "membrane" / split / kind
            place.mkdir(parents=True, exist_ok=True)
            for number in numbers:
                (place / f"{number:02}.png").symlink_to(source / kind / f"{number:02}.png")
    return pellucid.load_dataset(folder / "membrane")


def measure(name: str, folder: Path, choices: dict[str, Any]) -> dict[str, Any]:
    """Train once, and return the test's Dice by class, the seconds, and the paired comparisons with both rivals."""
    run = pellucid.train(data_of(name, folder), runs_dir=folder / "runs", **choices)
    evaluation = run.evaluate("test", reason="benchmark")
    history = run.history
    return {
        "dice": evaluation.metrics["dice"].to_dict(),
        "classes": {
            row.name: {key: one.to_dict() for key, one in row.metrics.items()} for row in evaluation.output_rows
        },
        "seconds": sum(row["seconds"] for row in history),
        "epochs": len(history),
        "rivals": {one.name: _told(one) for one in evaluation.baselines},
    }


def _told(rival: Baseline) -> dict[str, Any]:
    versus = None if rival.versus is None else rival.versus.to_dict()
    return {"dice": rival.metrics["dice"].to_dict(), "versus": versus}


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="+", default=list(BARS))
    parser.add_argument("--epochs", type=int, default=None)
    options = parser.parse_args()
    choices = {} if options.epochs is None else {"epochs": options.epochs}
    numbers, rows = {}, []
    for name in options.data:
        with tempfile.TemporaryDirectory() as folder:
            numbers[name] = measure(name, Path(folder), choices)
        found = numbers[name]
        print(name, found, flush=True)
        for label, bar in BARS[name].items():
            dice = found["classes"][label]["dice"]
            ends = "" if dice["low"] is None else f" ({dice['low']:.3f} to {dice['high']:.3f})"
            rivals = ", ".join(f"{rival} {told['dice']['value']:.3f}" for rival, told in found["rivals"].items())
            reached = "yes" if dice["value"] >= bar else "NO"
            rows.append(
                [name, label, f"{dice['value']:.4f}{ends}", f"{bar}", reached, f"{found['seconds']:.0f}", rivals]
            )
    print(format_table(["data", "class", "Dice, test", "bar", "reached", "seconds", "rivals' mean Dice"], rows))
    write_results("segmentation", {"machine": describe_machine(), "runs": numbers})


if __name__ == "__main__":
    main()
