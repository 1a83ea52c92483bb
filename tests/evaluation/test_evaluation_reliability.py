"""Calibration: the bins, the error, and what chance alone would show."""

from __future__ import annotations

import numpy as np
import pytest

from pellucid.evaluation.reliability import expected_calibration_error, reliability


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


def test_exactly_calibrated_answers_show_no_more_error_than_chance() -> None:
    random = np.random.default_rng(0)
    confidence = random.uniform(0.3, 1, 2000)
    calibrated = reliability(confidence, random.random(2000) < confidence)
    overconfident = reliability(confidence, random.random(2000) < confidence - 0.2)
    assert calibrated.ece == pytest.approx(calibrated.ece_if_calibrated, rel=0.5)
    assert overconfident.ece > 5 * overconfident.ece_if_calibrated
    assert "Guo et al. 2017" in calibrated.definition
