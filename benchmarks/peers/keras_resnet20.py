"""The peer: resnet20 (He et al. 2016, option A) on pictures in memory, in Keras 3 on TensorFlow.

Run by `engine.py` in the peers' environment; it imports nothing of Pellucid. The pictures come in an .npz file, already
normalised, as Pellucid's own network sees them. It prints one JSON object: the seconds of each epoch.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from keras_lenet5 import EpochClock, keras, np, tf

CHANNELS = (16, 32, 64)
BLOCKS = 3


def convolve(tensor: Any, channels: int, stride: int = 1) -> Any:
    """Return a 3 x 3 convolution without bias, and batch normalisation."""
    tensor = keras.layers.Conv2D(channels, 3, strides=stride, padding="same", use_bias=False)(tensor)
    return keras.layers.BatchNormalization()(tensor)


def add_block(tensor: Any, channels: int, stride: int) -> Any:
    """Return a residual block; at stride 2 every second pixel, and zeros for the new channels, go around it."""
    hidden = keras.layers.ReLU()(convolve(tensor, channels, stride))
    hidden = convolve(hidden, channels)
    if stride == 2:
        new = channels // 4
        tensor = keras.layers.Lambda(
            lambda way: keras.ops.pad(way[:, ::2, ::2], ((0, 0), (0, 0), (0, 0), (new, new))),
        )(tensor)
    return keras.layers.ReLU()(keras.layers.Add()([hidden, tensor]))


def build_resnet20(classes: int) -> Any:
    """Return resnet20 for pictures of 32 x 32 x 3: 269,722 trained parameters for ten classes."""
    inputs = keras.Input((32, 32, 3))
    tensor = keras.layers.ReLU()(convolve(inputs, CHANNELS[0]))
    for stage, channels in enumerate(CHANNELS):
        for block in range(BLOCKS):
            tensor = add_block(tensor, channels, 2 if stage and not block else 1)
    return keras.Model(inputs, keras.layers.Dense(classes)(keras.layers.GlobalAveragePooling2D()(tensor)))


def main() -> None:
    """Train, and print one JSON object as the last line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pictures", type=Path, help=".npz: train_inputs [N, 32, 32, 3] float32, train_targets, val_...")
    parser.add_argument("--epochs", type=int, default=3)
    options = parser.parse_args()
    with np.load(options.pictures, allow_pickle=False) as file:
        parts = {name: file[name] for name in file.files}
    model = build_resnet20(int(parts["train_targets"].max()) + 1)
    model.compile(
        optimizer="adam",
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    clock = EpochClock(None)
    model.fit(
        parts["train_inputs"],
        parts["train_targets"],
        batch_size=128,
        epochs=options.epochs,
        validation_data=(parts["val_inputs"], parts["val_targets"]),
        callbacks=[clock],
        verbose=0,
    )
    trained = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    print(json.dumps({"tensorflow": tf.__version__, "parameters": trained, "epochs": clock.epochs}))


if __name__ == "__main__":
    main()
