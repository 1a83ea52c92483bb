"""What the engine costs: seconds per epoch beside a hand-written PyTorch loop, and Keras, in the same run.

Same model, pictures, batch, optimizer and arithmetic (float32), no augmentation; the first epoch of each is left out.
Peers and engine run in turn, and the median over all is taken. Keras runs in its own environment, on LeNet-5.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import torch
from measuring import RESULTS, ROOT, describe_machine, format_table, median, write_results
from mnist_lenet5 import export_split, run_peer
from peers.torch_loop import Examples, seconds_per_epoch

import pellucid
from pellucid.data import Dataset
from pellucid.models import build_model
from pellucid.preprocessing import ImagePreprocessing, prepare_inputs
from pellucid.preprocessing.tensors import normalise_tensor
from pellucid.spec import SplitName

CASES = {"lenet5": "mnist", "resnet20": "cifar10"}
BATCH = 128


def examples(run: pellucid.Run, dataset: Dataset, split: SplitName) -> Examples:
    """Return a split as the peer holds it: float32, normalised as the run does."""
    preprocessing = run.record.preprocessing
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
            network = build_model(model, input_shape=record.input_shape, outputs=record.output_width, seed=seed)
            train, val = examples(run, dataset, "train"), examples(run, dataset, "val")
            loop += seconds_per_epoch(network, train, val, batch=BATCH, epochs=epochs)[1:]
    return ours, loop


def keras_seconds(python: str, repeats: int, epochs: int) -> list[float]:
    """Return Keras' seconds per epoch on LeNet-5 and MNIST, first epochs left out."""
    folder = RESULTS / "engine"
    folder.mkdir(parents=True, exist_ok=True)
    split, _ = export_split(folder)
    results = [run_peer(python, split, seed, epochs=epochs, until=None) for seed in range(repeats)]
    return [row["seconds"] for result in results for row in result["epochs"][1:]]


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--only", choices=list(CASES), default=None)
    parser.add_argument("--peer-python", default=str(ROOT / ".venv-bench" / "bin" / "python"))
    options = parser.parse_args()
    rows, numbers = [], {}
    for model, name in CASES.items():
        if options.only not in (None, model):
            continue
        dataset = pellucid.load_dataset(name)
        ours, loop = measure(model, dataset, repeats=options.repeats, epochs=options.epochs)
        keras: list[float] = []
        if model == "lenet5" and Path(options.peer_python).exists():
            keras = keras_seconds(options.peer_python, options.repeats, options.epochs)
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
    header = ["s per epoch", "Pellucid", "PyTorch loop", "ratio", "Keras 3", "ratio"]
    print(format_table(header, rows))
    print(f"\n{json.dumps(describe_machine())}")
    write_results("engine", {"machine": describe_machine(), "seconds": numbers})


if __name__ == "__main__":
    main()
