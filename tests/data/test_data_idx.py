"""MNIST-style idx files, plain and gzipped."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.data import ArrayImages, load_dataset
from pellucid.data.idx import find_idx_files, read_idx
from pellucid.data.splits import TEST, TRAIN
from pellucid.errors import DataError


def _idx(array: NDArray[Any]) -> bytes:
    return struct.pack(f">HBB{array.ndim}I", 0, 8, array.ndim, *array.shape) + array.astype(np.uint8).tobytes()


def _write(folder: Path, prefix: str, count: int, *, zipped: bool = False, seed: int = 0) -> NDArray[np.uint8]:
    folder.mkdir(exist_ok=True)
    images = np.random.default_rng(seed).integers(0, 256, (count, 5, 4), dtype=np.uint8)
    labels = np.arange(count) % 3
    for name, array in ((f"{prefix}-images-idx3-ubyte", images), (f"{prefix}-labels-idx1-ubyte", labels)):
        data = _idx(array)
        (folder / f"{name}{'.gz' if zipped else ''}").write_bytes(gzip.compress(data, mtime=0) if zipped else data)
    return images


@pytest.mark.parametrize("zipped", [False, True])
def test_train_and_t10k_are_read_and_val_is_carved_from_train(tmp_path: Path, zipped: bool) -> None:
    train = _write(tmp_path, "train", 60, zipped=zipped)
    test = _write(tmp_path, "t10k", 30, zipped=zipped, seed=1)
    dataset = load_dataset(tmp_path)
    assert isinstance(dataset.inputs, ArrayImages)
    np.testing.assert_array_equal(dataset.inputs.array, np.concatenate([train, test]))
    np.testing.assert_array_equal(dataset.splits["test"], np.arange(60, 90))
    assert len(dataset.splits["val"]) == 9
    assert dataset.class_counts("val") == {"0": 3, "1": 3, "2": 3}
    assert [dataset.example_name(index) for index in (0, 59, 60)] == [
        "picture 0",
        "picture 59",
        "picture 60 (t10k-images 0)",
    ]


def test_plain_and_gzipped_files_have_the_same_fingerprint(tmp_path: Path) -> None:
    for zipped in (False, True):
        _write(tmp_path / str(zipped), "train", 30, zipped=zipped)
    plain, packed = (load_dataset(tmp_path / str(zipped)) for zipped in (False, True))
    assert plain.fingerprint == packed.fingerprint
    assert plain.split_fingerprint == packed.split_fingerprint


def test_train_alone_is_shared_out_in_three(tmp_path: Path) -> None:
    _write(tmp_path, "train", 60)
    assert {split: len(indices) for split, indices in load_dataset(tmp_path).splits.items()} == {
        "train": 42,
        "val": 6,
        "test": 12,
    }


def test_names_with_dots_and_prefixes_are_understood(tmp_path: Path) -> None:
    for name in ("emnist-letters-train-images.idx3-ubyte", "emnist-letters-train-labels.idx1-ubyte", "notes.txt"):
        (tmp_path / name).touch()
    (tmp_path / "emnist-letters-test-images-idx3-ubyte.gz").touch()
    found = find_idx_files(tmp_path)
    assert {split: set(files) for split, files in found.items()} == {TRAIN: {"images", "labels"}, TEST: {"images"}}


def test_two_sets_in_one_folder_are_an_error(tmp_path: Path) -> None:
    for prefix in ("a-train", "b-train"):
        (tmp_path / f"{prefix}-images-idx3-ubyte").touch()
    with pytest.raises(DataError, match="two idx files for the images of train"):
        find_idx_files(tmp_path)


def test_missing_labels_are_an_error(tmp_path: Path) -> None:
    _write(tmp_path, "train", 30)
    (tmp_path / "train-labels-idx1-ubyte").unlink()
    with pytest.raises(DataError, match="but not the labels that belong to it"):
        load_dataset(tmp_path)


def test_differing_numbers_of_pictures_and_labels_are_an_error(tmp_path: Path) -> None:
    _write(tmp_path, "train", 30)
    (tmp_path / "train-labels-idx1-ubyte").write_bytes(_idx(np.zeros(29)))
    with pytest.raises(DataError, match=r"30 pictures, but .* 29 labels"):
        load_dataset(tmp_path)


def test_differing_sizes_are_an_error(tmp_path: Path) -> None:
    _write(tmp_path, "train", 30)
    _write(tmp_path, "t10k", 30)
    (tmp_path / "t10k-images-idx3-ubyte").write_bytes(_idx(np.zeros((30, 6, 6))))
    with pytest.raises(DataError, match="differ in size between the splits"):
        load_dataset(tmp_path)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (_idx(np.zeros((3, 2)))[:-1], "cut off or damaged: 5 bytes of values.*3 x 2 = 6"),
        (b"\0\0\x0d\x01" + bytes(8), "idx type 0x0d"),
        (b"PNG!....", "not an idx file"),
        (b"", "not an idx file: it begins with nothing"),
        (gzip.compress(_idx(np.zeros(50)), mtime=0)[:-9], "cannot be read"),
    ],
)
def test_damaged_files_are_errors_that_say_how(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(data)
    with pytest.raises(DataError, match=message):
        read_idx(path)


def test_one_idx_file_as_source_points_to_its_folder(tmp_path: Path) -> None:
    _write(tmp_path, "train", 30)
    with pytest.raises(DataError, match="Give the folder"):
        load_dataset(tmp_path / "train-images-idx3-ubyte")


@pytest.mark.parametrize("data", [_idx(np.arange(60).reshape(3, 5, 4)), b"", b"\0\0\x08", _idx(np.zeros(0))])
def test_endless_zeros_behind_a_packed_file_are_not_looked_through(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "train-images-idx3-ubyte.gz"
    path.write_bytes(gzip.compress(data))
    with path.open("rb+") as file:
        file.truncate(1 << 40)  # a hole: a few kilobytes on the disk
    if len(data) > 60:
        np.testing.assert_array_equal(read_idx(path), np.arange(60, dtype=np.uint8).reshape(3, 5, 4))
    else:
        with pytest.raises(DataError, match=r"not an idx file|holds nothing"):
            read_idx(path)
