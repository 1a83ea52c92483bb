"""What the engine costs: seconds per epoch beside a hand-written PyTorch loop, and Keras, in the same run.

Same model, pictures, batch, optimizer and arithmetic (float32), no augmentation; the first epoch of each is left out.
Peers and engine run in turn, and the median over all is taken. Keras runs in its own environment.

On a machine that is busy with other things whole epochs cannot be compared. `--steps N` takes N steps of the engine and
N of the loop in turn, within one process, and compares the processor time of the two; there is no validation, and no
Keras.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import torch
from measuring import ROOT, describe_machine, format_table, median, time_process, write_results
from mnist_lenet5 import export_split, run_peer
from numpy.typing import NDArray
from peers.torch_loop import Examples, endless_steps, seconds_per_epoch

import pellucid
from pellucid.data import Dataset
from pellucid.kinds import Form, SplitName
from pellucid.models import build_model
from pellucid.preprocessing import ImagePreprocessing, prepare_inputs
from pellucid.preprocessing.tensors import normalise_tensor
from pellucid.runs import Recipe, RunRecord
from pellucid.training import NullProgress, plan_run
from pellucid.training.batches import each_batch
from pellucid.training.building import build_engine
from pellucid.training.randomness import epoch_order

CASES = {"lenet5": "mnist", "resnet20": "cifar10"}
BATCH = 128


def examples(record: RunRecord, dataset: Dataset, split: SplitName) -> Examples:
    """Return a split as the peer holds it: float32, normalised as the run does."""
    preprocessing = record.preprocessing
    assert isinstance(preprocessing, ImagePreprocessing)
    places = dataset.splits[split]
    pixels = torch.from_numpy(prepare_inputs(dataset, preprocessing, places)).permute(0, 3, 1, 2)
    inputs = torch.cat([normalise_tensor(part, preprocessing) for part in torch.split(pixels, 4096)])
    return Examples(inputs, torch.from_numpy(dataset.targets[places]))


def measure(model: str, dataset: Dataset, *, repeats: int, epochs: int) -> tuple[list[float], list[float]]:
    """Return (ours, the loop's) seconds per epoch, first epochs left out."""
    ours: list[float] = []
    loop: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(repeats):
            run = pellucid.train(
                dataset,
                model=model,
                epochs=epochs,
                batch=BATCH,
                optimizer="adam",
                lr=1e-3,
                schedule="constant",
                augment="none",
                precision="float32",
                seed=seed,
                runs_dir=folder,
            )
            ours += [row["seconds"] for row in run.history[1:]]
            record = run.record.model
            network = build_model(model, form=Form(shape=record.input_shape), outputs=record.output_width, seed=seed)
            train, val = examples(run.record, dataset, "train"), examples(run.record, dataset, "val")
            loop += seconds_per_epoch(network, train, val, batch=BATCH, epochs=epochs)[1:]
    return ours, loop


def measure_in_turn(model: str, dataset: Dataset, *, steps: int, rounds: int) -> tuple[list[float], list[float]]:
    """Return (ours, the loop's) processor seconds per step, of `rounds` rounds of `steps` steps each."""
    recipe = Recipe(
        model=model,
        epochs=1,
        batch=BATCH,
        optimizer="adam",
        lr=1e-3,
        schedule="constant",
        augment="none",
        precision="float32",
        device="cpu",
    )
    plan = plan_run(dataset, recipe)
    engine = build_engine(plan.record, plan.model, dataset, NullProgress())
    record = plan.record.model
    network = build_model(model, form=Form(shape=record.input_shape), outputs=record.output_width, seed=0)
    train = examples(plan.record, dataset, "train")
    loop_steps = endless_steps(network, train, batch=BATCH)

    def engine_steps() -> Iterator[None]:
        for model_ in engine.models.values():
            model_.train()
        for epoch in count(1):
            order = epoch_order(len(engine.train), seed=0, epoch=epoch)
            for number, batch in enumerate(each_batch(engine.train, order, BATCH, epoch=epoch)):
                engine.step(batch, number)
                yield

    seconds: tuple[list[float], list[float]] = ([], [])
    sides = (engine_steps(), loop_steps)
    for number in range(rounds + 1):
        for side, found in zip(sides, seconds, strict=True):
            started = time.process_time()
            for _ in range(steps):
                next(side)
            if number:  # the first round warms up
                found.append((time.process_time() - started) / steps)
    return seconds


def keras_lenet5_seconds(python: str, folder: Path, epochs: int, seed: int) -> list[float]:
    """Return Keras' seconds per epoch on LeNet-5 and MNIST, the first left out."""
    split, _ = export_split(folder)
    return [row["seconds"] for row in run_peer(python, split, seed, epochs=epochs, until=None)["epochs"][1:]]


def keras_resnet20_seconds(python: str, folder: Path, epochs: int, dataset: Dataset) -> list[float]:
    """Return Keras' seconds per epoch on resnet20 and the same normalised pictures, the first left out."""
    plan = plan_run(dataset, Recipe(model="resnet20", epochs=1, augment="none", device="cpu"))
    parts: dict[str, NDArray[Any]] = {}
    for split in ("train", "val"):
        part = examples(plan.record, dataset, split)
        parts[f"{split}_inputs"] = part.inputs.permute(0, 2, 3, 1).contiguous().numpy()
        parts[f"{split}_targets"] = part.targets.numpy()
    pictures = folder / "pictures.npz"
    np.savez(pictures, **parts)  # type: ignore[arg-type]  # numpy's stub takes the names for flags
    peer = ROOT / "benchmarks" / "peers" / "keras_resnet20.py"
    _, printed = time_process([python, str(peer), str(pictures), "--epochs", str(epochs)])
    return [row["seconds"] for row in json.loads(printed.strip().splitlines()[-1])["epochs"][1:]]


def keras_seconds(model: str, python: str, dataset: Dataset, *, repeats: int, epochs: int) -> list[float]:
    """Return Keras' seconds per epoch, first epochs left out."""
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for seed in range(repeats):
            if model == "lenet5":
                found += keras_lenet5_seconds(python, Path(folder), epochs, seed)
            else:
                found += keras_resnet20_seconds(python, Path(folder), epochs, dataset)
    return found


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--steps", type=int, default=0, help="compare steps taken in turn instead of epochs")
    parser.add_argument("--rounds", type=int, default=9, help="of --steps")
    parser.add_argument("--only", choices=list(CASES), default=None)
    parser.add_argument("--peer-python", default=str(ROOT / ".venv-bench" / "bin" / "python"))
    options = parser.parse_args()
    rows, numbers = [], {}
    for model, name in CASES.items():
        if options.only not in (None, model):
            continue
        dataset = pellucid.load_dataset(name)
        if options.steps:
            ours, loop = measure_in_turn(model, dataset, steps=options.steps, rounds=options.rounds)
            numbers[model] = {"ours": ours, "loop": loop}
            ratio = f"{median(ours) / median(loop):.3f}"
            rows.append([f"{model}, {name}", f"{median(ours) * 1e3:.2f}", f"{median(loop) * 1e3:.2f}", ratio])
            continue
        ours, loop = measure(model, dataset, repeats=options.repeats, epochs=options.epochs)
        keras: list[float] = []
        if Path(options.peer_python).exists():
            keras = keras_seconds(model, options.peer_python, dataset, repeats=options.repeats, epochs=options.epochs)
        numbers[model] = {"ours": ours, "loop": loop, "keras": keras}
        beside = f"{median(keras):.2f}" if keras else "-"
        ratio = f"{median(ours) / median(keras):.2f}" if keras else "-"
        rows.append(
            [
                f"{model}, {name}",
                f"{median(ours):.2f}",
                f"{median(loop):.2f}",
                f"{median(ours) / median(loop):.2f}",
                beside,
                ratio,
            ]
        )
    what = "processor ms per step" if options.steps else "s per epoch"
    header = [what, "Pellucid", "PyTorch loop", "ratio", "Keras 3", "ratio"][: len(rows[0])]
    print(format_table(header, rows))
    print(f"\n{json.dumps(describe_machine())}")
    write_results("engine_steps" if options.steps else "engine", {"machine": describe_machine(), "seconds": numbers})


if __name__ == "__main__":
    main()
