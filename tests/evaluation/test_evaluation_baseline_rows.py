"""The rows of the baselines: whole where there is memory, shrunk and drawn where there is not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.data import Dataset, ImageInputs, dataset_from_arrays
from pellucid.evaluation.baseline_rows import baseline_rows
from pellucid.evaluation.picture_features import shrink
from pellucid.preprocessing import ImagePreprocessing


def pictures(count: int, side: int) -> NDArray[np.uint8]:
    return np.random.default_rng(3).integers(0, 256, (count, side, side, 3), dtype=np.uint8)


@pytest.fixture
def dataset() -> Dataset:
    return dataset_from_arrays(pictures(60, 80), ["a", "b", "c"] * 20, name="noise")


@pytest.fixture
def preprocessing() -> ImagePreprocessing:
    return ImagePreprocessing(height=80, width=80, channels=3, resize="crop", mean=(0.5,) * 3, std=(0.2,) * 3)


def free(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr("pellucid.evaluation.baseline_rows.free_memory", lambda: size)


def test_with_memory_enough_every_pixel_is_there(
    dataset: Dataset, preprocessing: ImagePreprocessing, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(monkeypatch, 1 << 40)
    rows = baseline_rows(dataset, preprocessing, "val")
    assert rows.words == ""
    np.testing.assert_array_equal(rows.train, dataset.splits["train"])
    array = np.asarray(ImageInputs.of(dataset.inputs).array)
    np.testing.assert_array_equal(rows.train_rows, array[dataset.splits["train"]].reshape(len(rows.train), -1))
    np.testing.assert_array_equal(rows.scored_rows, array[dataset.splits["val"]].reshape(len(rows.scored_rows), -1))


def test_for_want_of_memory_pictures_shrink(
    dataset: Dataset, preprocessing: ImagePreprocessing, monkeypatch: pytest.MonkeyPatch
) -> None:
    num_train = len(dataset.splits["train"])
    whole = 80 * 80 * 3 * 36 * (num_train + len(dataset.splits["val"])) + 32 * num_train**2
    free(monkeypatch, 2 * whole - 2)
    rows = baseline_rows(dataset, preprocessing, "val")
    assert rows.words == "For want of memory on pictures shrunk to 26 x 26."
    assert rows.train_rows.shape == (len(dataset.splits["train"]), 26 * 26 * 3)
    free(monkeypatch, 2 * whole)
    assert baseline_rows(dataset, preprocessing, "val").words == ""


def test_for_want_of_more_examples_are_drawn_with_one_of_each_class(
    dataset: Dataset, preprocessing: ImagePreprocessing, monkeypatch: pytest.MonkeyPatch
) -> None:
    free(monkeypatch, 2 * 8 * 8 * 3 * 36 * (len(dataset.splits["val"]) + 10))
    rows = baseline_rows(dataset, preprocessing, "val")
    assert rows.words.startswith("For want of memory on pictures shrunk to 8 x 8 and with 1")
    assert 10 <= len(rows.train) <= 12
    assert set(dataset.targets[rows.train]) == {0, 1, 2}
    assert rows.scored_rows.shape == (len(dataset.splits["val"]), 8 * 8 * 3)


def test_shrinking_takes_the_mean_of_squares() -> None:
    canvases = pictures(2, 7)
    small = shrink(canvases, 3)
    assert small.shape == (2, 2, 2, 3)
    for row in range(2):
        for column in range(2):
            square = canvases[:, 3 * row : 3 * row + 3, 3 * column : 3 * column + 3].astype(np.float64)
            np.testing.assert_allclose(small[:, row, column], square.mean(axis=(1, 2)), rtol=1e-6)
