"""LeNet-5 on MNIST: Keras 3 (TensorFlow backend) and Pellucid in turn, on the same split, medians over seeds.

Three questions, kept apart:

- *Whole*: how long is the wait for a network that is right on 0.990 of the test pictures? The peer (Adam, batch 128,
  constant learning rate) may look at the test split after every epoch and stops at the first that reaches it. Pellucid
  runs `pellucid train mnist --model lenet5` to its end, test split sealed, and is asked afterwards. Both are timed as
  whole processes, from start to exit.
- *Engine*: the same epochs, batch, optimizer and learning rate, no augmentation, validation on the same pictures:
  seconds per epoch, the first left out.
- *Recipe*: epochs needed.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from measuring import (
    RESULTS,
    ROOT,
    describe_machine,
    format_table,
    median,
    pellucid_command,
    time_process,
    write_results,
)

from pellucid.data import Dataset, load_dataset
from pellucid.store import data_directory

PEER = ROOT / "benchmarks" / "peers" / "keras_lenet5.py"
TARGET = 0.990
DEFAULTS = ("train", "mnist", "--model", "lenet5")
LIKE_THE_PEER = {
    "--batch": "128",
    "--optimizer": "adam",
    "--lr": "0.001",
    "--schedule": "constant",
    "--warmup": "0",
    "--weight-decay": "0",
    "--label-smoothing": "0",
    "--augment": "none",
    "--patience": "0",
}
ENGINE = (*DEFAULTS, *(word for pair in LIKE_THE_PEER.items() for word in pair))


def export_split(folder: Path) -> tuple[Path, Dataset]:
    """Write the positions of our training and validation pictures in the training file; return (file, dataset)."""
    dataset = load_dataset("mnist")
    num_trained_on = len(dataset) - 10_000
    train, val, test = (np.asarray(dataset.splits[name]) for name in ("train", "val", "test"))
    if (
        not np.array_equal(test, np.arange(num_trained_on, len(dataset)))
        or max(train.max(), val.max()) >= num_trained_on
    ):
        raise RuntimeError(
            "The MNIST dataset is not the training file followed by the test file; the split cannot be shared."
        )
    path = folder / "split.npz"
    np.savez(path, train=train, val=val)
    return path, dataset


def run_peer(python: str, split: Path, seed: int, *, epochs: int, until: float | None) -> dict[str, Any]:
    """Train the peer; return its own JSON with `process_seconds` added."""
    command = [
        python,
        str(PEER),
        str(data_directory() / "mnist"),
        str(split),
        "--seed",
        str(seed),
        "--epochs",
        str(epochs),
    ]
    seconds, printed = time_process([*command, *(["--until", str(until)] if until is not None else [])])
    result: dict[str, Any] = json.loads(printed.strip().splitlines()[-1])
    return result | {"process_seconds": seconds}


def run_ours(words: tuple[str, ...], seed: int, folder: Path, dataset: Dataset) -> dict[str, Any]:
    """Train with the command line; return time, epochs, and the accuracy on the test split, opened afterwards."""
    runs = folder / f"runs-{time.time_ns()}"
    seconds, _ = time_process(pellucid_command(*words, "--seed", str(seed), "--runs-dir", str(runs)))
    (record,) = runs.glob("*/run.json")
    trained_on = json.loads(record.read_text(encoding="utf-8"))["dataset"]["split_fingerprint"]
    if trained_on != dataset.split_fingerprint:
        raise RuntimeError("The peer's split and ours differ; the comparison would not be fair.")
    lines = (record.parent / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
    _, printed = time_process(pellucid_command("evaluate", str(record.parent), "--json"))
    accuracy = json.loads(printed)["metrics"]["accuracy"]["value"]
    return {"process_seconds": seconds, "epochs": [json.loads(line) for line in lines], "test_accuracy": accuracy}


def epoch_seconds(results: list[dict[str, Any]]) -> float:
    """Return the median seconds per epoch, training and validation, without each run's first."""
    return median([row["seconds"] for result in results for row in result["epochs"][1:]])


def summarise(results: dict[str, list[dict[str, Any]]]) -> tuple[str, dict[str, Any]]:
    """Return (Markdown table, the ratios) of everything measured."""
    peer, ours = results["peer_until"], results["ours_default"]
    reached = [result["epochs"][-1]["accuracy"] >= TARGET for result in peer]
    # A peer that never got there counts with the time it was given: a lower bound, in its favour.
    more = "> " if sum(reached) * 2 < len(reached) else ""
    whole = (
        median([result["process_seconds"] for result in peer]),
        median([result["process_seconds"] for result in ours]),
    )
    engine = epoch_seconds(results["peer_engine"]), epoch_seconds(results["ours_engine"])
    recipe = median([len(result["epochs"]) for result in peer]), median([len(result["epochs"]) for result in ours])
    ratios = {name: us / them for name, (them, us) in {"whole": whole, "engine": engine, "recipe": recipe}.items()}
    accuracies = ", ".join(f"{result['test_accuracy']:.4f}" for result in ours)
    best = ", ".join(f"{max(row['accuracy'] for row in result['epochs']):.4f}" for result in peer)
    rows = [
        ["whole process, s", f"{more}{whole[0]:.1f}", f"{whole[1]:.1f}", f"{ratios['whole']:.2f}"],
        ["engine, s per epoch", f"{engine[0]:.2f}", f"{engine[1]:.2f}", f"{ratios['engine']:.2f}"],
        ["recipe, epochs", f"{more}{recipe[0]:.0f}", f"{recipe[1]:.0f}", f"{ratios['recipe']:.2f}"],
        [f"test accuracy, of {len(ours)}", f"{best} (best epoch)", f"{accuracies} (sealed)", ""],
        [
            f"reached {TARGET:.3f}",
            f"{sum(reached)}",
            f"{sum(result['test_accuracy'] >= TARGET for result in ours)}",
            "",
        ],
    ]
    return format_table(["LeNet-5 on MNIST", "Keras 3", "Pellucid", "ratio"], rows), ratios


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description="Time to 0.990 on MNIST, beside Keras 3.")
    parser.add_argument("--peer-python", default=str(ROOT / ".venv-bench" / "bin" / "python"))
    parser.add_argument("--runs", type=int, default=3, help="seeds, 0 and up")
    parser.add_argument("--epochs", type=int, default=20, help="most epochs the peer is given to reach the accuracy")
    parser.add_argument("--engine-epochs", type=int, default=4)
    options = parser.parse_args()
    folder = RESULTS / "mnist_lenet5"
    folder.mkdir(parents=True, exist_ok=True)

    results: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("peer_until", "ours_default", "peer_engine", "ours_engine")
    }
    split, dataset = export_split(folder)
    python, epochs = options.peer_python, options.engine_epochs
    for seed in range(options.runs):
        results["peer_until"].append(run_peer(python, split, seed, epochs=options.epochs, until=TARGET))
        results["ours_default"].append(run_ours(DEFAULTS, seed, folder, dataset))
        results["peer_engine"].append(run_peer(python, split, seed, epochs=epochs, until=None))
        results["ours_engine"].append(run_ours((*ENGINE, "--epochs", str(epochs)), seed, folder, dataset))
        print(
            f"seed {seed}: "
            + ", ".join(f"{name} {rows[-1]['process_seconds']:.1f} s" for name, rows in results.items()),
            flush=True,
        )

    table, ratios = summarise(results)
    machine = describe_machine() | results["peer_until"][0]["versions"]
    print(f"\n{table}\n\nMedians of {options.runs}; ratio below 1 means Pellucid needs less. {machine}")
    write_results("mnist_lenet5", {"machine": machine, "ratios": ratios, "target": TARGET, "results": results})


if __name__ == "__main__":
    main()
