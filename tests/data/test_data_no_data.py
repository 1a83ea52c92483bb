"""Pictures of floats and signed numbers: what stands for no data, what is said, and arrays of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pellucid.data import ArrayImages, Dataset, dataset_from_arrays, load_dataset
from pellucid.data.no_data import find_no_data, value_facts
from pellucid.data.pixel_arrays import PixelKind, as_answered
from pellucid.errors import DataError
from pellucid.kinds import ImageInput

LABELS = np.repeat(["a", "b"], 10)


def grains(low: float, high: float, number: int = 20, seed: int = 0) -> NDArray[np.float32]:
    return np.random.default_rng(seed).uniform(low, high, (number, 6, 7)).astype(np.float32)


def folder_of(root: Path, pictures: NDArray[Any] | list[NDArray[Any]]) -> Dataset:
    for place, picture in enumerate(pictures):
        path = root / "ab"[place % 2] / f"{place}.tif"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(picture).save(path)
    return load_dataset(root)


def said(dataset: Dataset, name: str) -> list[str]:
    return [one.value for one in dataset.decisions if one.name == name]


@pytest.mark.parametrize(
    ("low", "high", "mark", "is_none"),
    [
        (0, 4000, -9999, True),  # heights in metres
        (-430, 8848, -9999, True),
        (-12000, 8000, -9999, False),  # heights with the sea's ground
        (-1, 1, -9999, True),  # vegetation index
        (-1024, 3071, -32768, True),  # Hounsfield units
        (-1024, 3071, -999, False),
        (-32767, 32000, -32768, False),  # all of 16 bits is in use
        (-2000, 16000, -9999, True),
        (0, 4000, -32767, True),
        (0, 1, 1e20, True),
        (-5, 5, -2147483648, True),
    ],
)
def test_a_mark_far_from_every_other_value_stands_for_no_data(
    low: float, high: float, mark: float, is_none: bool
) -> None:
    pictures = grains(low, high)
    pictures[0, 0, 0], pictures[0, 0, 1] = low, high
    pictures[3, 2, :4] = mark
    assert find_no_data([value_facts(picture) for picture in pictures]) == ((mark,) if is_none else ())


def test_pixels_without_a_value_are_counted_and_said(tmp_path: Path) -> None:
    pictures = grains(0, 4000)
    pictures[3, 0, :2] = -9999
    pictures[4, 0, 0] = np.nan
    pictures[5, 0, :3] = 3.4028235e38
    dataset = folder_of(tmp_path / "heights", pictures)
    assert isinstance(dataset.input, ImageInput)
    assert (dataset.input.bit_depth, dataset.input.depths, dataset.input.no_data) == (32, (32,), (-9999.0,))
    assert said(dataset, "no data") == ["6 pixels of 3 pictures"]
    assert said(folder_of(tmp_path / "whole", grains(0, 1)), "no data") == []


def test_the_second_survey_says_the_same_from_the_cache(tmp_path: Path) -> None:
    pictures = grains(0, 4000)
    pictures[3, 0, :2] = -9999
    first = folder_of(tmp_path, pictures)
    second = load_dataset(tmp_path)
    assert first.input == second.input
    assert (first.decisions, first.fingerprint) == (second.decisions, second.fingerprint)


def test_floats_among_whole_numbers_are_a_finding(tmp_path: Path) -> None:
    eight_bits = np.random.default_rng(1).integers(0, 256, (6, 7), dtype=np.uint8)
    dataset = folder_of(tmp_path, [*grains(0, 1, 12), *(eight_bits + np.uint8(place) for place in range(4))])
    (finding,) = [one for one in dataset.findings if one.kind == "mixed-values"]
    assert finding.message.startswith("12 of 16 pictures hold floats")
    assert not [one for one in dataset.findings if one.kind == "mixed-depth"]


def test_floats_of_two_units_are_a_finding(tmp_path: Path) -> None:
    dataset = folder_of(tmp_path / "two", [*grains(0, 1, 10), *grains(0, 255, 10, seed=1)])
    assert [one.kind for one in dataset.findings] == ["mixed-values"]
    assert folder_of(tmp_path / "one", grains(0, 255)).findings == ()


@pytest.mark.parametrize(
    "images",
    [
        grains(-1, 1),
        grains(0, 1.02),
        grains(0, 255),
        grains(0, 1).astype(np.float64) - 0.5,
        np.random.default_rng(0).integers(-1024, 3071, (20, 6, 7), dtype=np.int16),
        np.random.default_rng(0).integers(0, 100_000, (20, 6, 7)),
        np.stack([grains(-1, 1)] * 3, axis=-1) + np.array([0, 0.1, 0.2], np.float32),
    ],
)
def test_arrays_of_other_numbers_keep_their_values(images: NDArray[Any]) -> None:
    dataset = dataset_from_arrays(images, LABELS, name="x")
    assert isinstance(dataset.inputs, ArrayImages)
    assert isinstance(dataset.input, ImageInput)
    assert dataset.input.bit_depth == 32
    np.testing.assert_array_equal(dataset.inputs.array, images.astype(np.float32))


def test_arrays_of_shares_say_so() -> None:
    dataset = dataset_from_arrays(grains(0, 1), LABELS, name="x")
    assert isinstance(dataset.input, ImageInput)
    assert (dataset.input.bit_depth, dataset.input.unit_floats) == (8, True)


@pytest.mark.parametrize(
    ("images", "kind", "expected"),
    [
        (np.full((1, 2, 2), 200, np.int32), PixelKind(8), np.uint8(200)),
        (np.full((1, 2, 2), 200, np.int32), PixelKind(16), np.uint16(200)),  # dark, not of 8 bits
        (np.full((1, 2, 2), 200, np.uint8), PixelKind(16), np.uint8(200)),
        (np.full((1, 2, 2), 0.5), PixelKind(8), np.uint8(128)),
        (np.full((1, 2, 2), 0.5), PixelKind(32), np.float32(0.5)),
        (np.full((1, 2, 2), -7, np.int64), PixelKind(32), np.float32(-7)),
        (np.full((1, 2, 2), 1.5), PixelKind(8, unit_floats=True), np.float64(1.5)),
    ],
)
def test_new_arrays_are_read_as_the_runs_own_were(images: NDArray[Any], kind: PixelKind, expected: Any) -> None:
    found = as_answered(images, kind)
    assert found.dtype == expected.dtype
    np.testing.assert_array_equal(found, np.full((1, 2, 2), expected))


@pytest.mark.parametrize("images", [np.full((1, 2, 2), 1.5), np.full((1, 2, 2), -1, np.int64)])
def test_numbers_that_mean_nothing_to_a_run_are_refused(images: NDArray[Any]) -> None:
    for kind in (PixelKind(8), PixelKind(16)):
        with pytest.raises(DataError, match=r"floats from 1\.5|type int64"):
            as_answered(images, kind)
