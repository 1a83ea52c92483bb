"""Metrics of predicted numbers, against scikit-learn."""

from __future__ import annotations

import json

import numpy as np
import pytest
from sklearn import metrics as reference

from pellucid.errors import DataError
from pellucid.evaluation import Evaluation, evaluate_regression
from pellucid.evaluation.regression import median_absolute, median_interval


def test_metrics_agree_with_scikit_learn_and_survive_json() -> None:
    random = np.random.default_rng(0)
    targets = random.normal(size=201)
    values = targets + 0.3 * random.normal(size=201)
    result = evaluate_regression(values, targets, split="test", names=[f"row {i}" for i in range(201)])
    expected = {
        "mae": reference.mean_absolute_error(targets, values),
        "rmse": reference.root_mean_squared_error(targets, values),
        "r2": reference.r2_score(targets, values),
        "median_absolute_error": reference.median_absolute_error(targets, values),
    }
    assert set(result.metrics) == set(expected)
    for name, value in expected.items():
        metric = result.metrics[name]
        assert metric.value == pytest.approx(value), name
        assert metric.low is not None
        assert metric.high is not None
        assert metric.low < metric.value < metric.high, name
    assert result.headline == "mae"
    text = json.dumps(result.to_dict(), allow_nan=False)
    assert Evaluation.from_dict(json.loads(text), source="here") == result
    assert "median_absolute_error" in str(result)


def test_large_errors_come_first_with_their_sign() -> None:
    targets = np.zeros(30)
    values = np.linspace(-1, 1, 30)
    values[7] = -5
    result = evaluate_regression(values, targets, split="val", indices=np.arange(30) * 10)
    assert len(result.large_errors) == 24
    worst = result.large_errors[0]
    assert (worst.index, worst.name, worst.error) == (70, "example 7", -5)


def test_residuals_to_draw_are_bounded_and_seeded() -> None:
    random = np.random.default_rng(0)
    targets, values = random.normal(size=(2, 2100))
    first, second = (evaluate_regression(values, targets, split="val", seed=3).residuals for _ in range(2))
    assert first is not None
    assert first == second
    assert (len(first.targets), len(first.predicted), first.total) == (2000, 2000, 2100)


def test_equal_targets_leave_r2_out_and_say_so() -> None:
    result = evaluate_regression(np.arange(10.0), np.ones(10), split="val")
    assert "r2" not in result.metrics
    assert result.notes == ("r2 is not defined: all targets are equal.",)
    assert result.metrics["mae"].note == "too few to say: 10 examples"


def test_one_huge_error_is_called_out_instead_of_given_an_interval() -> None:
    random = np.random.default_rng(0)
    targets = random.normal(size=300)
    values = targets + 0.1 * random.normal(size=300)
    values[0] += 1000
    result = evaluate_regression(values, targets, split="val").metrics
    assert result["rmse"].note == "too few to say: a few examples carry it"
    assert result["median_absolute_error"].low is not None


def test_groups_widen_the_intervals() -> None:
    random = np.random.default_rng(0)
    groups = np.repeat(np.arange(40), 10)
    targets = random.normal(size=400)
    values = targets + random.normal(size=40)[groups]
    single, grouped = (evaluate_regression(values, targets, split="val", groups=given) for given in (None, groups))
    assert grouped.num_groups == 40
    for name in ("mae", "rmse", "median_absolute_error"):
        first, second = single.metrics[name], grouped.metrics[name]
        assert first.low is not None
        assert first.high is not None
        assert second.low is not None
        assert second.high is not None
        assert second.high - second.low > 1.5 * (first.high - first.low), name
        assert second.method == "clustered-bootstrap"


def test_the_median_interval_is_the_textbook_one() -> None:
    # For n = 10, x(2) and x(9) hold the median with probability 0.979 (any table of the sign test).
    assert median_interval(np.arange(1.0, 11.0)) == (2.0, 9.0)
    assert median_interval(np.arange(1.0, 7.0)) == (1.0, 6.0)
    assert median_interval(np.arange(5.0)) is None


@pytest.mark.parametrize("n", [1, 2, 5, 6])
def test_the_weighted_median_of_equal_weights_is_the_median(n: int) -> None:
    errors = np.random.default_rng(n).normal(size=n)
    assert median_absolute(errors)(np.ones((1, n)))[0] == pytest.approx(np.median(np.abs(errors)))


@pytest.mark.parametrize(
    ("values", "targets", "message"),
    [
        ([1.0], [1.0, 2.0], "Lengths disagree"),
        ([], [], "nothing to evaluate"),
        ([float("nan")], [1.0], "Predictions of 1 examples are not finite"),
        ([[1.0, 2.0]], [1.0], "one number per example"),
    ],
)
def test_wrong_input_is_refused(values: list[float], targets: list[float], message: str) -> None:
    with pytest.raises(DataError, match=message):
        evaluate_regression(values, targets, split="val")
