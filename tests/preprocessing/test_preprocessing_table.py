"""Tables against scikit-learn's imputer, scaler and one-hot encoder."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from pellucid.data import Dataset
from pellucid.errors import DataError, ModelError, RecipeError
from pellucid.kinds import ValueTarget, Wishes
from pellucid.preprocessing import (
    PREPROCESSINGS,
    NumberColumn,
    TablePreprocessing,
    TargetScaling,
    fit_preprocessing,
    fit_target_scaling,
    prepare_inputs,
)

MakeTable = Callable[..., Dataset]

ANY = Wishes(kinds="any")


def fitted(make_table: MakeTable, columns: dict[str, list[object]], **more: object) -> TablePreprocessing:
    preprocessing, _ = fit_preprocessing(make_table(columns, **more), ANY)
    assert isinstance(preprocessing, TablePreprocessing)
    return preprocessing


def test_numbers_are_imputed_and_scaled_as_scikit_learn_does_it_on_the_training_rows(make_table: MakeTable) -> None:
    ages = [20.0, 31.0, float("nan"), 47.0, 52.0, 500.0, float("nan")]
    data = make_table({"age": ages}, num_train=5)
    preprocessing, _ = fit_preprocessing(data, ANY)
    column = np.array(ages)[:, None]
    reference = make_pipeline(SimpleImputer(strategy="median"), StandardScaler()).fit(column[:5]).transform(column)
    result = prepare_inputs(data, preprocessing, range(7))
    assert result.dtype == np.float32
    np.testing.assert_allclose(result, reference, rtol=1e-6)


def test_words_become_one_feature_each_as_scikit_learn_does_it(make_table: MakeTable) -> None:
    colours: list[object] = ["red", "blue", "red", "", "green"]
    made = fitted(make_table, {"colour": colours}, num_train=4)
    cells = np.array(colours, object)
    reference = (
        OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(cells[:4, None]).transform(cells[:, None])
    )
    assert np.array_equal(made.encode({"colour": cells}), reference)
    assert made.feature_names == ("colour=", "colour=blue", "colour=red")


def test_features_stand_in_the_order_of_the_columns(make_table: MakeTable) -> None:
    made = fitted(make_table, {"a": [1, 2], "b": ["y", "x"], "c": [0, 2]})
    assert made.feature_names == ("a", "b=x", "b=y", "c")
    assert made.input_shape == (4,)
    rows = {"c": np.array([0.0]), "b": np.array(["x"], object), "a": np.array([2.0]), "ignored": np.array([9.0])}
    assert made.encode(rows).tolist() == [[1.0, 1.0, 0.0, -1.0]]


@pytest.mark.parametrize("value", [0.0, 5.0, 0.1, 1e9])
def test_a_constant_column_becomes_zeros_not_infinities(make_table: MakeTable, value: float) -> None:
    made = fitted(make_table, {"same": [value] * 7})
    np.testing.assert_allclose(made.encode({"same": np.full(3, value)}), 0, atol=1e-6)


def test_none_and_nan_among_words_are_the_empty_word(make_table: MakeTable) -> None:
    made = fitted(make_table, {"word": ["", "x"]})
    cells = np.array([None, float("nan"), "x"], object)
    assert made.encode({"word": cells}).tolist() == [[1, 0], [1, 0], [0, 1]]


def test_a_missing_column_is_named(make_table: MakeTable) -> None:
    made = fitted(make_table, {"age": [1, 2], "height": [3, 4]})
    with pytest.raises(DataError, match="The table lacks 'height'"):
        made.encode({"age": np.array([1.0])})


def test_words_in_a_numeric_column_are_an_error(make_table: MakeTable) -> None:
    made = fitted(make_table, {"age": [1, 2]})
    with pytest.raises(DataError, match="Column 'age' holds something that is not a number"):
        made.encode({"age": np.array(["old"], object)})
    with pytest.raises(DataError, match="Column 'age' is infinite in row 1"):
        made.encode({"age": np.array([0.0, np.inf])})


def test_a_column_that_names_the_rows_is_refused(make_table: MakeTable) -> None:
    with pytest.raises(DataError, match="Column 'id' holds 1,001 different words"):
        fitted(make_table, {"id": [f"row{i}" for i in range(1001)]})


def test_a_column_without_any_number_in_training_is_refused(make_table: MakeTable) -> None:
    with pytest.raises(DataError, match="Column 'age' is empty in every training row"):
        fitted(make_table, {"age": [float("nan"), float("nan"), 3.0]}, num_train=2)


def test_empty_cells_are_said_and_counted(make_table: MakeTable) -> None:
    _, decisions = fit_preprocessing(make_table({"age": [1.0, float("nan"), 3.0]}), ANY)
    assert [decision.value for decision in decisions] == ["1 column to 1 feature", "median"]
    assert "1 in 'age'" in decisions[1].reason


def test_a_model_of_pictures_and_flags_of_pictures_are_refused_for_a_table(make_table: MakeTable) -> None:
    data = make_table({"age": [1, 2]})
    with pytest.raises(ModelError, match="lenet5 takes pictures"):
        fit_preprocessing(data, Wishes(kinds=("image",)), model="lenet5")
    with pytest.raises(RecipeError, match="--imgsz, --colour is about pictures"):
        fit_preprocessing(data, ANY, imgsz=28, colour="grey")


def test_a_table_preprocessing_comes_back_from_json_as_it_was(make_table: MakeTable) -> None:
    made = fitted(make_table, {"a": [1, 2], "b": ["y", "x"]})
    assert PREPROCESSINGS.read(made.to_dict()) == made


def test_target_scaling_keeps_small_differences_of_large_numbers(make_table: MakeTable) -> None:
    targets = np.array([1_000_000.0, 1_000_000.5, 1_000_001.0])
    scaling = TargetScaling.fit(targets)
    scaled = scaling.scale(targets)
    assert scaled.dtype == np.float32
    np.testing.assert_allclose(scaled, [-np.sqrt(1.5), 0, np.sqrt(1.5)], rtol=1e-6)
    assert fit_target_scaling(make_table({"a": [1, 2]}, target=ValueTarget(name="y"))) == TargetScaling(mean=0, std=1)


def test_a_column_on_a_logarithmic_scale_is_the_formula_and_takes_what_training_never_saw() -> None:
    column = NumberColumn(name="rooms", fill=4.0, mean=0.5, std=2.0, log=True)
    encoded = TablePreprocessing(columns=(column,)).encode({"rooms": np.array([0.0, 4.0, 400.0, np.nan, -7.0])})
    expected = [(math.log(1 + cell / 4) - 0.5) / 2 for cell in (0, 4, 400, 4, 0)]
    np.testing.assert_allclose(encoded[:, 0], expected, rtol=1e-6)


@pytest.mark.parametrize("scale", [1.0, 1e-150, 1e-154, 1e-200, 1e-300, 1e-307])
def test_small_numbers_are_scaled_as_large_ones_are(scale: float) -> None:
    values = np.array([1.0, 2.0, 4.0, 9.0]) * scale
    scaling = TargetScaling.fit(values)
    assert scaling.std == pytest.approx(float(np.std([1.0, 2.0, 4.0, 9.0])) * scale, rel=1e-9)
    expected = TargetScaling.fit(np.array([1.0, 2.0, 4.0, 9.0])).scale(np.array([1.0, 2.0, 4.0, 9.0]))
    np.testing.assert_allclose(scaling.scale(values), expected, rtol=1e-5)
    assert TargetScaling.fit(np.full(4, scale)).std == 1.0
    assert TargetScaling.fit(np.zeros(4)).std == 1.0


@pytest.mark.parametrize("scale", [1e-40, 1e-155, 1e-300, 1e37, 1e155, 1e300])
def test_targets_that_no_answer_can_hold_are_refused_with_the_way_out(make_table: MakeTable, scale: float) -> None:
    table = make_table({"a": [1.0, 2.0, 3.0, 4.0]}, target=ValueTarget(name="y"))
    table.targets[:][:] = np.array([1.0, 2.0, 4.0, 9.0]) * scale
    with pytest.raises(DataError, match=r"The target 'y' runs from .*another unit"):
        fit_target_scaling(table)
    table.targets[:][:] = scale if scale < 1 else 0.0  # a constant is learned as one
    assert isinstance(fit_target_scaling(table), TargetScaling)
