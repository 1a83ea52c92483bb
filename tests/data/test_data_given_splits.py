"""Splits that the data brings: drawn anew, or without the classes that train lacks, where that is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.data.conftest import SavePicture

from pellucid.data import TableInputs, load_dataset
from pellucid.errors import DataError, RecipeError


def _save(path: Path, **labels: list[int]) -> Path:
    arrays: dict[str, Any] = {}
    for split, given in labels.items():
        arrays[f"{split}_images"] = np.random.default_rng(len(given)).integers(
            0, 256, (len(given), 4, 4), dtype=np.uint8
        )
        arrays[f"{split}_labels"] = np.array(given)
    np.savez(path, **arrays)
    return path


@pytest.fixture
def arrays(tmp_path: Path) -> Path:
    return _save(tmp_path / "letters.npz", train=[1, 2, 3] * 8, test=[0, 1, 2, 3, 4] * 4)


def test_classes_of_test_alone_are_refused_with_two_ways_on(arrays: Path) -> None:
    with pytest.raises(DataError) as problem:
        load_dataset(arrays)
    message = str(problem.value)
    assert message.startswith("No training example shows '0', '4', which other splits of the data hold.")
    assert "--splits ignore (splits=)" in message
    assert "--drop-unseen (drop_unseen=)" in message


def test_ignored_splits_are_merged_and_drawn_anew_and_said(arrays: Path) -> None:
    dataset = load_dataset(arrays, splits="ignore")
    assert dataset.class_counts("train").keys() == {"0", "1", "2", "3", "4"}
    assert all(dataset.class_counts(split)["0"] for split in ("train", "val", "test"))
    assert sum(map(len, dataset.splits.values())) == 44
    assert "ignored (train 24, val 0, test 20)" in [
        one.value for one in dataset.decisions if one.name == "given splits"
    ]
    assert dataset.options["splits"] == "ignore"


def test_unseen_classes_go_with_their_examples_and_names_stay(arrays: Path) -> None:
    dataset = load_dataset(arrays, drop_unseen=True)
    assert dataset.class_counts("test") == {"1": 4, "2": 4, "3": 4}
    assert [dataset.example_name(place) for place in dataset.splits["test"][:3]] == [
        f"picture {number} (test_images {place})" for number, place in ((25, 1), (26, 2), (27, 3))
    ]
    (decision,) = (one for one in dataset.decisions if one.name == "classes left out")
    assert (decision.value, "8 examples go" in decision.reason) == ("2 of 5: 0, 4", True)


def test_folders_and_tables_take_both(tmp_path: Path, save_picture: SavePicture) -> None:
    for split, labels in {"train": ("cat", "dog"), "test": ("cat", "dog", "cow")}.items():
        for label in labels:
            for number in range(8):
                save_picture(tmp_path / "pets" / split / label / f"{number}.png", content=f"{split}{label}{number}")
    left = load_dataset(tmp_path / "pets", drop_unseen=True)
    assert left.class_counts("test") == {"cat": 8, "dog": 8}
    assert load_dataset(tmp_path / "pets", splits="ignore").class_counts() == {"cat": 16, "cow": 8, "dog": 16}
    path = tmp_path / "table.csv"
    rows = [
        f"{number},{'abc'[number % 3]},{'test' if number % 3 == 2 or number < 9 else 'train'}" for number in range(60)
    ]
    path.write_text("\n".join(["x,target,split", *rows]))
    table = load_dataset(path, drop_unseen=True)
    assert isinstance(table.inputs, TableInputs)
    assert table.class_counts() == {"a": 20, "b": 20}
    assert table.example_name(2) == "row 4"
    again = load_dataset(path, splits="ignore")
    assert again.class_counts("train").keys() == {"a", "b", "c"}
    assert [column.name for column in again.input.columns] == ["x"]  # type: ignore[attr-defined]


def test_labels_that_train_lacks_lose_their_column(tmp_path: Path) -> None:
    path = tmp_path / "several.npz"
    generator = np.random.default_rng(0)
    labels = np.array([[1, 0, 0], [0, 1, 0], [1, 1, 0]] * 8)
    np.savez(
        path,
        train_images=generator.integers(0, 256, (24, 4, 4), dtype=np.uint8),
        train_labels=labels,
        test_images=generator.integers(0, 256, (24, 4, 4), dtype=np.uint8),
        test_labels=np.where(np.arange(3) == 2, 1, labels) * [1, 1, 1],
    )
    dataset = load_dataset(path, drop_unseen=True)
    assert (dataset.targets[:].shape, len(dataset.class_counts())) == ((48, 2), 2)


def test_what_makes_no_sense_is_refused(tmp_path: Path, arrays: Path) -> None:
    with pytest.raises(RecipeError, match="brings none"):
        load_dataset("digits", splits="ignore")
    with pytest.raises(RecipeError, match="Leave one of them out"):
        load_dataset(arrays, splits="ignore", drop_unseen=True)
    with pytest.raises(RecipeError, match="It can only be 'ignore'"):
        load_dataset(arrays, splits="mix")  # type: ignore[arg-type]
