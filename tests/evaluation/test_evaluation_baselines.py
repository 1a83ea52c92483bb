"""Baselines, against scikit-learn's own."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.datasets import load_diabetes, load_digits
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pellucid.errors import DataError
from pellucid.evaluation import (
    Baseline,
    classification_baselines,
    neighbours,
    regression_baselines,
    simple_methods,
    tree_methods,
)
from pellucid.evaluation.neighbours import nearest_neighbours

Split = tuple[NDArray[Any], NDArray[Any], NDArray[Any], NDArray[Any]]


@pytest.fixture(scope="module")
def digits() -> Split:
    inputs, targets = load_digits(return_X_y=True)
    return inputs[:1200].astype(np.float32), targets[:1200], inputs[1200:].astype(np.float32), targets[1200:]


@pytest.mark.parametrize("columns", [1, 3, 200])
def test_the_nearest_neighbour_is_scikit_learns(columns: int) -> None:
    random = np.random.default_rng(columns)
    train, inputs = random.normal(size=(300, columns)) + 50, random.normal(size=(80, columns)) + 50
    train, inputs = train.astype(np.float32), inputs.astype(np.float32)
    model = NearestNeighbors(n_neighbors=1, algorithm="brute").fit(train.astype(np.float64))
    expected = model.kneighbors(inputs.astype(np.float64), return_distance=False)[:, 0]
    assert nearest_neighbours(train, inputs).tolist() == expected.tolist()


def test_of_equally_near_examples_the_first_wins_whatever_the_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    train = np.array([[5, 5], [0, 0], [2, 0], [0, 0], [2, 0]], dtype=np.float32)
    inputs = np.array([[1, 0], [0, 0], [2.1, 0], [5, 5]], dtype=np.float32)
    for cells in (32_000_000, 5, 1):
        monkeypatch.setattr(neighbours, "_CHUNK_CELLS", cells)
        assert nearest_neighbours(train, inputs).tolist() == [1, 1, 2, 0]


def test_differences_below_float32_rounding_are_still_seen() -> None:
    train = np.array([[1000.0, 0.001], [1000.0, 0.0005], [-1000.0, 0.0]], dtype=np.float32)
    assert nearest_neighbours(train, np.array([[1000.0, 0.0]], dtype=np.float32)).tolist() == [1]


def test_neighbours_refuse_what_does_not_fit() -> None:
    with pytest.raises(DataError, match="same number of columns"):
        nearest_neighbours(np.zeros((3, 2)), np.zeros((3, 4)))
    with pytest.raises(DataError, match="not finite"):
        nearest_neighbours(np.full((3, 2), np.nan), np.zeros((3, 2)))


def test_digits_get_three_baselines_with_intervals_and_a_paired_test(digits: Split) -> None:
    train, train_targets, inputs, targets = digits
    answers = np.where(np.arange(len(targets)) < 12, (targets + 1) % 10, targets)
    result = classification_baselines(
        train, train_targets, inputs, targets, classes=[str(k) for k in range(10)], model_answers=answers
    )
    assert [baseline.name for baseline in result] == ["majority class", "nearest neighbour", "logistic regression"]
    nearest = KNeighborsClassifier(1).fit(train, train_targets).score(inputs, targets)
    linear = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)).fit(train, train_targets)
    assert result[1].metric.value == pytest.approx(nearest)
    assert result[2].metric.value == pytest.approx(linear.score(inputs, targets), abs=0.002)
    assert result[2].description.endswith("L2 penalty 1, trained to convergence.")
    common = np.bincount(train_targets).argmax()
    assert result[0].metric.value == pytest.approx((targets == common).mean())
    assert f"'{common}'" in result[0].description
    versus = result[0].versus
    assert versus is not None
    assert (versus.a, versus.b, versus.verdict) == ("majority class", "the model", "b")
    assert versus.b_value == pytest.approx(1 - 12 / len(targets))
    for baseline in result:
        assert baseline.metric == baseline.metrics["accuracy"]
        assert baseline.metric.low is not None
        text = json.dumps(baseline.to_dict(), allow_nan=False)
        assert Baseline.from_dict(json.loads(text), source="here") == baseline


def test_the_headline_can_be_balanced_accuracy(digits: Split) -> None:
    result = classification_baselines(*digits, classes=[str(k) for k in range(10)], headline="balanced_accuracy")
    assert result[0].metric_name == "balanced_accuracy"
    assert result[0].metric.value == pytest.approx(0.1)
    assert result[0].versus is None


def test_many_training_examples_are_drawn_from_and_the_description_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simple_methods, "MAX_TRAINING_EXAMPLES", 50)
    random = np.random.default_rng(0)
    targets = np.zeros(400, dtype=np.int64)
    targets[:100], targets[7] = 1, 2
    inputs = (random.normal(size=(400, 4)) + targets[:, None]).astype(np.float32)
    kept = simple_methods.draw_training_examples(targets, seed=0)
    assert set(targets[kept]) == {0, 1, 2}
    assert kept.tolist() == simple_methods.draw_training_examples(targets, seed=0).tolist()
    result = classification_baselines(inputs, targets, inputs, targets, classes=["a", "b", "c"])
    assert f"{len(kept)} training examples (of 400, drawn with seed 0)" in result[2].description


def test_more_columns_than_examples_change_no_prediction() -> None:
    random = np.random.default_rng(0)
    train, inputs = random.normal(size=(40, 300)), random.normal(size=(25, 300))
    targets = random.normal(size=40)
    expected = make_pipeline(StandardScaler(), LinearRegression()).fit(train, targets).predict(inputs)
    assert simple_methods.least_squares(train, targets, inputs) == pytest.approx(expected)


def test_linear_regression_is_exact_on_a_line() -> None:
    x = np.array([[-1.0], [0.0], [1.0], [2.0]], dtype=np.float32)
    y = (3.0 * x[:, 0] + 1.0).astype(np.float64)
    answers = simple_methods.least_squares(x, y, np.array([[3.0], [4.0], [10.0]], dtype=np.float32))
    assert answers == pytest.approx([10.0, 13.0, 31.0], abs=1e-9)


def test_constant_and_collinear_columns_leave_least_squares_as_it_is() -> None:
    random = np.random.default_rng(0)
    plain = random.normal(size=(60, 2))
    targets = plain @ [2.0, -1.0] + 5.0 + 0.1 * random.normal(size=60)
    # A column that never varies, and one in inches beside centimetres, rounded to float32 as all inputs are.
    more = np.column_stack([plain, np.full(60, 7.0), plain[:, 0] / 2.54]).astype(np.float32)
    expected = LinearRegression().fit(plain[:40], targets[:40]).predict(plain[40:])
    answers = simple_methods.least_squares(more[:40], targets[:40], more[40:])
    assert answers == pytest.approx(expected, abs=1e-4)


def test_logistic_regression_that_has_not_converged_says_so(digits: Split, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simple_methods, "STEPS", 2)
    result = classification_baselines(*digits, classes=[str(k) for k in range(10)])
    assert result[2].description.endswith("stopped after 2 steps before it had converged.")


def test_tables_get_scikit_learns_forest_and_boosting(monkeypatch: pytest.MonkeyPatch) -> None:
    inputs, targets = load_diabetes(return_X_y=True)
    inputs = inputs.astype(np.float32)
    found = regression_baselines(inputs[:300], targets[:300], inputs[300:], targets[300:], headline="r2", trees=True)
    assert [baseline.name for baseline in found][3:] == ["random forest", "gradient boosting"]
    forest = RandomForestRegressor(200, random_state=0).fit(inputs[:300], targets[:300])
    boosting = HistGradientBoostingRegressor(random_state=0).fit(inputs[:300], targets[:300])
    for baseline, model in zip(found[3:], (forest, boosting), strict=True):
        assert baseline.metric.value == pytest.approx(model.score(inputs[300:], targets[300:]))
        assert "300 training examples" in baseline.description
    labels = (targets > np.median(targets)).astype(np.int64)
    classed = classification_baselines(
        inputs[:300], labels[:300], inputs[300:], labels[300:], classes=["low", "high"], trees=True
    )
    classifiers = (RandomForestClassifier(200, random_state=0), HistGradientBoostingClassifier(random_state=0))
    for baseline, classifier in zip(classed[3:], classifiers, strict=True):
        assert baseline.metric.value == pytest.approx(
            classifier.fit(inputs[:300], labels[:300]).score(inputs[300:], labels[300:])
        )
    monkeypatch.setattr(tree_methods, "FOREST_WORK", 0)
    many = np.repeat(inputs, 4, axis=0)
    _, words = tree_methods.random_forest(many, np.repeat(targets, 4), inputs, kind="value")
    assert "1,000 training examples (of 1,768, drawn with seed 0, to end within seconds)" in words


def test_a_column_that_is_constant_in_training_does_no_harm() -> None:
    train = np.array([[0.0, 1.0], [1.0, 1.0], [0.0, 1.0], [1.0, 1.0]])
    queries = np.array([[0.0, 9.0], [1.0, -9.0]])
    predicted, converged = simple_methods.logistic_regression(train, np.array([0, 1, 0, 1]), queries)
    assert predicted.tolist() == [0, 1]
    assert converged


def test_numbers_get_mean_neighbour_and_linear_regression() -> None:
    inputs, targets = load_diabetes(return_X_y=True)
    result = regression_baselines(
        inputs[:300], targets[:300], inputs[300:], targets[300:], model_answers=targets[300:] + 1.0, headline="r2"
    )
    assert [baseline.name for baseline in result] == ["mean", "nearest neighbour", "linear regression"]
    linear = LinearRegression().fit(inputs[:300], targets[:300])
    assert result[2].metric.value == pytest.approx(linear.score(inputs[300:], targets[300:]), abs=1e-4)
    assert result[2].metric_name == "r2"
    assert result[0].versus is not None
    assert result[0].versus.b_value == pytest.approx(1.0)
    assert result[0].versus.verdict == "b"


def test_lengths_that_disagree_are_refused(digits: Split) -> None:
    train, train_targets, inputs, targets = digits
    with pytest.raises(DataError, match="train_inputs has 1200, train_targets has 1199"):
        classification_baselines(train, train_targets[1:], inputs, targets, classes=[str(k) for k in range(10)])
    with pytest.raises(DataError, match="model_answers has 3"):
        classification_baselines(*digits, classes=[str(k) for k in range(10)], model_answers=[1, 2, 3])
