"""Uneven classes: what each remedy brings in balanced accuracy and costs in calibration, against doing nothing.

    python benchmarks/uneven.py                    # all datasets that are there
    python benchmarks/uneven.py fashion --seeds 5

Each dataset is made uneven (or is) and split anew per seed; every remedy trains on the same examples from the same
start, and is measured on validation and test together.

Eight seeds on a busy machine (two cores of an x86-64 server, torch 2.11, lenet5), balanced accuracy / ECE:

                        fashion 39:1      pneumonia 15:1    lesions 6.7:1
    nothing             0.760 / 0.027     0.925 / 0.007     0.472 / 0.058
    sampler balanced    0.786 / 0.028     0.947 / 0.008     0.528 / 0.053
    loss logit-adjusted 0.783 / 0.023     0.939 / 0.008     0.506 / 0.060

Class weights and focal loss were left behind after three seeds.

Paired with doing nothing, five seeds, the standard error of the mean difference in brackets:

                            pneumonia 15:1                     lesions 6.7:1
                            accuracy         balanced          accuracy         balanced
    sampler balanced        -0.035 (0.007)   +0.047 (0.009)    -0.028 (0.030)   +0.054 (0.022)
    nothing, p / prior^0.25 -0.006 (0.001)   +0.024 (0.008)    -0.006 (0.021)   +0.039 (0.017)

The last row answers with the class whose probability over the fourth root of its frequency is largest. Each costs plain
accuracy by more than chance somewhere, so nothing is done unless it is asked for; an evaluation whose balanced accuracy
lies well below the plain one names the sampler with what it brings and costs (`evaluation/rare.py`).

A bias per class, fitted on validation beside the temperature, was tried and left out. ECE with it less ECE without
(fitted on one half, measured on the other; lenet5): weights -0.0007, sampler -0.0006 on PneumoniaMNIST's validation
split (5 seeds, 4 epochs), -0.0011 and -0.0057 on fashion (2 seeds, 6 epochs); but +0.011 and +0.006 on PneumoniaMNIST's
own test split, where other shares of the pictures show pneumonia.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

import pellucid
from pellucid.data import Dataset, dataset_from_arrays, load_dataset
from pellucid.errors import PellucidError
from pellucid.evaluation.reliability import expected_calibration_error
from pellucid.store import data_directory

REMEDIES: dict[str, dict[str, Any]] = {
    "nothing": {"loss": "cross-entropy"},
    "class-weight balanced": {"class_weight": "balanced"},
    "sampler balanced": {"sampler": "balanced"},
    "loss focal": {"loss": "focal"},
    "loss logit-adjusted": {"loss": "logit-adjusted"},
}


def fashion(seed: int) -> Dataset:
    """Fashion-MNIST with a long tail: 1,000 pictures of the first class, 0.6 times as many of each next."""
    data = load_dataset("fashion-mnist")
    train = data.splits["train"]
    random = np.random.default_rng(seed)
    kept = np.concatenate(
        [random.permutation(train[data.targets[train] == k])[: int(1000 * 0.6**k) + 16] for k in range(10)]
    )
    pictures = np.stack([data.inputs.pixels(int(index)) for index in kept])  # type: ignore[attr-defined]
    labels = [str(label) for label in data.targets[kept]]
    return dataset_from_arrays(pictures, labels, name="fashion-long-tail", seed=seed, val=0.3, test=0.2)


def pneumonia(seed: int) -> Dataset:
    """PneumoniaMNIST's training part at 15 to 1: 3,000 with pneumonia, 200 without."""
    arrays = np.load(data_directory() / "pneumoniamnist" / "pneumoniamnist.npz")
    pictures, labels = arrays["train_images"], arrays["train_labels"][:, 0]
    random = np.random.default_rng(seed)
    kept = np.concatenate(
        [random.permutation(np.flatnonzero(labels == 0))[:200], random.permutation(np.flatnonzero(labels == 1))[:3000]]
    )
    names = [("normal", "pneumonia")[label] for label in labels[kept]]
    return dataset_from_arrays(pictures[kept], names, name="pneumonia-uneven", seed=seed, val=0.3, test=0.2)


def lesions(seed: int) -> Dataset:
    """The skin lesions of the data folder as they are split there: 280 of the largest class, 42 of the smallest."""
    return load_dataset(data_directory() / "ham10000" / "metadata.csv", target="dx")


SETS: dict[str, tuple[Callable[[int], Dataset], dict[str, Any]]] = {
    "fashion": (fashion, {"model": "lenet5", "epochs": 15}),
    "pneumonia": (pneumonia, {"model": "lenet5", "epochs": 15}),
    "lesions": (lesions, {"model": "lenet5", "imgsz": 32, "epochs": 20}),
}


def measure(data: Dataset, choices: dict[str, Any], seed: int) -> tuple[float, ...]:
    """Return balanced accuracy, accuracy, ECE of the highest probability, and log loss on val and test together.

    And balanced accuracy and accuracy again, as they would be if the most probable class were answered.
    """
    with tempfile.TemporaryDirectory() as place:
        run = pellucid.train(data, runs_dir=place, seed=seed, **choices)
        indices = np.concatenate([data.splits["val"], data.splits["test"]])
        answer = run.predictor.answer(run.predictor.split_outputs(data, indices))
    targets: NDArray[np.int64] = data.targets[indices].astype(np.int64)
    probabilities, right = answer.numbers, answer.as_targets == targets
    recalls = [right[targets == k].mean() for k in np.unique(targets)]
    ece = expected_calibration_error(
        probabilities.max(axis=1).astype(np.float64), probabilities.argmax(axis=1) == targets
    )
    losses = -np.log(np.clip(probabilities[np.arange(len(targets)), targets], 1e-7, 1))
    likeliest = probabilities.argmax(axis=1) == targets
    found = float(np.mean([likeliest[targets == k].mean() for k in np.unique(targets)]))
    return float(np.mean(recalls)), float(right.mean()), ece, float(losses.mean()), found, float(likeliest.mean())


def main() -> None:
    """Print a table per dataset."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", choices=[*SETS, []], help="datasets; all by default")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    for name in arguments.sets or SETS:
        make, common = SETS[name]
        try:
            data = [make(seed) for seed in range(arguments.seeds)]
        except (PellucidError, OSError) as problem:
            print(f"{name}: left out: {problem}")
            continue
        counts = data[0].class_counts("train").values()
        print(f"\n{name}: {sum(counts):,} training examples, {max(counts) / min(counts):.1f} to 1, {common}")
        print(
            f"{'':<22} balanced accuracy   accuracy  ECE      log loss   (mean and spread of {arguments.seeds} seeds)"
            "   paired with nothing: balanced accuracy, accuracy; the same of the most probable class"
        )
        plain: NDArray[np.float64] | None = None
        for remedy, choices in REMEDIES.items():
            rows = np.array([measure(one, {**common, **choices}, seed) for seed, one in enumerate(data)])
            mean, spread = rows.mean(axis=0), rows.std(axis=0, ddof=1) if len(rows) > 1 else np.zeros(6)
            plain = rows if plain is None else plain
            beside = "; ".join(
                ", ".join(paired(rows[:, column] - plain[:, column % 4]) for column in columns)
                for columns in ((0, 1), (4, 5))
            )
            scores = f"{mean[0]:.4f} +- {spread[0]:.4f}   {mean[1]:.4f}    {mean[2]:.4f}   {mean[3]:.4f}"
            print(f"{remedy:<22} {scores}   {beside}", flush=True)


def paired(differences: NDArray[np.float64]) -> str:
    """Return the mean of differences seed by seed, with its standard error."""
    error = differences.std(ddof=1) / np.sqrt(len(differences)) if len(differences) > 1 else float("nan")
    return f"{differences.mean():+.4f} ({error:.4f})"


if __name__ == "__main__":
    main()
