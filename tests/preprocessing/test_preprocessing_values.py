"""One scale for floats and signed numbers: measured on train, the same level for the same value in every picture."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pellucid.data import Dataset, ImageInputs, dataset_from_arrays, load_dataset
from pellucid.decoding.wide import scale_wide
from pellucid.errors import DataError, PellucidError
from pellucid.kinds import Wishes
from pellucid.preprocessing import (
    PREPROCESSINGS,
    ImagePreprocessing,
    fit_preprocessing,
    open_inputs,
    pixels_of,
    read_pixels,
)
from pellucid.preprocessing.measure import measure_values

MakePictures = Callable[..., Dataset]


class Pictures(ImageInputs):
    """Pictures in memory."""

    def __init__(self, *pictures: NDArray[Any]) -> None:
        self.pictures = pictures

    def __len__(self) -> int:
        return len(self.pictures)

    def pixels(self, index: int) -> NDArray[Any]:
        return self.pictures[index]

    def name(self, index: int) -> str:
        return str(index)


def window(*pictures: NDArray[Any], no_data: tuple[float, ...] = ()) -> tuple[float, float]:
    return measure_values(Pictures(*pictures), np.arange(len(pictures)), percentiles=(0.1, 99.9), no_data=no_data)


def folder_of(root: Path, pictures: list[NDArray[Any]]) -> Path:
    for place, picture in enumerate(pictures):
        path = root / "ab"[place % 2] / f"{place}.tif"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(path)
    return root


def fitted(root: Path) -> tuple[Dataset, ImagePreprocessing, dict[str, str]]:
    dataset = load_dataset(root)
    made, decisions = fit_preprocessing(dataset, Wishes(kinds=("image",)))
    assert isinstance(made, ImagePreprocessing)
    return dataset, made, {one.name: one.reason for one in decisions}


@pytest.mark.parametrize(
    "values",
    [
        np.random.default_rng(0).normal(0, 1, 5000),
        np.random.default_rng(1).uniform(-1024, 3071, 4000).round(),
        np.random.default_rng(2).lognormal(0, 6, 3000),
        np.concatenate([np.zeros(2000), -np.zeros(1990), np.full(10, -1e-20), np.full(10, 1e-20)]),
        np.random.default_rng(3).integers(0, 65536, 3000),
    ],
)
def test_the_window_is_an_exact_order_statistic(values: NDArray[Any]) -> None:
    ordered = np.sort(values.astype(np.float32))
    places = [int(np.ceil(share / 100 * len(ordered))) - 1 for share in (0.1, 99.9)]
    assert window(values.astype(np.float32).reshape(2, -1)) == (ordered[places[0]], ordered[places[1]])


def test_values_that_are_none_do_not_count() -> None:
    plain = np.random.default_rng(0).uniform(0, 4000, (40, 50)).astype(np.float32)
    holed = np.concatenate([plain, np.full((30, 50), -9999, np.float32), np.full((9, 50), np.nan, np.float32)])
    assert window(holed, no_data=(-9999.0,)) == window(plain)
    assert window(np.full((3, 3), np.nan, np.float32)) == (0.0, 1.0)
    assert window(np.full((3, 3), 7, np.float32)) == (7.0, 8.0)


def test_whole_numbers_among_floats_count_as_shares_only_where_the_floats_do() -> None:
    eight = np.arange(256, dtype=np.uint8).reshape(16, 16)
    shares = np.linspace(0.25, 0.75, 256, dtype=np.float32).reshape(16, 16)
    assert window(shares, eight) == (0.0, 1.0)
    assert window(100 * shares, eight) == (0.0, 255.0)


def test_the_same_value_means_the_same_level_in_every_picture(tmp_path: Path) -> None:
    pictures = []
    for place in range(16):
        values = np.random.default_rng(place).normal(0.45, 0.1, (24, 24)).astype(np.float32)
        values[0, 0] = (0.5, 1.02, -0.01, -9999)[place % 4]
        values[12, 12] = 0.45
        pictures.append(values)
    dataset, made, reasons = fitted(folder_of(tmp_path, pictures))
    canvases = open_inputs(dataset, made, np.arange(16))[:]
    expected = round((np.float64(np.float32(0.45)) - made.low) * 255 / (made.high - made.low))
    assert set(canvases[:, 12, 12, 0].tolist()) == {expected}
    assert made.bit_depth == 32
    assert made.no_data == (-9999.0,)
    assert made.low > -0.1
    assert made.high < 1.1
    assert "one scale for all" in reasons["window"]


@pytest.mark.parametrize(
    ("low", "high"), [(-1024, 3071), (-1, 1), (0, 100.2), (0, 4000), (0, 1), (0, 255), (250, 320), (-40, 45)]
)
def test_numbers_of_any_unit_are_spread_over_their_window(tmp_path: Path, low: float, high: float) -> None:
    pictures = [np.random.default_rng(place).uniform(low, high, (16, 16)).astype(np.float32) for place in range(12)]
    _, made, _ = fitted(folder_of(tmp_path, pictures))
    assert low <= made.low < low + 0.05 * (high - low)
    assert high - 0.05 * (high - low) < made.high <= high
    asked = np.array([[low, (made.low + made.high) / 2, high]], np.float32)
    assert made.shown(asked).tolist() in ([[0, 127, 255]], [[0, 128, 255]])  # a half is rounded either way
    again = PREPROCESSINGS.read(made.to_dict())
    assert again == made


def test_whole_numbers_in_32_bits_give_the_canvases_that_16_bits_give(tmp_path: Path) -> None:
    pictures = [np.random.default_rng(place).integers(50, 4000, (20, 20)) for place in range(12)]
    wide = fitted(folder_of(tmp_path / "wide", [picture.astype(np.int32) for picture in pictures]))
    deep = fitted(folder_of(tmp_path / "deep", [picture.astype(np.uint16) for picture in pictures]))
    assert (wide[1].low, wide[1].high) == (deep[1].low, deep[1].high)
    places = np.arange(12)
    np.testing.assert_array_equal(open_inputs(*wide[:2], places)[:], open_inputs(*deep[:2], places)[:])


def test_signed_numbers_of_an_array_have_one_window() -> None:
    images = np.random.default_rng(0).integers(-1024, 3071, (20, 8, 8), dtype=np.int16)
    dataset = dataset_from_arrays(images, np.repeat(["a", "b"], 10), name="x")
    made, _ = fit_preprocessing(dataset, Wishes(kinds=("image",)))
    assert isinstance(made, ImagePreprocessing)
    asked = np.array([[-1024, 0, 3071], [0, 0, 0]], np.int16)
    bright = read_pixels(asked, made)
    alone = read_pixels(asked[1:], made)
    assert made.shown(bright)[1].tolist() == made.shown(alone)[0].tolist()


def test_shares_of_an_array_are_mapped_alike_when_answered_also_beyond_their_range() -> None:
    images = np.random.default_rng(0).uniform(0, 1, (20, 8, 8)).astype(np.float32)
    dataset = dataset_from_arrays(images, np.repeat(["a", "b"], 10), name="x")
    made, _ = fit_preprocessing(dataset, Wishes(kinds=("image",)))
    assert isinstance(made, ImagePreprocessing)
    assert made.unit_floats
    np.testing.assert_array_equal(made.shown(read_pixels(images[0], made)), dataset.inputs.pixels(0))  # type: ignore[attr-defined]
    odd = np.array([[0.5, 1.3, -0.2, np.nan]], np.float32)
    assert made.shown(read_pixels(odd, made)).tolist() == [[128, 255, 0, 0]]


def test_a_run_without_a_window_for_floats_takes_each_pictures_own_range(tmp_path: Path) -> None:
    values = np.random.default_rng(0).uniform(-5, 300, (8, 8)).astype(np.float32)
    root = folder_of(tmp_path, [values + place for place in range(8)])
    dataset = load_dataset(root)
    older = ImagePreprocessing(
        height=8, width=8, channels=1, resize="crop", bit_depth=16, low=100, high=60000, mean=(0.0,), std=(1.0,)
    )
    index = next(place for place in range(8) if dataset.example_name(place) == "a/0.tif")
    np.testing.assert_array_equal(pixels_of(dataset.inputs, index, older), scale_wide(values))  # type: ignore[arg-type]
    np.testing.assert_array_equal(read_pixels(root / "a" / "0.tif", older), scale_wide(values))
    expected = older.canvas(scale_wide(values))
    np.testing.assert_array_equal(open_inputs(dataset, older, [index])[:][0], expected)


def test_floats_are_refused_where_they_mean_nothing() -> None:
    made = ImagePreprocessing(height=2, width=2, channels=1, resize="crop", mean=(0.0,), std=(1.0,))
    with pytest.raises(DataError, match="uint8 or uint16"):
        made.canvas(np.zeros((2, 2), np.float32))


@pytest.mark.parametrize("ends", [{"low": -1.0}, {"low": 0.5}, {"high": 70000}])
def test_ends_of_a_window_of_16_bits_must_be_whole(ends: dict[str, float]) -> None:
    fields = {"kind": "image", "height": 2, "width": 2, "channels": 1, "resize": "crop", "mean": [0.0], "std": [1.0]}
    with pytest.raises(PellucidError, match="integers"):
        ImagePreprocessing.from_dict({**fields, "bit_depth": 16, **ends}, source="x")
