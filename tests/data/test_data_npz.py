"""Arrays in .npz files, in MedMNIST's layout and others."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pellucid.data import ArrayImages, load_dataset
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import ClassTarget, ImageInput, LabelsTarget

COUNTS = {"train": 20, "val": 6, "test": 8}
LABELS = np.array([[0, 0, 0], [1, 0, 1], [0, 1, 0], [1, 1, 1]] * 5, np.uint8)


def _medmnist(path: Path, *, channels: int = 0, **changes: Any) -> Path:
    generator = np.random.default_rng(0)
    arrays: dict[str, Any] = {}
    for split, count in (("train", 20), ("val", 6), ("test", 8)):
        shape = (count, 8, 8, channels) if channels else (count, 8, 8)
        arrays[f"{split}_images"] = generator.integers(0, 256, shape, dtype=np.uint8)
        arrays[f"{split}_labels"] = (np.arange(count) % 2).astype(np.uint8)[:, None]
    arrays.update(changes)
    np.savez_compressed(path, **{name: array for name, array in arrays.items() if array is not None})
    return path


def test_medmnist_keeps_its_splits_and_order(tmp_path: Path) -> None:
    path = _medmnist(tmp_path / "skinmnist.npz", channels=3)
    dataset = load_dataset(path)
    assert (dataset.name, dataset.source) == ("skinmnist", str(path))
    assert {split: len(indices) for split, indices in dataset.splits.items()} == {"train": 20, "val": 6, "test": 8}
    assert dataset.target == ClassTarget(classes=("0", "1"))
    assert isinstance(dataset.input, ImageInput)
    assert (dataset.input.channels, dataset.input.max_size) == (3, (8, 8))
    assert [dataset.example_name(index) for index in (0, 20, 33)] == [
        "picture 0",
        "picture 20 (val_images 0)",
        "picture 33 (test_images 7)",
    ]
    with np.load(path) as file:
        assert isinstance(dataset.inputs, ArrayImages)
        np.testing.assert_array_equal(dataset.inputs.pixels(21), file["val_images"][1])
        np.testing.assert_array_equal(dataset.targets[:20], file["train_labels"][:, 0])


def test_equal_pictures_across_its_splits_are_found_and_said(tmp_path: Path) -> None:
    same = np.full((6, 8, 8), 7, np.uint8) + np.arange(6, dtype=np.uint8)[:, None, None]
    train = np.random.default_rng(1).integers(0, 256, (20, 8, 8), dtype=np.uint8)
    train[4] = same[2]
    dataset = load_dataset(_medmnist(tmp_path / "a.npz", train_images=train, val_images=same), allow_leaks=True)
    leak = next(finding for finding in dataset.findings if finding.kind == "leak")
    assert leak.examples == ("picture 4 (train) = picture 22 (val_images 2) (val)",)


def test_missing_val_is_carved_from_train(tmp_path: Path) -> None:
    dataset = load_dataset(_medmnist(tmp_path / "a.npz", val_images=None, val_labels=None))
    assert {split: len(indices) for split, indices in dataset.splits.items()} == {"train": 17, "val": 3, "test": 8}


@pytest.mark.parametrize("names", [("x_train", "y_train"), ("images", "labels"), ("x", "y")])
def test_other_usual_names_are_known(tmp_path: Path, names: tuple[str, str]) -> None:
    pictures = np.random.default_rng(2).integers(0, 4096, (30, 5, 6), dtype=np.uint16)
    arrays: dict[str, Any] = {names[0]: pictures, names[1]: np.array(["cat", "dog", "eel"] * 10)}
    np.savez(tmp_path / "a.npz", **arrays)
    dataset = load_dataset(tmp_path / "a.npz")
    assert dataset.class_counts() == {"cat": 10, "dog": 10, "eel": 10}
    assert isinstance(dataset.input, ImageInput)
    assert dataset.input.bit_depth == 16


class _Trap:
    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return (Path.touch, (Path("trap-was-sprung"),))  # type: ignore[return-value]


def test_pickle_in_it_is_refused_and_never_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert pickle.dumps(_Trap())
    labels = np.empty(20, dtype=object)
    labels[:] = [_Trap() for _ in range(20)]
    with pytest.raises(DataError, match=r"holds Python objects \(pickle\).*without dtype=object"):
        load_dataset(_medmnist(tmp_path / "a.npz", train_labels=labels))
    assert not Path("trap-was-sprung").exists()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"train_labels": np.full((20, 14), 2, np.uint8)}, r"has the shape \(20, 14\) and the type uint8.*0 and 1"),
        (
            {"train_labels": np.zeros((20, 14), np.uint8)},
            r"labels in .* differ in shape between the splits: \(20, 14\)",
        ),
        ({"train_labels": np.zeros(19, np.uint8)}, r"'train_images' holds 20 pictures, but 'train_labels' 19 labels"),
        ({"train_labels": np.full(20, 0.5)}, "holds fractions"),
        ({"val_images": np.zeros((6, 9, 9), np.uint8)}, "differ in shape between the splits"),
        (
            {"train_images": np.zeros((20, 8, 8, 8, 1), np.uint8), "val_images": None, "test_images": None},
            "have the shape",
        ),
    ],
)
def test_what_does_not_fit_is_said(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        load_dataset(_medmnist(tmp_path / "a.npz", **changes))


def test_unknown_names_are_listed(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", features=np.zeros((3, 4)), answers=np.zeros(3))
    with pytest.raises(DataError, match=r"features \(3, 4\), answers \(3,\).*train_images"):
        load_dataset(tmp_path / "a.npz")


@pytest.mark.parametrize("share", [0.0, 0.5, 0.98])
def test_cut_off_file_is_an_error(tmp_path: Path, share: float) -> None:
    path = _medmnist(tmp_path / "a.npz")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(DataError, match="damaged"):
        load_dataset(path)


def test_a_matrix_of_0_and_1_is_several_labels_as_in_chestmnist(tmp_path: Path) -> None:
    matrices: dict[str, Any] = {
        f"{split}_labels": LABELS[:count] for split, count in (("train", 20), ("val", 6), ("test", 8))
    }
    dataset = load_dataset(_medmnist(tmp_path / "chestmnist.npz", **matrices))
    assert dataset.target == LabelsTarget(name="labels", classes=("label 0", "label 1", "label 2"))
    np.testing.assert_array_equal(dataset.targets[dataset.splits["val"]], LABELS[:6])
    said = {decision.name: decision for decision in dataset.decisions}
    assert said["target"].value == "3 labels, several at once"


def test_a_matrix_with_a_single_1_in_every_row_names_classes(tmp_path: Path) -> None:
    arrays: dict[str, Any] = {
        f"y_{split}": np.eye(3)[np.arange(count) % 3] for split, count in (("train", 21), ("test", 9))
    }
    for split, count in (("train", 21), ("test", 9)):
        arrays[f"x_{split}"] = np.arange(count * 64, dtype=np.uint16).reshape(-1, 8, 8)
    np.savez(tmp_path / "a.npz", **arrays)
    dataset = load_dataset(tmp_path / "a.npz")
    assert dataset.target == ClassTarget(classes=("0", "1", "2"))
    np.testing.assert_array_equal(dataset.targets, [*(np.arange(21) % 3), *(np.arange(9) % 3)])


@pytest.mark.parametrize(("word", "asked"), [("sample_weight", None), ("care", "care")])
def test_arrays_of_weights_are_read(tmp_path: Path, word: str, asked: str | None) -> None:
    weights: dict[str, Any] = {f"{split}_{word}": np.arange(1.0, count + 1) for split, count in COUNTS.items()}
    dataset = load_dataset(_medmnist(tmp_path / "a.npz", **weights), weight=asked)
    assert dataset.weights is not None
    np.testing.assert_array_equal(dataset.weights, [*range(1, 21), *range(1, 7), *range(1, 9)])


def test_weights_that_are_not_there_or_do_not_fit_are_said(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no array of weights called 'train_care'\..*train_images"):
        load_dataset(_medmnist(tmp_path / "a.npz"), weight="care")
    with pytest.raises(DataError, match=r"'train_care' in .* has the shape \(3,\).*each of the 20 pictures"):
        load_dataset(_medmnist(tmp_path / "b.npz", train_care=np.ones(3)), weight="care")


def test_options_of_tables_are_refused(tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="--target"):
        load_dataset(_medmnist(tmp_path / "a.npz"), target="x")


def test_the_real_pneumoniamnist_has_its_published_counts_and_leaks(real_data: Path) -> None:
    path = real_data / "pneumoniamnist" / "pneumoniamnist.npz"
    if not path.exists():
        pytest.skip("pneumoniamnist is not there")
    dataset = load_dataset(path, allow_leaks=True)
    assert dataset.class_counts("train") == {"0": 1214, "1": 3494}
    assert dataset.class_counts("val") == {"0": 135, "1": 389}
    assert dataset.class_counts("test") == {"0": 234, "1": 390}
    assert next(finding for finding in dataset.findings if finding.kind == "leak").count == 8
    mended = load_dataset(path)
    mended.check_trainable()
    assert {name: len(found) for name, found in mended.splits.items()} == {"train": 4698, "val": 524, "test": 624}
    decision = next(one for one in mended.decisions if one.name == "leaks")
    assert decision.value == "10 pictures left out of train"
    assert "8 of 524 of val (1.5 %)" in decision.reason
