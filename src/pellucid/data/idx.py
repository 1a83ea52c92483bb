"""MNIST-style idx files, plain or gzipped (format: "The MNIST database", yann.lecun.com, section FILE FORMATS)."""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from pellucid.data.duplicates import digest_rows
from pellucid.data.images import ArrayImages, Section
from pellucid.data.memory import free_memory
from pellucid.data.ordering import sort_classes
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.splits import TEST, TRAIN, VAL
from pellucid.data.survey import describe_sizes
from pellucid.errors import DataError
from pellucid.files import GZIP_MAGIC, Gunzipped, guarded, open_plain
from pellucid.kinds import SPLITS, ClassTarget
from pellucid.records import Decision

_NAME = re.compile(r"(?P<stem>.*?)(?P<what>images|labels)[-.]idx[13]-ubyte(\.gz)?$", re.IGNORECASE)
_UNSIGNED_BYTE = 0x08
_CHUNK = 1 << 20
_SMALL = 64 << 20  # bytes of a file that is read however little memory seems to be free


def find_idx_files(folder: Path) -> dict[int, dict[str, Path]]:
    """Return the idx files that lie in a folder: split to {"images": path, "labels": path}; empty when there are none.

    A name such as train-images-idx3-ubyte.gz tells the split (t10k counts as test) and what is in the file. A plain
    file is preferred to its gzipped twin.

    Raises:
        DataError: two different files want to be the same thing.
    """
    found: dict[int, dict[str, Path]] = {}
    for path in sorted(folder.iterdir()):  # the plain name sorts before the one with .gz
        match = _NAME.match(path.name)
        if match is None or os.path.isdir(path):
            continue
        stem = match["stem"].lower()
        split = TEST if "t10k" in stem or "test" in stem else VAL if "val" in stem else TRAIN
        files = found.setdefault(split, {})
        known = files.setdefault(match["what"].lower(), path)
        if known.name.removesuffix(".gz") != path.name.removesuffix(".gz"):
            raise DataError(
                f"{folder} holds two idx files for the {match['what'].lower()} of {SPLITS[split]}: "
                f"{known.name} and {path.name}.",
                fix="Keep one dataset per folder.",
            )
    return found


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Read one idx file of unsigned bytes, plain or gzipped, of one to four axes (labels [N], pictures [N, H, W]).

    Raises:
        DataError: not an idx file, cut off, or of another type than unsigned byte.
    """
    with guarded(lambda reason: _unreadable(path, reason)), _opened(path) as file:
        head = file.read(4)
        axes = head[3] if len(head) == 4 else 0
        sizes = file.read(4 * axes) if 1 <= axes <= 4 else b""
        if len(head) < 4 or head[:2] != b"\0\0" or not 1 <= axes <= 4 or len(sizes) < 4 * axes:
            raise DataError(f"{path} is not an idx file: it begins with {head.hex(' ') or 'nothing'}.")
        if head[2] != _UNSIGNED_BYTE:
            raise DataError(
                f"{path} holds values of idx type 0x{head[2]:02x}.", expected="Only 0x08 (unsigned byte) is read."
            )
        shape = tuple(int.from_bytes(sizes[place : place + 4], "big") for place in range(0, 4 * axes, 4))
        return _read_values(path, file, shape)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO | Gunzipped]:
    """Open a file for a `with` block, unpacked where it is gzipped."""
    with open_plain(path) as file:
        is_zipped = file.read(len(GZIP_MAGIC)) == GZIP_MAGIC
        file.seek(0)
        yield Gunzipped(file) if is_zipped else file


def _read_values(path: Path, file: BinaryIO | Gunzipped, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """Return what follows the head: just as much as the head announces, however much there may be to unpack."""
    expected = math.prod(shape)
    announced = f"Its head announces {' x '.join(map(str, shape))} = {expected:,}."
    if not expected:
        raise DataError(f"{path} holds nothing.", expected=f"Some pictures or labels. {announced}")
    if not isinstance(file, Gunzipped) and (there := os.fstat(file.fileno()).st_size - file.tell()) != expected:
        raise _cut_off(path, f"{there:,} bytes", announced)
    if expected > max(_SMALL, free_memory() // 2):
        raise DataError(f"{path} holds more than there is memory for.", expected=announced)
    values = bytearray()
    while len(values) <= expected and (chunk := file.read(min(_CHUNK, expected + 1 - len(values)))):
        values += chunk
    if len(values) != expected:
        found = f"{len(values):,} bytes" if len(values) < expected else f"more than {expected:,} bytes"
        raise _cut_off(path, found, announced)
    array = np.frombuffer(values, dtype=np.uint8).reshape(shape)
    array.flags.writeable = False
    return array


def _cut_off(path: Path, found: str, announced: str) -> DataError:
    return DataError(
        f"{path} is cut off or damaged: {found} of values.", expected=announced, fix="Fetch or copy the file again."
    )


def _unreadable(path: Path, reason: str) -> DataError:
    return DataError(f"{path} cannot be read ({reason}).", fix="Fetch or copy the file again.")


def read_idx_files(
    files: Mapping[int, Mapping[str, Path]], *, source: str, name: str, class_names: tuple[str, ...] | None = None
) -> RawDataset:
    """Read pictures and labels of one or more splits.

    Args:
        files: from `find_idx_files`.
        source: where they lie, or the dataset's known name.
        name: of the dataset, safe as part of a folder's name.
        class_names: what label 0, 1, ... stands for, in this order; None for the numbers themselves.

    Raises:
        DataError: a file is missing or damaged, pictures and labels differ in number, or sizes differ between splits.
    """
    images, labels, sections, given = [], [], [], []
    for split in sorted(files):
        pictures, targets = _read_pair(files[split], split, source)
        images.append(pictures)
        labels.append(targets)
        word = files[split]["images"].name.partition("-idx")[0]
        sections.append(Section(word, len(targets), SPLITS[split]))
        given.append(np.full(len(targets), split, dtype=np.int8))
    if len({pictures.shape[1:] for pictures in images}) > 1:
        sizes = ", ".join(
            f"{SPLITS[split]} {array.shape[1:]}" for split, array in zip(sorted(files), images, strict=True)
        )
        raise DataError(f"The pictures in {source} differ in size between the splits: {sizes}.")
    array = images[0] if len(images) == 1 else np.concatenate(images)
    numbers = np.concatenate(labels).astype(np.int64)
    classes = class_names or sort_classes(str(number) for number in np.unique(numbers))
    if class_names is None:
        numbers = np.searchsorted(np.array([int(label) for label in classes]), numbers).astype(np.int64)
    digests = digest_rows(array)
    sizes_array = np.array([array.shape[1:3]], dtype=np.int64)
    return RawDataset(
        name=name,
        source=source,
        input=describe_sizes(sizes_array, grey=True),
        target=ClassTarget(classes=classes),
        inputs=ArrayImages(array, sections=sections),
        targets=numbers,
        content=digests,
        equality=digests,
        given=np.concatenate(given) if len(files) > 1 or TRAIN not in files else None,
        decisions=[Decision(name="layout", value="idx files", reason=", ".join(_file_names(files)))],
    )


def _read_pair(files: Mapping[str, Path], split: int, source: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    for what in ("images", "labels"):
        if what not in files:
            other = next(iter(files.values())).name
            raise DataError(
                f"{source} holds {other}, but not the {what} that belong to it.",
                expected=f"Expected {_twin(other, what)} beside it (idx3 for images, idx1 for labels).",
            )
    pictures, labels = read_idx(files["images"]), read_idx(files["labels"])
    if pictures.ndim != 3 or labels.ndim != 1:
        raise DataError(
            f"{files['images'].name} has {pictures.ndim} axes and {files['labels'].name} has {labels.ndim}.",
            expected="Pictures need three axes [N, H, W] and labels one [N].",
        )
    if len(pictures) != len(labels):
        raise DataError(
            f"{files['images'].name} holds {len(pictures):,} pictures, but {files['labels'].name} "
            f"{len(labels):,} labels.",
            expected="There must be one label per picture.",
            fix=f"Fetch or copy the {SPLITS[split]} files again.",
        )
    return pictures, labels


def _twin(name: str, what: str) -> str:
    """Return the name of the file that holds the other half of a pair: what, "images" or "labels"."""
    match = _NAME.match(name)
    assert match is not None  # found by it
    start, end = match.span("what")
    axes = "idx3" if what == "images" else "idx1"
    return name[:start] + what + re.sub("idx[13]", axes, name[end:], flags=re.IGNORECASE)


def _file_names(files: Mapping[int, Mapping[str, Path]]) -> list[str]:
    return [os.fspath(path.name) for split in sorted(files) for path in files[split].values()]
