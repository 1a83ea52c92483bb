"""Files of NumPy arrays (.npz), as MedMNIST and Keras lay them out; never with pickle in them."""

from __future__ import annotations

import math
import os
import zipfile
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from pellucid.data.duplicates import digest_rows
from pellucid.data.images import ArrayImages, Section
from pellucid.data.memory import free_memory
from pellucid.data.npz_labels import read_array_weights, read_labels, read_target
from pellucid.data.pixel_arrays import PixelKind, as_answered, as_pixels
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.splits import TEST, TRAIN, VAL
from pellucid.data.table_columns import TaskName
from pellucid.decoding import Pixels
from pellucid.errors import DataError
from pellucid.files import guarded, open_plain
from pellucid.kinds import SPLITS
from pellucid.records import Decision

MAX_BYTES = 16 << 30
"""Most bytes of all arrays together: they must fit into memory, and a few bytes on the disk can stand for many."""
_SMALL = 64 << 20  # bytes that are read however little memory seems to be free

_LAYOUTS: tuple[dict[int, tuple[str, str]], ...] = (
    {
        TRAIN: ("train_images", "train_labels"),
        VAL: ("val_images", "val_labels"),
        TEST: ("test_images", "test_labels"),
    },
    {TRAIN: ("x_train", "y_train"), VAL: ("x_val", "y_val"), TEST: ("x_test", "y_test")},
    {TRAIN: ("images", "labels")},
    {TRAIN: ("x", "y")},
)
"""MedMNIST's names of arrays, Keras', and plain ones: split to (pictures, labels)."""

_EXPECTED = (
    "Expected train_images [N, H, W] or [N, H, W, 3] and train_labels [N], [N, 1] or of 0 and 1 [N, L], and perhaps "
    "the same with val_ and test_ (as in MedMNIST); or x_train, y_train, x_test, y_test; or images, labels."
)


def raw_of_arrays(
    path: Path, arrays: dict[str, NDArray[Any]], *, name: str, weight: str | None, task: TaskName | None, used: str
) -> RawDataset:
    """Return the raw dataset of arrays of pictures and labels by their names; splits that they bring are kept.

    Args:
        path: of the file, or the folder of the files.
        arrays: by names of MedMNIST, Keras, or plain ones.
        name: of the dataset.
        weight: what the arrays of example weights are called, as in train_WEIGHT, WEIGHT_train or WEIGHT; None for
            sample_weight, where there are such.
        task: what the labels are, where they could be several things.
        used: how they lie, for people.

    Raises:
        DataError: they are called or shaped otherwise.
    """
    parts = _find_parts(path, arrays)
    pictures, labels, sections, given = [], [], [], []
    for split, (images_name, labels_name) in parts.items():
        images, given_labels = arrays[images_name], read_labels(path, labels_name, arrays[labels_name], task=task)
        if len(images) != len(given_labels):
            raise DataError(
                f"{path}: '{images_name}' holds {len(images):,} pictures, "
                f"but '{labels_name}' {len(given_labels):,} labels.",
                expected="There must be one label per picture.",
            )
        pictures.append(images)
        labels.append(given_labels)
        sections.append(Section(images_name, len(given_labels), SPLITS[split]))
        given.append(np.full(len(given_labels), split, dtype=np.int8))
    shapes = {images.shape[1:] for images in pictures}
    if len(shapes) > 1:
        raise DataError(f"The pictures in {path} differ in shape between the splits: {sorted(shapes)}.")
    try:
        found = as_pixels(pictures[0] if len(pictures) == 1 else np.concatenate(pictures))
    except DataError as problem:
        raise DataError(f"{path}: {problem}") from None
    target, targets, said = read_target(path, labels, task=task)
    weights, said_of_weights = read_array_weights(path, arrays, list(parts.values()), weight)
    digests = digest_rows(found.pixels)
    names = ", ".join(f"{images}, {targets}" for images, targets in parts.values())
    layout = Decision(name="layout", value=used, reason=names)
    return RawDataset(
        name=name,
        source=os.fspath(path),
        input=found.input,
        target=target,
        inputs=ArrayImages(found.pixels, sections=sections),
        targets=targets,
        weights=weights,
        content=digests,
        equality=digests,
        given=np.concatenate(given) if len(parts) > 1 or TRAIN not in parts else None,
        decisions=[layout, *found.decisions, *said, *said_of_weights],
    )


def read_new_arrays(path: Path, kind: PixelKind) -> dict[str, Pixels]:
    """Return the pictures of an .npz or .npy file, labels or none, by the word that names them: a split or an array.

    Args:
        path: of the file.
        kind: what the run was trained on that answers them.

    Returns:
        [N, H, W] or [N, H, W, 3] each, as `as_answered` gives them.

    Raises:
        DataError: damaged, with objects (pickle) in it, or nothing says which array holds the pictures.
    """
    if path.suffix.lower() == ".npy":
        array = load_array(path)
        single = array.ndim == 2 or (array.ndim == 3 and array.shape[-1] == 3)
        return {"picture": _pixels_of(path, kind, array[None] if single else array)}
    arrays = load_arrays(path)
    for layout in _LAYOUTS:
        found = {
            SPLITS[split] if len(layout) > 1 else images: images
            for split, (images, _) in layout.items()
            if images in arrays
        }
        if found:
            return {word: _pixels_of(path, kind, arrays[images]) for word, images in found.items()}
    if len(arrays) == 1:
        return {name: _pixels_of(path, kind, array) for name, array in arrays.items()}
    raise _unknown_names(path, arrays)


def _pixels_of(path: Path, kind: PixelKind, images: NDArray[Any]) -> Pixels:
    try:
        return as_answered(images, kind)
    except DataError as problem:
        raise DataError(f"{path}: {problem}") from None


def load_array(path: Path) -> NDArray[Any]:
    """Read an .npy file.

    Raises:
        DataError: damaged, too large, or with objects (pickle) in it.
    """
    with (
        guarded(lambda reason: DataError(f"{path} cannot be read ({reason}).", expected="One plain array of pixels.")),
        open_plain(path, most=_most_bytes()) as file,
    ):
        # Of a file on the disk, numpy believes the head before it looks: memory for what is not there.
        announced = _announced(file)
        if announced > os.fstat(file.fileno()).st_size:
            raise ValueError(f"its head announces {announced:,} bytes, which it does not have")
        array: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
        return array


def _announced(file: BinaryIO) -> int:
    """Return how many bytes the head of a .npy file announces, and go back to its beginning."""
    version = np.lib.format.read_magic(file)
    read_head = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, dtype = read_head(file)
    file.seek(0)
    return math.prod(shape) * dtype.itemsize


def load_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read the arrays of an .npz file by their names.

    Raises:
        DataError: damaged, too large, or with objects (pickle) in it.
    """
    with guarded(lambda reason: _damaged(path, reason)), open_plain(path) as file:
        with zipfile.ZipFile(file) as archive:
            total = sum(info.file_size for info in archive.infolist())
        if total > _most_bytes():
            raise DataError(
                f"{path} unpacks to {total / (1 << 30):,.1f} GiB.",
                expected=f"At most {_most_bytes() / (1 << 30):,.3g} GiB: all of it is read into memory.",
            )
        file.seek(0)
        with np.load(file, allow_pickle=False) as arrays:
            read = {name: arrays[name] for name in arrays.files}
        return {name: array for name, array in read.items() if isinstance(array, np.ndarray)}


def _most_bytes() -> int:
    return min(MAX_BYTES, max(_SMALL, free_memory()))


def _damaged(path: Path, reason: str) -> DataError:
    if "allow_pickle" in reason:
        return DataError(
            f"{path} holds Python objects (pickle), which could run any program when they are read.",
            expected="Plain arrays of numbers or text.",
            fix="Write it again without dtype=object.",
        )
    return DataError(f"{path} is damaged or cut off ({reason}).", fix="Fetch or copy the file again.")


def _find_parts(path: Path, arrays: dict[str, NDArray[Any]]) -> dict[int, tuple[str, str]]:
    for layout in _LAYOUTS:
        found = {split: pair for split, pair in layout.items() if all(name in arrays for name in pair)}
        if found:
            return found
    raise _unknown_names(path, arrays)


def _unknown_names(path: Path, arrays: dict[str, NDArray[Any]]) -> DataError:
    names = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
    return DataError(
        f"{path} holds arrays, but nothing says which is what: {names or 'none'}.",
        expected=_EXPECTED,
        fix="Rename them, or in Python: pellucid.dataset_from_arrays(images, labels, name=...). Where pictures and "
        "labels lie in two files (NAME-imgs.npz, NAME-labels.npz), give the folder that holds both.",
    )
