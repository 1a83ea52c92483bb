"""U-Net: generated shapes, and cell membranes under the microscope, beside a threshold and a forest on pixels, paired.

The membranes are the 30 training pictures of the ISBI 2012 challenge (Arganda-Carreras et al. 2015), as
PELLUCID_DATA/membrane/images and masks, 00.png to 29.png: slices of one block of tissue. Neighbours are alike, so they
are split by stretches: 20 to learn from, 4 to choose by, 6 for the test.

    python benchmarks/segmentation.py --data membrane --peer resnet18 --python /path/to/python

also trains the U-Net of segmentation-models-pytorch with that encoder, in an environment of its own, for as much
processor time as our training took (its measuring among it), and compares both on the test, picture by picture.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from measuring import ROOT, describe_machine, format_table, time_process, write_results
from PIL import Image

import pellucid
from pellucid import Dataset, Run
from pellucid.evaluation import SCORING, Baseline, Truth
from pellucid.evaluation.masks.overlap import count_pixels, dice_of

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


def measure(name: str, folder: Path, choices: dict[str, Any], peer: dict[str, str] | None) -> dict[str, Any]:
    """Train once, and return the test's Dice by class, the seconds, and the paired comparisons with all rivals."""
    began = time.process_time()
    run = pellucid.train(data_of(name, folder), runs_dir=folder / "runs", **choices)
    busy = time.process_time() - began
    evaluation = run.evaluate("test", reason="benchmark")
    history = run.history
    beside = {} if peer is None or name != "membrane" else {"peer": beside_peer(run, folder, peer, busy)}
    return beside | {
        "processor_seconds": busy,
        "dice": evaluation.metrics["dice"].to_dict(),
        "classes": {
            row.name: {key: one.to_dict() for key, one in row.metrics.items()} for row in evaluation.output_rows
        },
        "seconds": sum(row["seconds"] for row in history),
        "epochs": len(history),
        "rivals": {one.name: _told(one) for one in evaluation.baselines},
    }


def beside_peer(run: Run, folder: Path, peer: dict[str, str], seconds: float) -> dict[str, Any]:
    """Train the peer for as many seconds of processor time, and compare its answers to the test with a run's."""
    out = folder / "peer"
    out.mkdir()
    job = folder / "job.json"
    values = [int(value) for value in run.dataset.target.values]  # type: ignore[attr-defined]
    told = {"folder": str(folder / "membrane"), "out": str(out), "values": values, "seconds": seconds, "seed": 0}
    job.write_text(json.dumps(told | {"encoder": peer["encoder"]}), encoding="utf-8")
    script = str(ROOT / "benchmarks" / "peers" / "smp_unet.py")
    _, printed = time_process([peer["python"], script, str(job)])
    test = run.dataset.splits["test"]
    names = [Path(run.dataset.example_name(place)).stem for place in test.tolist()]
    answered = np.stack([np.asarray(Image.open(out / f"{name}.png")) for name in names])
    own = run.predictor.split_answer(run.dataset, test)[0].as_targets
    truth, scoring = Truth.of(run.dataset, "test", headline="dice"), SCORING["mask"]
    compared = scoring.compare(answered, own, truth, names=("segmentation-models", "the model"))
    metrics = {key: one.to_dict() for key, one in scoring.metrics(answered, truth).items()}
    counts = count_pixels(answered, truth.targets, len(values)).sum(axis=0)
    classes = dict(zip(run.dataset.target.answers, dice_of(counts).tolist(), strict=True))
    print(compared.summary, classes, printed, flush=True)
    said: dict[str, Any] = json.loads(printed)
    return said | {"metrics": metrics, "classes": classes, "versus": compared.to_dict()}


def _told(rival: Baseline) -> dict[str, Any]:
    versus = None if rival.versus is None else rival.versus.to_dict()
    return {"dice": rival.metrics["dice"].to_dict(), "versus": versus}


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="+", default=list(BARS))
    parser.add_argument("--epochs", type=int, default=None)
    parser.add_argument("--peer", default="", help="encoder of the peer's U-Net, e.g. resnet18; none unless asked for")
    parser.add_argument("--python", default=sys.executable, help="of the peer")
    options = parser.parse_args()
    peer = {"encoder": options.peer, "python": options.python} if options.peer else None
    choices = {} if options.epochs is None else {"epochs": options.epochs}
    numbers, rows = {}, []
    for name in options.data:
        with tempfile.TemporaryDirectory() as folder:
            numbers[name] = measure(name, Path(folder), choices, peer)
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
