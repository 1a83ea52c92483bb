"""The peer: LeNet-5 on MNIST in Keras 3 on TensorFlow, written the way its own guides write it.

Run by `mnist_lenet5.py` in the peers' environment; it imports nothing of Pellucid. It reads the same idx files and the
same assignment of pictures to train and validation. With `--until` it is handed the test split as its validation data
and stops at the first epoch that reaches the accuracy: it may look at what Pellucid may not, which favours the peer.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import time
from pathlib import Path
from typing import Any

_STARTED = float(os.environ.get("BENCH_STARTED", time.time()))
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import keras  # noqa: E402  (the backend is chosen before the import)
import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402


def read_idx(path: Path) -> np.ndarray:
    """Return the array in an idx file of unsigned bytes, gzipped or not."""
    packed = path.with_name(path.name + ".gz")
    content = gzip.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes()
    rank = content[3]
    shape = np.frombuffer(content, ">i4", rank, 4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * rank).reshape(shape)


def read_split(folder: Path, stem: str) -> tuple[np.ndarray, np.ndarray]:
    """Return (pictures float32 [N, 28, 28, 1] in 0..1, labels int64 [N]) of "train" or "t10k"."""
    pictures = read_idx(folder / f"{stem}-images-idx3-ubyte").astype(np.float32)[..., None] / 255
    return pictures, read_idx(folder / f"{stem}-labels-idx1-ubyte").astype(np.int64)


def build_lenet5() -> Any:
    """Return LeNet-5 with ReLU and max pooling, 61,706 parameters, as Pellucid's `lenet5`."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(6, 5, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Conv2D(16, 5, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(120, activation="relu"),
            keras.layers.Dense(84, activation="relu"),
            keras.layers.Dense(10),
        ]
    )


class EpochClock(keras.callbacks.Callback):  # type: ignore[misc]  # keras has no types
    """Notes the time and the accuracy of each epoch, and stops once the accuracy is reached.

    Args:
        until: accuracy on the validation data at which to stop; None runs all epochs.
    """

    def __init__(self, until: float | None) -> None:
        super().__init__()
        self.until = until
        self.epochs: list[dict[str, float]] = []
        self._began = self._trained = 0.0

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Start the clock."""
        self._began = time.perf_counter()

    def on_test_begin(self, logs: Any = None) -> None:
        """Note when the training part of the epoch ended."""
        self._trained = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Write the epoch down."""
        accuracy = float(logs["val_accuracy"])
        row = {
            "train_seconds": self._trained - self._began,
            "seconds": time.perf_counter() - self._began,
            "since_start_seconds": time.time() - _STARTED,
            "accuracy": accuracy,
        }
        self.epochs.append(row)
        if self.until is not None and accuracy >= self.until:
            self.model.stop_training = True


def main() -> None:
    """Train, and print one JSON object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of the four MNIST idx files")
    parser.add_argument("split", type=Path, help=".npz with `train` and `val`: positions in the training file")
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--until", type=float, help="stop at this test accuracy; without it validate on `val`")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()

    keras.utils.set_random_seed(options.seed)
    pictures, labels = read_split(options.folder, "train")
    with np.load(options.split, allow_pickle=False) as split:
        train, val = split["train"], split["val"]
    watched = (pictures[val], labels[val]) if options.until is None else read_split(options.folder, "t10k")
    model = build_lenet5()
    # Keras chooses by itself whether XLA compiles the step; forcing it on was twice as slow on two cores.
    model.compile(
        optimizer="adam",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    clock = EpochClock(options.until)
    model.fit(
        pictures[train],
        labels[train],
        batch_size=128,
        epochs=options.epochs,
        validation_data=watched,
        callbacks=[clock],
        verbose=0,
    )
    print(
        json.dumps(
            {
                "versions": {"keras": keras.__version__, "tensorflow": tf.__version__},
                "parameters": int(model.count_params()),
                "epochs": clock.epochs,
            }
        )
    )


if __name__ == "__main__":
    main()
