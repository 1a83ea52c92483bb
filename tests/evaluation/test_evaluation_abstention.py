"""The threshold below which an answer is "unsure"."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.errors import RecipeError
from pellucid.evaluation import Abstention, choose_threshold
from pellucid.evaluation.proportions import clopper_pearson_upper


def calibrated(n: int, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    random = np.random.default_rng(seed)
    top = 1 - 0.5 * random.random(n) ** 4
    targets = (random.random(n) > top).astype(np.int64)
    return np.stack([top, 1 - top], axis=1), targets


def test_the_lowest_threshold_whose_bound_is_small_enough_is_taken() -> None:
    probabilities, targets = calibrated(4000)
    result = choose_threshold(probabilities, targets, error_rate=0.05)
    assert result.threshold is not None
    assert 0.5 < result.threshold < 1
    answered = probabilities.max(axis=1) >= result.threshold
    errors = int((targets[answered] != 0).sum())
    assert result.coverage is not None
    assert result.error is not None
    assert result.coverage.value == pytest.approx(answered.mean())
    assert result.error.value == pytest.approx(errors / answered.sum())
    assert result.bound == pytest.approx(clopper_pearson_upper(errors, int(answered.sum()), miss=0.05 / 20))
    assert result.bound is not None
    assert result.bound <= 0.05
    assert Abstention.from_dict(result.to_dict(), source="here") == result


def test_a_model_that_is_good_enough_answers_everything() -> None:
    probabilities = np.tile([0.9, 0.1], (1000, 1))
    result = choose_threshold(probabilities, np.zeros(1000, dtype=int), error_rate=0.05)
    assert result.threshold == 0
    assert result.coverage is not None
    assert result.coverage.value == 1


def test_too_few_examples_give_no_threshold_and_the_number_needed() -> None:
    result = choose_threshold(np.tile([0.99, 0.01], (50, 1)), np.zeros(50, dtype=int), error_rate=0.05)
    needed = math.ceil(math.log(0.05 / 20) / math.log(0.95))
    assert result.threshold is None
    assert result.reason.startswith(f"Too few to say: 50 examples; at least {needed}")
    enough = choose_threshold(np.tile([0.99, 0.01], (needed, 1)), np.zeros(needed, dtype=int), error_rate=0.05)
    assert enough.threshold == 0


def test_confident_mistakes_give_no_threshold() -> None:
    targets = (np.arange(1000) % 4 == 0).astype(int)
    result = choose_threshold(np.tile([0.999, 0.001], (1000, 1)), targets, error_rate=0.05)
    assert result.threshold is None
    assert "too many confident mistakes" in result.reason


def test_the_true_error_rate_seldom_exceeds_what_was_asked_for() -> None:
    probabilities, targets = calibrated(100_000, seed=99)
    top, wrong = probabilities.max(axis=1), targets != 0
    exceeded = found = 0
    for seed in range(200):
        threshold = choose_threshold(*calibrated(500, seed=seed), error_rate=0.04).threshold
        if threshold is not None:
            found += 1
            exceeded += bool(wrong[top >= threshold].mean() > 0.04)
    assert found > 60
    assert exceeded / 200 <= 0.05


@pytest.mark.parametrize("error_rate", [0.0, 1.0, -0.1])
def test_an_error_rate_that_is_none_is_refused(error_rate: float) -> None:
    with pytest.raises(RecipeError, match="error_rate is"):
        choose_threshold([[0.5, 0.5]], [0], error_rate=error_rate)
