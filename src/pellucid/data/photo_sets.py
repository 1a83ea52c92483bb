"""Named datasets of pictures that lie in the data directory as an archive or as a folder."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from pellucid.data.duplicates import digest_rows
from pellucid.data.folders import read_folder
from pellucid.data.images import ArrayImages, Section
from pellucid.data.raw_cache import cached_or_read
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.scan import scan_pictures
from pellucid.data.splits import TEST, TRAIN
from pellucid.data.survey import describe_sizes
from pellucid.data.table_columns import TableChoice
from pellucid.errors import DataError
from pellucid.files import read_plain, reason_of
from pellucid.kinds import ClassTarget
from pellucid.records import Decision
from pellucid.store import Unpacked, find_dataset_place, unpack_archive

_CIFAR_FOLDER = "cifar-10-batches-bin"
_CIFAR_RECORD = 1 + 3 * 32 * 32
_MOST_BYTES = 1 << 30
# The order of the labels in the files; www.cs.toronto.edu/~kriz/cifar.html, "Dataset layout".
CIFAR_CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")


def read_photo_set(name: str) -> RawDataset:
    """Read a dataset of class folders, or CIFAR-10 in its own binary form, by name.

    Raises:
        DataError: it is not in the data directory, or damaged.
    """
    place = find_dataset_place(name)
    if os.path.isdir(place):
        return _read_place(place, name)
    unpacked = unpack_archive(place)
    if unpacked.root.name == _CIFAR_FOLDER:
        return _read_cifar(unpacked, name)
    return cached_or_read(unpacked, TableChoice(), lambda: _read_place(unpacked.root, name), source=name)


def _read_place(root: Path, name: str) -> RawDataset:
    raw = read_folder(root, scan_pictures(root), TableChoice(), name=name)
    raw.source = name
    return raw


def _read_cifar(unpacked: Unpacked, name: str) -> RawDataset:
    """Read CIFAR-10's binary version: records of a label and the red, green and blue plane, each row by row."""
    files = {TRAIN: [f"data_batch_{number}.bin" for number in range(1, 6)], TEST: ["test_batch.bin"]}
    parts = {split: _records([unpacked.root / file for file in names]) for split, names in files.items()}
    records = np.concatenate(list(parts.values()))
    pixels = np.ascontiguousarray(records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1))
    digests = digest_rows(pixels)
    return RawDataset(
        name=name,
        source=name,
        input=describe_sizes(np.array([[32, 32]]), grey=False),
        target=ClassTarget(classes=CIFAR_CLASSES),
        inputs=ArrayImages(pixels, sections=_sections(parts)),
        targets=records[:, 0].astype(np.int64),
        content=digests,
        equality=digests,
        given=np.concatenate([np.full(len(part), split, np.int8) for split, part in parts.items()]),
        decisions=[Decision(name="layout", value="CIFAR-10's binary version", reason="records of 3,073 bytes")],
    )


def _sections(parts: Mapping[int, np.ndarray[tuple[int, int], np.dtype[np.uint8]]]) -> tuple[Section, ...]:
    words = {TRAIN: ("data_batch", "train"), TEST: ("test_batch", "test")}
    return tuple(Section(word, len(parts[split]), former) for split, (word, former) in words.items())


def _records(paths: Sequence[Path]) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    parts = []
    for path in paths:
        try:
            data = np.frombuffer(read_plain(path, most=_MOST_BYTES), np.uint8)
        except OSError as problem:
            raise DataError(f"{os.fspath(path)} cannot be read ({reason_of(problem)}).") from None
        if not len(data) or len(data) % _CIFAR_RECORD:
            raise DataError(
                f"{path.name} of CIFAR-10 has {len(data):,} bytes.", expected=f"A multiple of {_CIFAR_RECORD:,}."
            )
        parts.append(data.reshape(-1, _CIFAR_RECORD))
    records = np.concatenate(parts)
    if records[:, 0].max() >= len(CIFAR_CLASSES):
        raise DataError(f"CIFAR-10's files hold the label {records[:, 0].max()}.", expected="0 to 9.")
    return records
