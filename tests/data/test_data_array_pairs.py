"""Pictures and labels in two files each: kmnist-train-imgs.npz beside kmnist-train-labels.npz, X.npy beside y.npy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pellucid.data import load_dataset
from pellucid.errors import DataError


def _pictures(count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return np.random.default_rng(count).integers(0, 256, (count, 6, 6), dtype=np.uint8)


def _labels(count: int) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return (np.arange(count) % 3).astype(np.uint8)


def _pair(root: Path, images: str, labels: str, count: int) -> None:
    root.mkdir(exist_ok=True)
    for name, array in ((images, _pictures(count)), (labels, _labels(count))):
        (np.save if name.endswith("npy") else np.savez_compressed)(root / name, array)


def test_the_official_pairs_of_kmnist_are_read_with_and_without_test(tmp_path: Path) -> None:
    root = tmp_path / "kmnist"
    _pair(root, "kmnist-train-imgs.npz", "kmnist-train-labels.npz", 60)
    drawn = load_dataset(root)
    assert {split: len(places) for split, places in drawn.splits.items()} == {"train": 42, "val": 6, "test": 12}
    _pair(root, "kmnist-test-imgs.npz", "kmnist-test-labels.npz", 15)
    given = load_dataset(root)
    assert len(given) == 75
    assert len(given.splits["test"]) == 15
    np.testing.assert_array_equal(given.inputs.pixels(61), _pictures(15)[1])  # type: ignore[attr-defined]
    assert given.example_name(61) == "picture 61 (test_images 1)"


@pytest.mark.parametrize(
    ("images", "labels"),
    [("X_train.npy", "y_train.npy"), ("images.npy", "labels.npy"), ("train_data.npy", "train_targets.npy")],
)
def test_names_of_plain_pairs(tmp_path: Path, images: str, labels: str) -> None:
    _pair(tmp_path / "mine", images, labels, 30)
    assert load_dataset(tmp_path / "mine").class_counts() == {"0": 10, "1": 10, "2": 10}


def test_a_missing_half_and_a_second_dataset_are_named(tmp_path: Path) -> None:
    root = tmp_path / "kmnist"
    _pair(root, "k-train-imgs.npz", "k-train-labels.npz", 30)
    np.savez(root / "k-test-imgs.npz", _pictures(9))
    with pytest.raises(DataError, match=r"holds k-test-imgs\.npz, but not the labels of test"):
        load_dataset(root)
    (root / "k-test-imgs.npz").unlink()
    _pair(root, "other-test-imgs.npz", "other-test-labels.npz", 9)
    with pytest.raises(DataError, match="several datasets"):
        load_dataset(root)


def test_a_file_of_several_arrays_is_no_half(tmp_path: Path) -> None:
    _pair(tmp_path / "mine", "x.npy", "y.npy", 30)
    (tmp_path / "mine" / "y.npy").unlink()
    np.savez(tmp_path / "mine" / "y.npz", a=_labels(30), b=_labels(30))
    with pytest.raises(DataError, match=r"y\.npz holds 2 arrays: a \(30,\), b \(30,\)"):
        load_dataset(tmp_path / "mine")


@pytest.mark.parametrize("name", ["kmnist-train-imgs.npz", "X.npy"])
def test_one_half_alone_is_refused_with_the_pair_and_no_private_path(tmp_path: Path, name: str) -> None:
    (np.save if name.endswith("npy") else np.savez)(tmp_path / name, _pictures(9))
    with pytest.raises(DataError) as problem:
        load_dataset(tmp_path / name)
    assert "pellucid.dataset_from_arrays(" in str(problem.value)
    assert "pellucid.data." not in str(problem.value)
    assert "NAME-labels" in str(problem.value)


def test_the_idx_file_that_is_missing_is_called_by_its_own_name(tmp_path: Path) -> None:
    (tmp_path / "train-images-idx3-ubyte.gz").write_bytes(b"")
    with pytest.raises(DataError, match=r"Expected train-labels-idx1-ubyte\.gz beside it"):
        load_dataset(tmp_path)
    (tmp_path / "train-images-idx3-ubyte.gz").rename(tmp_path / "T10k-labels.idx1-ubyte")
    with pytest.raises(DataError, match=r"Expected T10k-images\.idx3-ubyte beside it"):
        load_dataset(tmp_path)
