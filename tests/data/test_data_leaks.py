"""The gate: what val and test hold is left out of train, a little is told, and what cannot be mended is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pellucid
from pellucid.data import (
    Dataset,
    dataset_from_arrays,
    dataset_from_table,
    dataset_from_texts,
    load_dataset,
    options_of_dataset,
)
from pellucid.errors import DataError
from pellucid.kinds import SplitName

SPLITS: dict[SplitName, np.ndarray[Any, Any]] = {
    "train": np.arange(0, 1000),
    "val": np.arange(1000, 1200),
    "test": np.arange(1200, 1400),
}


def _pictures(copied: int, *, train_from: int = 0, other_label: bool = False, **how: Any) -> Dataset:
    """Return 1,400 pictures; the first `copied` of val are training pictures."""
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, 256, (1400, 4, 4), np.uint8)
    labels = np.arange(1400) % 2
    pixels[1000 : 1000 + copied] = pixels[train_from : train_from + copied]
    labels[1000 : 1000 + copied] = (labels[train_from : train_from + copied] + other_label) % 2
    return dataset_from_arrays(pixels, labels, name="planted", splits=SPLITS, **how)


def _decision(dataset: Dataset, name: str = "leaks") -> str | None:
    return next((f"{one.value} - {one.reason}" for one in dataset.decisions if one.name == name), None)


def _leaks(dataset: Dataset) -> int:
    return sum(one.count for one in dataset.findings if one.kind == "leak")


def test_copies_above_one_percent_of_a_split_are_left_out_of_train_in_one_line() -> None:
    dataset = _pictures(6)
    assert {name: len(found) for name, found in dataset.splits.items()} == {"train": 994, "val": 200, "test": 200}
    assert not set(range(6)) & set(dataset.splits["train"].tolist())
    assert _decision(dataset) == (
        "6 pictures left out of train - they are val's or test's own: 6 of 200 of val (3.0 %); "
        "--allow-leaks (allow_leaks=) keeps them"
    )
    assert _leaks(dataset) == 0
    told = next(one for one in dataset.findings if one.kind == "left-out")
    assert told.message == (
        "6 training pictures left out of train: val or test hold the same, 6 of 200 of val (3.0 %). "
        "--allow-leaks (allow_leaks=) keeps them."
    )
    assert told.examples[0] == "example 0 = example 1000"
    dataset.check_trainable()


def test_fewer_are_told_and_stay() -> None:
    dataset = _pictures(1)
    assert len(dataset.splits["train"]) == 1000
    assert _decision(dataset) is None
    assert _leaks(dataset) == 1
    dataset.check_trainable()


def test_leaks_that_are_allowed_stay_and_are_written_down() -> None:
    dataset = _pictures(6, allow_leaks=True)
    assert len(dataset.splits["train"]) == 1000
    assert _decision(dataset) == (
        "6 of 200 of val (3.0 %) equal training pictures - as asked for (--allow-leaks, allow_leaks=)"
    )
    assert _leaks(dataset) == 6


def test_equal_pictures_with_other_labels_across_splits_are_refused_unless_allowed() -> None:
    dataset = _pictures(1, other_label=True)
    with pytest.raises(DataError, match=r"1 set of equal pictures .* different labels: .*--allow-leaks"):
        pellucid.train(dataset, epochs=1)
    refused = [one.message for one in dataset.findings if one.kind == "refused"]
    assert len(refused) == 1
    assert refused[0].startswith(
        "train refuses this unless --allow-leaks (allow_leaks=) is said: 1 set of equal pictures"
    )
    _pictures(1, other_label=True, allow_leaks=True).check_trainable()


def test_a_train_that_lies_in_test_is_refused() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (100, 4, 4), np.uint8)
    twice = np.concatenate([pixels, pixels])
    splits: dict[SplitName, Any] = {"train": np.arange(100), "test": np.arange(100, 200)}
    dataset = dataset_from_arrays(twice, np.arange(200) % 2, name="twice", splits=splits, val=0)
    with pytest.raises(DataError, match="100 of 100 training pictures equal one of val or test"):
        dataset.check_trainable()


def test_a_class_never_loses_its_last_training_example() -> None:
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, 256, (100, 4, 4), np.uint8)
    labels = np.arange(100) % 2
    labels[[0, 50, 51]] = 2
    pixels[50] = pixels[0]
    splits: dict[SplitName, Any] = {"train": np.arange(50), "test": np.arange(50, 100)}
    with pytest.raises(DataError, match="too little is left"):
        dataset_from_arrays(pixels, labels, name="rare", splits=splits, val=0).check_trainable()


def test_groups_on_both_sides_are_refused_and_never_said_to_be_kept(tmp_path: Path) -> None:
    rows = [f"{number},{number % 2},p{number % 10},{'train' if number < 40 else 'test'}" for number in range(60)]
    path = tmp_path / "t.csv"
    path.write_text("\n".join(["x,label,patient,split", *rows]))
    dataset = load_dataset(path, group="patient")
    with pytest.raises(DataError, match="10 groups of rows lie in more than one split, such as that of row 1"):
        dataset.check_trainable()
    assert "10 of them in more than one split" in (_decision(dataset, "group") or "")
    load_dataset(path, group="patient", allow_leaks=True).check_trainable()
    redrawn = load_dataset(path, group="patient", splits="ignore")
    redrawn.check_trainable()
    assert "each kept in one split" in (_decision(redrawn, "group") or "")


def test_rows_that_repeat_by_nature_are_no_copies_and_copied_rows_are() -> None:
    generator = np.random.default_rng(0)
    few = generator.integers(0, 3, 1400).astype(float)
    dataset = dataset_from_table({"few": few}, np.arange(1400) % 2, name="few", splits=SPLITS)
    assert len(dataset.splits["train"]) == 1000
    many = generator.normal(size=1400)
    many[1000:1006] = many[:6]
    dataset = dataset_from_table({"many": many}, np.arange(1400) % 2, name="many", splits=SPLITS)
    assert len(dataset.splits["train"]) == 994


def test_copied_texts_are_left_out() -> None:
    texts = [f"text number {number} of many" for number in range(1400)]
    texts[1200:1204] = texts[:4]
    dataset = dataset_from_texts(texts, np.arange(1400) % 2, name="texts", splits=SPLITS)
    assert len(dataset.splits["train"]) == 996


def test_what_is_carved_from_train_holds_no_copies_of_test(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, 256, (300, 4, 4), np.uint8)
    pixels[200:210] = pixels[:10]
    splits: dict[SplitName, Any] = {"train": np.arange(200), "test": np.arange(200, 300)}
    dataset = dataset_from_arrays(pixels, np.arange(300) % 2, name="carved", splits=splits)
    assert not set(range(10)) & {*dataset.splits["train"].tolist(), *dataset.splits["val"].tolist()}
    assert len(dataset.splits["val"])
    assert _leaks(dataset) == 0


def test_a_record_without_the_field_is_of_a_time_when_nothing_was_left_out() -> None:
    assert options_of_dataset({"seed": 0}, source="old")["allow_leaks"] is True
    assert options_of_dataset({"seed": 0, "allow_leaks": False}, source="new")["allow_leaks"] is False
