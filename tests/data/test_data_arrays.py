"""Datasets from arrays and columns in memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.data import ArrayImages, TableInputs, dataset_from_arrays, dataset_from_table
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import ClassTarget, Column, ImageInput, TableInput, ValueTarget

RANDOM = np.random.default_rng(0)
GREY = RANDOM.integers(0, 256, (40, 5, 6), dtype=np.uint8)
COLOUR = RANDOM.integers(0, 256, (40, 5, 6, 3), dtype=np.uint8)
LABELS = np.arange(40) % 4


def _array(dataset: Any) -> NDArray[Any]:
    assert isinstance(dataset.inputs, ArrayImages)
    return dataset.inputs.array


def test_grey_and_colour_pictures_are_kept_as_they_are() -> None:
    for images, channels in ((GREY, 1), (COLOUR, 3)):
        dataset = dataset_from_arrays(images, LABELS, name="mine")
        np.testing.assert_array_equal(_array(dataset), images)
        assert isinstance(dataset.input, ImageInput)
        assert dataset.input.channels == channels
        assert dataset.input.median_size == (5, 6)
        assert dataset.source == "arrays"
        assert dataset.class_counts("test") == dict.fromkeys("0123", 2)


def test_a_last_axis_of_one_is_dropped_and_grey_in_colour_becomes_grey() -> None:
    np.testing.assert_array_equal(_array(dataset_from_arrays(GREY[..., None], LABELS, name="x")), GREY)
    grey = dataset_from_arrays(np.repeat(GREY[..., None], 3, axis=-1), LABELS, name="x")
    np.testing.assert_array_equal(_array(grey), GREY)
    assert grey.decisions[0].name == "colour"


@pytest.mark.parametrize(
    ("images", "dtype", "factor"),
    [
        (GREY.astype(np.int64), np.uint8, 1),
        (GREY.astype(np.uint16) * 200, np.uint16, 200),
        (GREY.astype(np.int32) * 200, np.uint16, 200),
        (GREY / 255, np.uint8, 1),
        (GREY.astype(np.float32) / np.float32(255), np.uint8, 1),
    ],
)
def test_other_types_keep_their_values(images: NDArray[Any], dtype: type[np.generic], factor: int) -> None:
    found = _array(dataset_from_arrays(images, LABELS, name="x"))
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, GREY.astype(int) * factor)


def test_true_is_white() -> None:
    np.testing.assert_array_equal(_array(dataset_from_arrays(GREY > 99, LABELS, name="x")), (GREY > 99) * 255)


@pytest.mark.parametrize(
    ("images", "message"),
    [
        (COLOUR.transpose(0, 3, 1, 2), r"images\.transpose\(0, 2, 3, 1\)"),
        (GREY[0], "shape"),
        (GREY[:0], "shape"),
        (np.where(GREY > -1, np.nan, 0.5), "not one finite value"),
        (GREY.astype(str), "type"),
    ],
)
def test_pictures_that_do_not_fit_are_errors_with_a_way_out(images: NDArray[Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        dataset_from_arrays(images, LABELS[: len(images)], name="x")


def test_labels_may_be_words_numbers_names_or_values() -> None:
    words = np.array(["b", "a", "d", "c"])[LABELS]
    assert dataset_from_arrays(GREY, words, name="x").target == ClassTarget(classes=("a", "b", "c", "d"))
    named = dataset_from_arrays(GREY, LABELS, name="x", classes=("z", "y", "x", "w"), target_name="letter")
    assert named.target == ClassTarget(name="letter", classes=("z", "y", "x", "w"))
    np.testing.assert_array_equal(named.targets, LABELS)
    by_word = dataset_from_arrays(GREY, words, name="x", classes=("b", "a", "d", "c"))
    np.testing.assert_array_equal(by_word.targets, LABELS)
    values = dataset_from_arrays(GREY, np.linspace(0, 1, 40), name="x", target_name="age")
    assert values.target == ValueTarget(name="age")


@pytest.mark.parametrize(
    ("labels", "options", "message"),
    [
        (LABELS[:39], {}, "39 labels but 40 images"),
        (LABELS.reshape(20, 2), {}, r"shape \(20, 2\)"),
        (LABELS, {"classes": ("a", "b")}, "must lie in 0..1"),
        (LABELS.astype(str), {"classes": ("0", "1", "2")}, "labels 3 are none of the classes"),
        (np.where(LABELS > 2, np.nan, 1.0), {}, "10 values are not finite"),
        (np.zeros(40, dtype=int), {}, "one class only"),
        (LABELS, {"classes": tuple("abcde")}, "class 'e' has fewer than two"),
        (LABELS, {"names": ["a"]}, "1 names but 40 images"),
        (LABELS, {"groups": [1, 2]}, "2 groups but 40 examples"),
    ],
)
def test_labels_that_do_not_fit_are_errors(labels: NDArray[Any], options: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        dataset_from_arrays(GREY, labels, name="x", **options)


def test_given_splits_are_kept_and_the_missing_one_is_carved() -> None:
    dataset = dataset_from_arrays(
        GREY, LABELS, name="x", splits={"train": np.arange(32), "test": np.arange(32, 40)}, val=0.1
    )
    np.testing.assert_array_equal(dataset.splits["test"], np.arange(32, 40))
    assert len(dataset.splits["val"]) == 4
    assert dataset.splits["val"].max() < 32


@pytest.mark.parametrize(
    ("splits", "message"),
    [
        ({"train": [0, 1]}, "38 not at all"),
        ({"train": range(40), "test": [3]}, "1 examples twice"),
        ({"train": range(41)}, "names example 40"),
        ({"holdout": range(40)}, "no split 'holdout'"),
    ],
)
def test_splits_that_do_not_fit_are_errors(splits: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        dataset_from_arrays(GREY, LABELS, name="x", splits=splits)


def test_groups_and_equal_pictures_stay_together() -> None:
    images = np.concatenate([GREY, GREY])
    groups = [f"g{number // 2}" for number in range(80)]
    dataset = dataset_from_arrays(images, np.tile(LABELS, 2), name="x", groups=groups)
    split = np.full(80, -1)
    for place, name in enumerate(("train", "val", "test")):
        split[dataset.splits[name]] = place  # type: ignore[index]
    np.testing.assert_array_equal(split[:40], split[40:])
    np.testing.assert_array_equal(split[0::2], split[1::2])
    assert any(finding.kind == "equal-files" and finding.count == 40 for finding in dataset.findings)


def test_names_are_kept_and_made_up() -> None:
    assert dataset_from_arrays(GREY, LABELS, name="x").example_name(3) == "example 3"
    named = dataset_from_arrays(GREY, LABELS, name="x", names=[f"n{number}" for number in range(40)])
    assert named.example_name(3) == "n3"


@pytest.mark.parametrize(("name", "expected"), [("my set/1", "my-set-1"), ("..", "data"), ("Übung", "Übung")])
def test_name_is_made_safe_for_a_folder(name: str, expected: str) -> None:
    assert dataset_from_arrays(GREY, LABELS, name=name).name == expected


@pytest.mark.parametrize("options", [{"val": -0.1}, {"test": 1.0}, {"val": 0.5, "test": 0.5}, {"seed": -1}])
def test_shares_out_of_range_are_errors_that_name_the_flag(options: dict[str, Any]) -> None:
    with pytest.raises(RecipeError, match="--"):
        dataset_from_arrays(GREY, LABELS, name="x", **options)


def test_table_columns_become_numbers_and_categories() -> None:
    dataset = dataset_from_table(
        {"a": np.arange(40), "b": LABELS > 1, "c": ["u", "v"] * 20}, LABELS.astype(float) / 7, name="t", target_name="y"
    )
    kinds = (("a", "number"), ("b", "number"), ("c", "category"))
    assert dataset.input == TableInput(columns=tuple(Column(name=name, kind=kind) for name, kind in kinds))  # type: ignore[arg-type]
    assert dataset.target == ValueTarget(name="y")
    assert isinstance(dataset.inputs, TableInputs)
    assert dataset.inputs.columns["b"].dtype == np.float64


def test_missing_cells_of_a_table_need_impute() -> None:
    columns = {"a": np.where(LABELS > 2, np.nan, 1.0), "c": np.array(["u", None] * 20, dtype=object)}
    with pytest.raises(DataError, match=r"'a' has 10 missing cells.*impute='median'"):
        dataset_from_table(columns, LABELS, name="t")
    inputs = dataset_from_table(columns, LABELS, name="t", impute="median").inputs
    assert isinstance(inputs, TableInputs)
    assert inputs.columns["c"][1] == "missing"
    assert np.isnan(inputs.columns["a"][3])


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({}, "no columns"),
        ({"a": np.arange(39)}, "39 the column 'a' but 40 targets"),
        ({"a": np.zeros((40, 2))}, "shape"),
        ({"a": np.where(LABELS > 2, np.inf, 1.0)}, "infinite"),
    ],
)
def test_columns_that_do_not_fit_are_errors(columns: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError, match=message):
        dataset_from_table(columns, LABELS, name="t")
