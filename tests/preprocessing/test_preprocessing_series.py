"""Series on their way into a network: scaled by what training holds, filled up, and marked where nothing is."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pellucid.data import SeriesInputs, dataset_from_series
from pellucid.errors import DataError, ModelError, RecipeError
from pellucid.kinds import Wishes
from pellucid.preprocessing import SeriesPreprocessing, fit_preprocessing, prepare_inputs

SERIES = Wishes(kinds=("series",))
DRAWS = np.random.default_rng(0)
WHOLE = DRAWS.normal(3, 2, size=(40, 2, 12))
UNEVEN = [one[:, : 5 + place % 8] for place, one in enumerate(WHOLE)]


def test_each_channel_has_mean_0_and_deviation_1_over_training() -> None:
    dataset = dataset_from_series(WHOLE, np.arange(40) % 2, name="a")
    fitted, decisions = fit_preprocessing(dataset, SERIES)
    train = dataset.splits["train"]
    prepared = prepare_inputs(dataset, fitted, train)
    assert prepared.shape == (len(train), 2, 12)
    np.testing.assert_allclose(prepared.mean(axis=(0, 2)), 0, atol=1e-6)
    np.testing.assert_allclose(prepared.std(axis=(0, 2)), 1, atol=1e-6)
    np.testing.assert_allclose(SeriesPreprocessing.of(fitted).mean, WHOLE[train].mean(axis=(0, 2)), rtol=1e-6)
    assert not fitted.form.masked
    assert [decision.value for decision in decisions] == ["2 channels of 12 steps"]


def test_other_splits_change_nothing_of_what_is_fitted() -> None:
    dataset = dataset_from_series(WHOLE, np.arange(40) % 2, name="a")
    shifted = WHOLE.copy()
    shifted[np.concatenate([dataset.splits["val"], dataset.splits["test"]])] += 1000
    other = dataset_from_series(shifted, np.arange(40) % 2, name="a", splits=dict(dataset.splits))
    assert fit_preprocessing(dataset, SERIES)[0] == fit_preprocessing(other, SERIES)[0]


def test_windows_that_overlap_count_each_value_once() -> None:
    dataset = dataset_from_series(WHOLE[:, :, :6], np.arange(40) % 2, name="a")
    values = np.arange(24, dtype=np.float32)[:, None] ** 2
    addresses = np.array([[0, start, 4] for start in range(0, 20)] * 2)
    inputs = SeriesInputs(values, np.array([0, 24]), addresses=addresses)
    windows = replace(dataset, inputs=inputs, input=inputs.described(("value",)))
    fitted = SeriesPreprocessing.of(fit_preprocessing(windows, SERIES)[0])
    seen = values[inputs.covered(dataset.splits["train"])]
    np.testing.assert_allclose((fitted.mean[0], fitted.std[0]), (seen.mean(), seen.std()), rtol=1e-6)


def test_a_mask_says_where_values_are() -> None:
    series = [one.copy() for one in UNEVEN]
    series[0][0, 2] = np.nan
    series[1][:, 1] = np.nan
    dataset = dataset_from_series(series, np.arange(40) % 2, name="a")
    fitted, decisions = fit_preprocessing(dataset, SERIES)
    assert fitted.form.masked
    assert fitted.input_shape == (3, 12)
    prepared = prepare_inputs(dataset, fitted, [0, 1])
    assert prepared[0, 2].tolist() == [1] * 5 + [0] * 7
    assert prepared[1, 2].tolist() == [1, 0] + [1] * 4 + [0] * 6
    assert prepared[0, 0, 2] == 0
    assert not prepared[:, :2, 6:].any()
    assert decisions[1].name == "filling up"
    assert decisions[1].reason.startswith("lengths differ, and values are missing")


def test_what_is_missing_is_refused_where_training_had_all() -> None:
    fitted = SeriesPreprocessing(channels=("x",), length=3, mean=(0.0,), std=(1.0,))
    with pytest.raises(DataError, match="lacks 1 values"):
        fitted.encode(np.array([[[1, np.nan, 2]]]))
    with pytest.raises(DataError, match="channels and steps, as in training"):
        fitted.encode(np.zeros((1, 1, 4)))


def test_windows_may_be_scaled_by_themselves_or_from_their_last_value() -> None:
    plain = SeriesPreprocessing(channels=("x",), length=4, mean=(5.0,), std=(2.0,), masked=True)
    by_window, from_last = (plain.model_copy(update={"scale": scale}) for scale in ("window", "last"))
    windows = np.array([[[1, 2, 3, 6]], [[7, 7, 7, 7]], [[4, 8, np.nan, np.nan]]])
    own = by_window.encode(windows)
    np.testing.assert_allclose(own[0, 0], (windows[0, 0] - 3) / windows[0, 0].std(), rtol=1e-6)
    assert own[1, 0].tolist() == [0, 0, 0, 0]
    np.testing.assert_allclose(own[2, 0], [-1, 1, 0, 0])
    last = from_last.encode(windows)
    np.testing.assert_allclose(last[0, 0], [-2.5, -2, -1.5, 0])
    np.testing.assert_allclose(last[2, 0], [-2, 0, 0, 0])
    shift, divisor = from_last.levels(windows)
    assert shift[:, 0].tolist() == [6, 7, 8]
    assert divisor[:, 0].tolist() == [2, 2, 2]


def test_flags_of_pictures_and_models_of_pictures_are_refused() -> None:
    dataset = dataset_from_series(WHOLE, np.arange(40) % 2, name="a")
    with pytest.raises(RecipeError, match="--imgsz is about pictures"):
        fit_preprocessing(dataset, SERIES, imgsz=32)
    with pytest.raises(ModelError, match="takes pictures"):
        fit_preprocessing(dataset, Wishes(kinds=("image",)), model="cnn")
    plain, _ = fit_preprocessing(dataset, SERIES, scale="none")
    np.testing.assert_array_equal(prepare_inputs(dataset, plain, [3])[0], WHOLE[3].astype(np.float32))
