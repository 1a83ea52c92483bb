"""Calibration: the bins, the error, and what chance alone would show."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import binom, binomtest

from pellucid.evaluation.reliability import error_if_calibrated, expected_calibration_error, reliability


def test_the_error_of_a_hand_made_case() -> None:
    confidence = np.array([0.9, 0.9, 0.6, 0.6])
    correct = np.array([True, False, True, True])
    assert expected_calibration_error(confidence, correct) == pytest.approx(0.5 * abs(0.5 - 0.9) + 0.5 * abs(1 - 0.6))


def test_bins_hold_their_upper_edge_and_cover_all_examples() -> None:
    confidence = np.array([1 / 15, 1 / 15 + 1e-9, 1.0, 0.0])
    result = reliability(confidence, np.array([True, False, True, False]))
    assert [row.count for row in result.bins if row.count] == [2, 1, 1]
    assert (result.bins[0].count, result.bins[1].count, result.bins[-1].count) == (2, 1, 1)
    assert (result.bins[0].low, result.bins[-1].high) == (0, 1)
    assert result.bins[5].accuracy is None
    assert result.bins[0].accuracy is not None
    assert result.bins[0].accuracy.value == 0.5


def test_the_error_of_random_answers_is_that_of_a_loop_over_the_bins() -> None:
    random = np.random.default_rng(1)
    confidence, correct = random.random(500), random.random(500) < 0.7
    gaps = 0.0
    for b in range(15):
        inside = [i for i in range(500) if b / 15 < confidence[i] <= (b + 1) / 15]
        gaps += abs(sum(float(correct[i]) - confidence[i] for i in inside)) / 500
    assert expected_calibration_error(confidence, correct) == pytest.approx(gaps, rel=1e-12)


def test_a_bin_has_the_mean_probability_and_wilsons_interval_of_its_answers() -> None:
    confidence = np.array([0.62, 0.64, 0.65, 0.66, 0.97])
    result = reliability(confidence, np.array([True, True, False, True, True]))
    row = result.bins[9]
    expected = binomtest(3, 4).proportion_ci(method="wilson")
    assert (row.low, row.high, row.count) == (9 / 15, 10 / 15, 4)
    assert row.mean_probability == pytest.approx(np.mean(confidence[:4]))
    assert row.accuracy is not None
    assert (row.accuracy.low, row.accuracy.high) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize("probability", [0.5, 0.9, 0.98])
def test_what_chance_alone_shows_is_the_mean_absolute_deviation_of_a_binomial(probability: float) -> None:
    count, draws = 40, 4000
    right = np.arange(count + 1)
    deviations = np.abs(right / count - probability)
    mean = float(np.sum(binom.pmf(right, count, probability) * deviations))
    spread = float(np.sqrt(np.sum(binom.pmf(right, count, probability) * deviations**2) - mean**2))
    found = error_if_calibrated(np.full(count, probability), seed=0, draws=draws)
    assert abs(found - mean) < 4 * spread / np.sqrt(draws)


def test_exactly_calibrated_answers_show_the_error_of_chance_on_average() -> None:
    random = np.random.default_rng(0)
    confidence = random.uniform(0.3, 1, 2000)
    errors = [expected_calibration_error(confidence, random.random(2000) < confidence) for _ in range(300)]
    expected = error_if_calibrated(confidence, seed=1, draws=3000)
    assert abs(np.mean(errors) - expected) < 4 * np.std(errors) * np.sqrt(1 / 300 + 1 / 3000)


def test_answers_that_are_right_less_often_than_they_say_have_that_error() -> None:
    random = np.random.default_rng(0)
    confidence = random.uniform(0.3, 1, 20_000)
    overconfident = reliability(confidence, random.random(20_000) < confidence - 0.2)
    # Every bin is 0.2 off in truth; the mean of 20,000 answers is so to about 0.01 (3 standard errors).
    assert overconfident.ece == pytest.approx(0.2, abs=0.01)
    assert overconfident.ece > 10 * overconfident.ece_if_calibrated
    assert "Guo et al. 2017" in overconfident.definition
