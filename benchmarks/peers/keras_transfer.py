"""The peer: the transfer-learning guide of Keras 3 (on TensorFlow), with the backbone, weights and split of the others.

As the guide has it: pictures brought to 224 x 224 and kept in memory, mirrored and turned at random within the model, a
frozen backbone in inference mode, dropout of 0.2, Adam at its default rate; for all layers the head's epoch first, then
everything at 1e-5. The backbone is timm's mobilenetv2_100 layer by layer, padding included, so that its weights fit.
Run by `transfer.py` in the peers' environment; it imports nothing of Pellucid.
"""

from __future__ import annotations

import json
import math
import time
from pathlib import Path
from typing import Any

from keras_lenet5 import keras, np, tf
from transfer_split import MEAN, STD, Job, finish, read_job

SIDE, BATCH = 224, 32
STAGES = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
"""Expansion, channels, blocks and first stride of each stage (Sandler et al. 2018, table 2)."""


def normed(tensor: Any, name: str, *, relu: bool = True) -> Any:
    """Return batch normalisation and, unless told otherwise, ReLU6 behind it."""
    tensor = keras.layers.BatchNormalization(epsilon=1e-5, momentum=0.9, name=name)(tensor)
    return keras.layers.ReLU(6.0)(tensor) if relu else tensor


def depthwise(tensor: Any, name: str, stride: int) -> Any:
    """Return a 3 x 3 convolution of each channel by itself, padded by one pixel on each side, as PyTorch pads."""
    padded = keras.layers.ZeroPadding2D(1)(tensor)
    return keras.layers.DepthwiseConv2D(3, strides=stride, use_bias=False, name=name)(padded)


def add_block(tensor: Any, name: str, expansion: int, channels: int, stride: int) -> Any:
    """Return an inverted residual block; the very first one has nothing to expand."""
    known, hidden = tensor.shape[-1], tensor
    if expansion > 1:
        hidden = keras.layers.Conv2D(known * expansion, 1, use_bias=False, name=f"{name}.conv_pw")(hidden)
        hidden = normed(hidden, f"{name}.bn1")
    hidden = normed(depthwise(hidden, f"{name}.conv_dw", stride), f"{name}.bn{2 if expansion > 1 else 1}")
    last = f"{name}.conv_pwl" if expansion > 1 else f"{name}.conv_pw"
    hidden = keras.layers.Conv2D(channels, 1, use_bias=False, name=last)(hidden)
    hidden = normed(hidden, f"{name}.bn{3 if expansion > 1 else 2}", relu=False)
    return keras.layers.Add()([tensor, hidden]) if stride == 1 and known == channels else hidden


def build_backbone(weights: str) -> Any:
    """Return mobilenetv2_100 up to its features, with the weights of a safetensors file."""
    inputs = keras.Input((SIDE, SIDE, 3))
    tensor = keras.layers.ZeroPadding2D(1)(inputs)
    tensor = normed(keras.layers.Conv2D(32, 3, strides=2, use_bias=False, name="conv_stem")(tensor), "bn1")
    for stage, (expansion, channels, blocks, stride) in enumerate(STAGES):
        for block in range(blocks):
            tensor = add_block(tensor, f"blocks.{stage}.{block}", expansion, channels, 1 if block else stride)
    tensor = normed(keras.layers.Conv2D(1280, 1, use_bias=False, name="conv_head")(tensor), "bn2")
    model = keras.Model(inputs, keras.layers.GlobalAveragePooling2D()(tensor))
    tensors = read_safetensors(Path(weights))
    for layer in model.layers:
        if f"{layer.name}.running_mean" in tensors:
            layer.set_weights([tensors[f"{layer.name}.{part}"] for part in ("weight", "bias", *_RUNNING)])
        elif f"{layer.name}.weight" in tensors:
            kernel = tensors[f"{layer.name}.weight"]
            is_depthwise = isinstance(layer, keras.layers.DepthwiseConv2D)
            layer.set_weights([kernel.transpose((2, 3, 0, 1) if is_depthwise else (2, 3, 1, 0))])
    return model


_RUNNING = ("running_mean", "running_var")


def read_safetensors(path: Path) -> dict[str, Any]:
    """Return the float32 tensors of a file: a length, a header in JSON, and then the numbers."""
    data = path.read_bytes()
    start = 8 + int.from_bytes(data[:8], "little")
    tensors = {}
    for name, about in json.loads(data[8:start]).items():
        if about.get("dtype") == "F32":
            first, _ = about["data_offsets"]
            count = math.prod(about["shape"])
            tensors[name] = np.frombuffer(data, np.float32, count, start + first).reshape(about["shape"])
    return tensors


def pictures(files: list[tuple[str, int]], *, shuffled_by: int | None = None) -> Any:
    """Return batches of pictures [n, 224, 224, 3] in 0..255 and classes, decoded once."""
    resize = keras.layers.Resizing(SIDE, SIDE, crop_to_aspect_ratio=True)

    def read(path: Any, target: Any) -> tuple[Any, Any]:
        picture = tf.io.decode_image(tf.io.read_file(path), channels=3, expand_animations=False)
        picture.set_shape((None, None, 3))
        return resize(picture), target

    paths, targets = zip(*files, strict=True)
    data = tf.data.Dataset.from_tensor_slices((list(paths), list(targets)))
    data = data.map(read, num_parallel_calls=tf.data.AUTOTUNE).cache()
    if shuffled_by is not None:
        data = data.shuffle(len(files), seed=shuffled_by)
    return data.batch(BATCH).prefetch(tf.data.AUTOTUNE)


def build_model(job: Job, backbone: Any) -> Any:
    """Return the guide's model around a backbone."""
    inputs = keras.Input((SIDE, SIDE, 3))
    tensor = keras.layers.RandomFlip("horizontal", seed=job.seed)(inputs)
    tensor = keras.layers.RandomRotation(0.1, seed=job.seed)(tensor)
    mean, variance = [255 * value for value in MEAN], [(255 * value) ** 2 for value in STD]
    tensor = backbone(keras.layers.Normalization(mean=mean, variance=variance)(tensor), training=False)
    tensor = keras.layers.Dropout(0.2, seed=job.seed)(tensor)
    return keras.Model(inputs, keras.layers.Dense(job.num_classes)(tensor))


def main() -> None:
    """Train, keep the weights of the epoch that is best on val, answer the test pictures."""
    job = read_job()
    keras.utils.set_random_seed(job.seed)
    train, val, test = pictures(job.train, shuffled_by=job.seed), pictures(job.val), pictures(job.test)
    backbone = build_backbone(job.weights)
    backbone.trainable = False
    model = build_model(job, backbone)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    stages = [(1e-3, job.epochs)] if job.frozen else [(1e-3, 1), (1e-5, job.epochs - 1)]
    for number, (rate, epochs) in enumerate(stages):
        backbone.trainable = number > 0
        model.compile(optimizer=keras.optimizers.Adam(rate), loss=loss, metrics=["accuracy"])
        best = keras.callbacks.EarlyStopping("val_accuracy", patience=epochs, restore_best_weights=True)
        model.fit(train, epochs=epochs, validation_data=val, callbacks=[best], verbose=0)
    started = time.perf_counter()
    predicted = model.predict(test, verbose=0).argmax(axis=1).tolist()
    finish(
        predicted,
        answering_seconds=time.perf_counter() - started,
        keras=keras.__version__,
        tensorflow=tf.__version__,
    )


if __name__ == "__main__":
    main()
