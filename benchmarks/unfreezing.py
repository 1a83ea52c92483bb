"""When the borrowed part learns: the default for photos beside `--unfreeze at-once` and `--freeze all`, on val.

    python benchmarks/unfreezing.py                            # about a quarter of an hour on one core
    python benchmarks/unfreezing.py --data hymenoptera --train 200 --seeds 5

Medical pictures are far from what the borrowed weights were learned on, so they are the hard case. Each seed draws its
own part of the training split; all modes learn from the same one, with the same number of epochs of the head or of all,
and are compared in pairs on the whole validation split. The test split is not opened.
"""

from __future__ import annotations

import argparse
import dataclasses
import tempfile
from typing import Any

import numpy as np
from measuring import describe_machine, format_table, write_results
from numpy.typing import NDArray

import pellucid
from pellucid.data import Dataset, load_dataset
from pellucid.evaluation import compare_paired
from pellucid.store import data_directory

SOURCES: dict[str, tuple[str, dict[str, Any]]] = {
    "ham10000": ("ham10000/metadata.csv", {"target": "dx"}),
    "chest-xray-224": ("chest-xray-224", {}),
    "hymenoptera": ("hymenoptera", {}),
    "flowers5": ("flowers5", {}),
}
HEAD_EPOCHS = 10


def modes_of(epochs: int) -> dict[str, dict[str, Any]]:
    """Return the recipes that are compared; the first one is the default."""
    return {
        "head first, then all": {"epochs": epochs, "head_epochs": HEAD_EPOCHS},
        "all at once": {"epochs": epochs, "unfreeze": "at-once"},
        "all frozen": {"epochs": HEAD_EPOCHS + epochs, "freeze": "all"},
    }


def part_of(dataset: Dataset, count: int, seed: int) -> Dataset:
    """Return a data set with so many of its training examples, drawn by a seed."""
    train = dataset.splits["train"]
    kept = np.sort(np.random.default_rng(seed).permutation(train)[:count])
    return dataclasses.replace(dataset, splits={**dataset.splits, "train": kept}, split_fingerprint=f"part {seed}")


def right_on_val(dataset: Dataset, recipe: dict[str, Any], seed: int, folder: str) -> NDArray[np.bool_]:
    """Train, and return [N]: whether each answer to a validation picture is right."""
    run = pellucid.train(dataset, model="timm:mobilenetv2_100", pretrained=True, seed=seed, runs_dir=folder, **recipe)
    val = dataset.splits["val"]
    answer = run.predictor.answer(run.predictor.split_outputs(dataset, val))
    right: NDArray[np.bool_] = answer.as_targets == dataset.targets[val]
    return right


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", nargs="+", default=["ham10000", "chest-xray-224"], choices=list(SOURCES))
    parser.add_argument("--train", type=int, default=240, help="training pictures")
    parser.add_argument("--epochs", type=int, default=4, help="of all that learns, after those of the head")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    rows: list[list[str]] = []
    results: dict[str, Any] = {"machine": describe_machine(), "arguments": vars(arguments), "found": {}}
    for name in arguments.data:
        path, options = SOURCES[name]
        whole = load_dataset(data_directory() / path, **options)
        targets = whole.targets[whole.splits["val"]]
        found: dict[str, list[NDArray[np.bool_]]] = {}
        for seed in range(arguments.seeds):
            dataset = part_of(whole, arguments.train, seed)
            for mode, recipe in modes_of(arguments.epochs).items():
                with tempfile.TemporaryDirectory() as folder:
                    found.setdefault(mode, []).append(right_on_val(dataset, recipe, seed, folder))
                print(f"{name}, seed {seed}, {mode}: {found[mode][-1].mean():.4f}", flush=True)
        default = np.concatenate(next(iter(found.values())))
        pictures, classes = (np.tile(one, arguments.seeds) for one in (np.arange(len(targets)), targets))
        for mode, right in found.items():
            shares = [np.mean([each[targets == k].mean() for k in np.unique(targets)]) for each in right]
            compared = compare_paired(np.concatenate(right), default, groups=pictures, classes=classes)
            points = compared.difference
            ends = "" if points.low is None or points.high is None else f" ({points.low:+.3f} to {points.high:+.3f})"
            paired = "" if right is found[next(iter(found))] else f"{points.value:+.3f}{ends}"
            each = " ".join(f"{share:.3f}" for share in shares)
            rows.append([name, mode, f"{np.mean(shares):.3f}", each, paired])
        results["found"][name] = {mode: [each.tolist() for each in right] for mode, right in found.items()}
        print(format_table(_HEADER, rows), flush=True)
    write_results("unfreezing", results)


_HEADER = ("data", "mode", "balanced accuracy, val", "per seed", "default - it, in pairs")


if __name__ == "__main__":
    main()
