"""Files of NumPy arrays (.npz), as MedMNIST and Keras lay them out; never with pickle in them."""

from __future__ import annotations

import os
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.assemble import Draft
from pellucid.data.duplicates import digest_rows
from pellucid.data.images import ArrayImages
from pellucid.data.ordering import sort_classes
from pellucid.data.pixel_arrays import as_pixels
from pellucid.data.splits import TEST, TRAIN, VAL
from pellucid.data.survey import describe_sizes
from pellucid.errors import DataError
from pellucid.spec import SPLITS, ClassTarget, Decision

MAX_BYTES = 16 << 30
"""Most bytes of all arrays together: they must fit into memory, and a few bytes on the disk can stand for many."""

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
    "Expected train_images [N, H, W] or [N, H, W, 3] and train_labels [N] or [N, 1], and perhaps the same with val_ "
    "and test_ (as in MedMNIST); or x_train, y_train, x_test, y_test; or images, labels."
)


def read_npz(path: Path, *, name: str) -> Draft:
    """Read pictures and labels from an .npz file; splits that it brings are kept.

    Raises:
        DataError: damaged, too large, with objects (pickle) in it, or with arrays that are called or shaped otherwise.
    """
    arrays = _load(path)
    parts = _find_parts(path, arrays)
    pictures, labels, sections, given = [], [], [], []
    for split, (images_name, labels_name) in parts.items():
        images, targets = arrays[images_name], _labels(path, labels_name, arrays[labels_name])
        if len(images) != len(targets):
            raise DataError(
                f"{path}: '{images_name}' holds {len(images):,} pictures, but '{labels_name}' {len(targets):,} labels.",
                expected="There must be one label per picture.",
            )
        pictures.append(images)
        labels.append(targets)
        sections.append((SPLITS[split], len(targets)))
        given.append(np.full(len(targets), split, dtype=np.int8))
    shapes = {images.shape[1:] for images in pictures}
    if len(shapes) > 1:
        raise DataError(f"The pictures in {path} differ in shape between the splits: {sorted(shapes)}.")
    try:
        pixels, decisions = as_pixels(pictures[0] if len(pictures) == 1 else np.concatenate(pictures))
    except DataError as problem:
        raise DataError(f"{path}: {problem}") from None
    words = [str(label) for part in labels for label in part.tolist()]
    classes = sort_classes(words)
    place = {word: index for index, word in enumerate(classes)}
    digests = digest_rows(pixels)
    used = ", ".join(f"{images}, {targets}" for images, targets in parts.values())
    return Draft(
        name=name,
        source=os.fspath(path),
        input=describe_sizes(np.array([pixels.shape[1:3]]), grey=pixels.ndim == 3, deep=pixels.dtype == np.uint16),
        target=ClassTarget(classes=classes),
        inputs=ArrayImages(pixels, sections=sections),
        targets=np.array([place[word] for word in words], dtype=np.int64),
        content=digests,
        equality=digests,
        given=np.concatenate(given) if len(parts) > 1 or TRAIN not in parts else None,
        decisions=[Decision(name="layout", value="arrays in one file", reason=used), *decisions],
    )


def _load(path: Path) -> dict[str, NDArray[Any]]:
    try:
        with zipfile.ZipFile(path) as archive:
            total = sum(info.file_size for info in archive.infolist())
        if total > MAX_BYTES:
            raise DataError(
                f"{path} unpacks to {total / (1 << 30):,.1f} GiB.",
                expected=f"At most {MAX_BYTES >> 30} GiB: all of it is read into memory.",
            )
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError) as problem:
        raise DataError(f"{path} is damaged or cut off ({problem}).", fix="Fetch or copy the file again.") from None
    except ValueError as problem:
        if "allow_pickle" in str(problem):
            raise DataError(
                f"{path} holds Python objects (pickle), which could run any program when they are read.",
                expected="Plain arrays of numbers or text.",
                fix="Write it again without dtype=object.",
            ) from None
        raise DataError(f"{path} is damaged ({problem}).", fix="Fetch or copy the file again.") from None


def _find_parts(path: Path, arrays: dict[str, NDArray[Any]]) -> dict[int, tuple[str, str]]:
    for layout in _LAYOUTS:
        found = {split: pair for split, pair in layout.items() if all(name in arrays for name in pair)}
        if found:
            return found
    names = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
    raise DataError(
        f"{path} holds arrays, but nothing says which is what: {names or 'none'}.",
        expected=_EXPECTED,
        fix="Rename them, or in Python: pellucid.data.dataset_from_arrays(images, labels, name=...)",
    )


def _labels(path: Path, name: str, labels: NDArray[Any]) -> NDArray[Any]:
    if labels.ndim == 2 and labels.shape[1] == 1:
        labels = labels[:, 0]
    if labels.ndim != 1:
        raise DataError(
            f"'{name}' in {path} has the shape {labels.shape}: several labels per picture.",
            expected="One label per picture, [N] or [N, 1].",
            fix="Choose one of its columns.",
        )
    if labels.dtype.kind == "f":
        if not np.array_equal(labels, np.rint(labels)):
            raise DataError(f"'{name}' in {path} holds fractions.", expected="Whole numbers or words: classes.")
        labels = labels.astype(np.int64)
    return labels
