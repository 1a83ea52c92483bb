"""Looking at a dataset and at one example."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pellucid.data import (
    PictureInspection,
    RowInspection,
    dataset_from_arrays,
    dataset_from_table,
    inspect_dataset,
    inspect_example,
    load_dataset,
)
from pellucid.data.thumbnails import mean_of, thumbnail, to_eight_bits
from pellucid.errors import DataError

MakeFolder = Callable[[Path, Mapping[str, int]], Path]


def test_counts_add_up_per_class_and_split() -> None:
    inspection = inspect_dataset(load_dataset("digits"))
    assert inspection.n == 1797
    assert inspection.class_counts is not None
    assert inspection.class_counts["0"] == {"train": 124, "val": 18, "test": 36, "all": 178}
    for split, count in inspection.split_counts.items():
        assert sum(counts[split] for counts in inspection.class_counts.values()) == count


def test_mean_picture_is_the_mean_of_the_training_pictures() -> None:
    dataset = load_dataset("digits")
    inspection = inspect_dataset(dataset)
    train = dataset.splits["train"]
    members = train[dataset.targets[train] == 3]
    expected = np.mean([dataset.inputs.pixels(int(index)) for index in members], axis=0)  # type: ignore[attr-defined]
    assert np.abs(inspection.mean_pictures["3"] - expected).max() <= 0.5


def test_sheets_show_training_pictures_of_their_class_and_are_always_the_same() -> None:
    dataset = load_dataset("digits")
    first, second = inspect_dataset(dataset), inspect_dataset(dataset)
    for label, sheet in first.sheets.items():
        assert len(sheet) == 8
        for picture in sheet:
            assert dataset.targets[picture.index] == int(label)
            assert picture.index in dataset.splits["train"]
            np.testing.assert_array_equal(picture.pixels, dataset.inputs.pixels(picture.index))  # type: ignore[attr-defined]
    assert [picture.index for picture in first.sheets["0"]] == [picture.index for picture in second.sheets["0"]]


def test_pictures_of_different_sizes_are_brought_to_one(tmp_path: Path) -> None:
    for label, shade in (("a", 100), ("b", 200)):
        (tmp_path / label).mkdir()
        for number in range(6):
            colour = (shade, 0, number)
            Image.new("RGB", (200 + 10 * number, 100)).save(tmp_path / label / f"{number}.png")
            Image.new("RGB", (200 + 10 * number, 100), colour).save(tmp_path / label / f"{number}.png")
    inspection = inspect_dataset(load_dataset(tmp_path), sheet_pictures=3, thumbnail_side=50)
    assert inspection.mean_pictures["a"].shape == (43, 96, 3)
    assert inspection.mean_pictures["b"][0, 0, 0] == 200
    assert all(max(picture.pixels.shape[:2]) == 50 for sheet in inspection.sheets.values() for picture in sheet)
    assert {label: len(sheet) for label, sheet in inspection.sheets.items()} == {"a": 3, "b": 3}
    assert inspection.kinds == {"PNG RGB": 12}


def test_values_get_one_sheet_from_smallest_to_largest() -> None:
    images = np.random.default_rng(0).integers(0, 256, (50, 4, 4), dtype=np.uint8)
    dataset = dataset_from_arrays(images, np.linspace(5.0, 9.0, 50), name="x", target_name="age")
    inspection = inspect_dataset(dataset)
    values = [dataset.targets[picture.index] for picture in inspection.sheets["age"]]
    assert values == sorted(values)
    train = dataset.targets[dataset.splits["train"]]
    assert (values[0], values[-1]) == (train.min(), train.max())
    assert inspection.class_counts is None
    assert inspection.target_summary is not None
    assert inspection.target_summary.mean == pytest.approx(train.mean())


def test_table_columns_are_summarised() -> None:
    dataset = dataset_from_table(
        {"a": np.array([1.0, 2.0, np.nan, 4.0] * 10), "c": ["u", "v", "u", "u"] * 10},
        np.arange(40) % 2,
        name="t",
        impute="median",
    )
    number, category = inspect_dataset(dataset).columns
    assert (number.missing, number.distinct, number.minimum, number.maximum) == (10, 3, 1.0, 4.0)
    assert number.mean == pytest.approx(7 / 3)
    assert number.std == pytest.approx(np.std([1, 2, 4]))
    assert category.most_common == (("u", 30), ("v", 10))


def test_inspections_are_plain_json(tmp_path: Path, make_folder: MakeFolder) -> None:
    dataset = load_dataset(make_folder(tmp_path, {"a": 5, "b": 5}))
    read = json.loads(json.dumps(inspect_dataset(dataset).to_dict()))
    assert read["n"] == 10
    assert read["input"]["channels"] == 3
    assert np.array(read["mean_pictures"]["a"]).shape == (6, 8, 3)
    assert json.loads(json.dumps(inspect_example(dataset, 0).to_dict()))["length"] == 144
    iris = load_dataset("iris")
    assert len(json.loads(json.dumps(inspect_dataset(iris).to_dict()))["columns"]) == 4
    assert json.loads(json.dumps(inspect_example(iris, 0).to_dict()))["target"] == "setosa"


def test_picture_as_numbers_planes_and_flattened(tmp_path: Path, make_folder: MakeFolder) -> None:
    dataset = load_dataset(make_folder(tmp_path, {"a": 5, "b": 5}))
    found = inspect_example(dataset, "b/3.png")
    assert isinstance(found, PictureInspection)
    pixels = np.asarray(Image.open(tmp_path / "b" / "3.png"))
    np.testing.assert_array_equal(found.pixels, pixels)
    for place, colour in enumerate(("red", "green", "blue")):
        np.testing.assert_array_equal(found.planes[colour], pixels[..., place])
    np.testing.assert_array_equal(found.flattened, pixels.transpose(2, 0, 1).reshape(-1))
    assert found.length == 144
    assert (found.height, found.width, found.channels) == (6, 8, 3)
    assert (found.minimum, found.maximum) == (pixels.min(), pixels.max())
    assert found.mean == pytest.approx(pixels.mean())
    assert found.target == "b"


def test_grey_picture_has_one_plane() -> None:
    found = inspect_example(load_dataset("digits"), 5)
    assert isinstance(found, PictureInspection)
    assert list(found.planes) == ["grey"]
    assert found.length == 64
    assert found.name == "picture 5"


def test_an_example_is_found_by_index_name_and_path(tmp_path: Path, make_folder: MakeFolder) -> None:
    dataset = load_dataset(make_folder(tmp_path, {"a": 5, "b": 5}))
    for which in (7, "b/2.png", tmp_path / "b" / "2.png", str(tmp_path / "b" / "2.png")):
        found = inspect_example(dataset, which)
        assert (found.index, found.name) == (7, "b/2.png")


def test_an_example_is_found_by_the_name_that_earlier_versions_gave_it() -> None:
    found = inspect_example(load_dataset("digits"), "digit 5")
    assert isinstance(found, PictureInspection)
    assert (found.index, found.name) == (5, "picture 5")


def test_a_file_outside_of_the_data_set_is_decoded(tmp_path: Path) -> None:
    Image.new("L", (3, 2), 9).save(tmp_path / "x.png")
    found = inspect_example(load_dataset("digits"), tmp_path / "x.png")
    assert (found.index, found.split, found.target) == (None, None, None)


def test_unknown_example_is_an_error_that_shows_how_they_are_called() -> None:
    digits = load_dataset("digits")
    with pytest.raises(DataError, match=r"no example 'picture x'.*Did you mean 'picture \d+'.*0 to 1796"):
        inspect_example(digits, "picture x")
    with pytest.raises(DataError, match="no example 1797"):
        inspect_example(digits, 1797)
    with pytest.raises(DataError, match="no example 'row 999'"):
        inspect_example(load_dataset("iris"), "row 999")


def test_row_as_its_cells() -> None:
    found = inspect_example(load_dataset("iris"), "row 1")
    assert isinstance(found, RowInspection)
    assert found.cells["sepal length (cm)"] == 5.1
    assert found.target == "setosa"


def test_sixteen_bits_are_stretched_for_the_eye_only() -> None:
    deep = np.array([[1000, 2000, 3000]], dtype=np.uint16)
    np.testing.assert_array_equal(to_eight_bits(deep), [[0, 128, 255]])
    np.testing.assert_array_equal(to_eight_bits(deep[:, :1]), [[0]])


def test_small_pictures_are_not_enlarged_and_thin_ones_keep_a_pixel() -> None:
    assert thumbnail(np.zeros((8, 8), dtype=np.uint8), side=96).shape == (8, 8)
    assert thumbnail(np.zeros((2, 1000), dtype=np.uint8), side=50).shape == (1, 50)


def test_mean_of_grey_and_colour_is_colour() -> None:
    grey = np.full((2, 2), 100, dtype=np.uint8)
    colour = np.full((2, 2, 3), 200, dtype=np.uint8)
    assert mean_of([grey, colour], channels=3).tolist() == [[[150] * 3] * 2] * 2
    assert mean_of([grey, grey], channels=1).shape == (2, 2)
