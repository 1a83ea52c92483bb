"""Calibration: the bins, the error, and what chance alone would show, each against numbers worked out by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pellucid.evaluation.reliability import (
    NUM_BINS,
    bin_gaps,
    bin_of,
    error_if_calibrated,
    expected_calibration_error,
    reliability,
)

CONFIDENCE = np.array([0.9, 0.9, 0.9, 0.9, 0.5, 0.5, 1.0, 0.35, 0.38, 0.62])
CORRECT = np.array([True, True, False, True, False, False, True, True, False, True])
"""In bins: 0.9 four times, three right; 0.5 twice, none right; 1.0 once, right; 0.35 and 0.38 share a bin, one right;
0.62 once, right."""
GAPS = {13: 3 - 3.6, 7: 0 - 1.0, 14: 1 - 1.0, 5: 1 - 0.73, 9: 1 - 0.62}
"""Right answers less the sum of confidences, per bin."""


def binomial_error(n: int, p: float) -> tuple[float, float]:
    """Return mean and variance of |K - n p| for K right answers of n that are each right with probability p."""
    shares = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    mean = sum(share * abs(k - n * p) for k, share in enumerate(shares))
    return mean, sum(share * (k - n * p) ** 2 for k, share in enumerate(shares)) - mean**2


def test_the_error_of_a_hand_made_case() -> None:
    confidence = np.array([0.9, 0.9, 0.6, 0.6])
    correct = np.array([True, False, True, True])
    assert expected_calibration_error(confidence, correct) == pytest.approx(0.5 * abs(0.5 - 0.9) + 0.5 * abs(1 - 0.6))


def test_gaps_cancel_within_a_bin_and_not_between_bins() -> None:
    gaps = bin_gaps(CONFIDENCE, CORRECT)
    assert gaps.shape == (10, NUM_BINS)
    expected = np.zeros(NUM_BINS)
    for place, gap in GAPS.items():
        expected[place] = gap
    assert gaps.sum(axis=0) == pytest.approx(expected, abs=1e-12)
    by_hand = (0.6 + 1.0 + 0.0 + 0.27 + 0.38) / 10
    assert expected_calibration_error(CONFIDENCE, CORRECT) == pytest.approx(by_hand, abs=1e-12)
    assert expected_calibration_error(np.array([0.81, 0.85]), np.array([True, False])) == pytest.approx(0.33)
    assert expected_calibration_error(np.array([0.79, 0.85]), np.array([True, False])) == pytest.approx(0.53)


def test_every_edge_belongs_to_the_bin_below_it() -> None:
    edges = np.arange(1, NUM_BINS + 1) / NUM_BINS
    assert bin_of(edges).tolist() == list(range(NUM_BINS))
    assert bin_of(edges[:-1] + 1e-9).tolist() == list(range(1, NUM_BINS))
    assert bin_of(np.array([0.0])).tolist() == [0]


def test_bins_hold_their_upper_edge_and_cover_all_examples() -> None:
    confidence = np.array([1 / 15, 1 / 15 + 1e-9, 1.0, 0.0])
    result = reliability(confidence, np.array([True, False, True, False]))
    assert [row.count for row in result.bins if row.count] == [2, 1, 1]
    assert (result.bins[0].count, result.bins[1].count, result.bins[-1].count) == (2, 1, 1)
    assert (result.bins[0].low, result.bins[-1].high) == (0, 1)
    assert result.bins[5].accuracy is None
    assert result.bins[0].accuracy is not None
    assert result.bins[0].accuracy.value == 0.5


def test_the_diagram_holds_what_the_error_is_made_of() -> None:
    result = reliability(CONFIDENCE, CORRECT)
    rows = {place: row for place, row in enumerate(result.bins) if row.count}
    assert {place: row.count for place, row in rows.items()} == {13: 4, 7: 2, 14: 1, 5: 2, 9: 1}
    assert {place: row.mean_probability for place, row in rows.items()} == pytest.approx(
        {13: 0.9, 7: 0.5, 14: 1.0, 5: 0.365, 9: 0.62}
    )
    found = {place: row.accuracy.value for place, row in rows.items() if row.accuracy is not None}
    assert found == {13: 0.75, 7: 0.0, 14: 1.0, 5: 0.5, 9: 1.0}
    accuracy = rows[13].accuracy
    assert accuracy is not None
    # Wilson's interval of 3 of 4 (Newcombe 1998, method 3): (p + z^2/2n -+ z sqrt(p q / n + z^2/4n^2)) / (1 + z^2/n).
    z, n, p = 1.959964, 4, 0.75
    middle, half = p + z**2 / (2 * n), z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2))
    assert accuracy.low == pytest.approx((middle - half) / (1 + z**2 / n), abs=1e-6)
    assert accuracy.high == pytest.approx((middle + half) / (1 + z**2 / n), abs=1e-6)
    empty = [row for row in result.bins if not row.count]
    assert all(row.mean_probability is None and row.accuracy is None for row in empty)
    assert result.ece == pytest.approx(0.225, abs=1e-12)
    assert "Guo et al. 2017" in result.definition


def test_what_chance_alone_shows_is_the_mean_of_binomial_errors() -> None:
    """Three answers at 0.9 and two at 0.5, in bins of their own, and one at 1.0, which is never wrong."""
    confidence, draws = np.array([0.5, 0.9, 1.0, 0.9, 0.5, 0.9]), 20_000
    parts = [binomial_error(3, 0.9), binomial_error(2, 0.5)]
    assert parts[1] == pytest.approx((0.5, 0.25))
    mean = sum(mean for mean, _ in parts) / 6
    deviation = math.sqrt(sum(variance for _, variance in parts)) / 6
    found = error_if_calibrated(confidence, seed=3, draws=draws)
    assert abs(found - mean) < 4 * deviation / math.sqrt(draws)
    assert abs(found - mean) < 0.01 * mean
    assert error_if_calibrated(confidence, seed=3, draws=draws) == found
    assert error_if_calibrated(np.ones(7), seed=0) == 0


def test_exactly_calibrated_answers_show_no_more_error_than_chance() -> None:
    random = np.random.default_rng(0)
    confidence = random.uniform(0.3, 1, 2000)
    chance = error_if_calibrated(confidence, seed=0)
    errors = np.array([expected_calibration_error(confidence, random.random(2000) < confidence) for _ in range(100)])
    # Chance is a mean of 200 draws, these are 100 more: their difference has four standard errors to lie within.
    margin = 4 * errors.std(ddof=1) * math.sqrt(1 / 100 + 1 / 200)
    assert margin < 0.15 * chance
    assert abs(errors.mean() - chance) < margin
    overconfident = reliability(confidence, random.random(2000) < confidence - 0.2)
    assert overconfident.ece == pytest.approx(0.2, abs=4 * math.sqrt(0.25 / 2000))
    assert overconfident.ece > 5 * overconfident.ece_if_calibrated
