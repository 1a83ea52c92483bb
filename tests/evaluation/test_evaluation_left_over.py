"""What is left in errors one step ahead: autocorrelations and the test of Ljung and Box."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from pellucid.evaluation.forecasting.left_over import autocorrelations, find_left_over, ljung_box, say_left_over


def test_autocorrelations_by_hand() -> None:
    # Of 1, 2, 3, 4 the mean is 2.5: (-1.5)(-0.5) + (-0.5)(0.5) + (0.5)(1.5) = 1.25 of 5, and (-1.5)(0.5) * 2 = -1.5.
    assert autocorrelations(np.array([1.0, 2, 3, 4]), 2) == pytest.approx([0.25, -0.3])
    assert autocorrelations(np.ones(5), 2).tolist() == [0, 0]


def test_the_test_is_that_of_ljung_and_box() -> None:
    correlations = np.array([0.3, -0.2])
    statistic = ljung_box(correlations, 50)
    assert statistic == pytest.approx(50 * 52 * (0.09 / 49 + 0.04 / 48))
    errors = np.random.default_rng(3).normal(size=200)
    found = find_left_over([errors], season=1)
    assert found is not None
    assert found.p_value == pytest.approx(chi2.sf(found.statistic, 10))


def test_it_agrees_with_statsmodels() -> None:
    # acf(x, nlags=4) and acorr_ljungbox(x, lags=[4]) of statsmodels 0.15.0.
    rising = [1, 3, 2, 5, 4, 6, 5, 8, 7, 7, 9, 8, 10, 12, 11, 10, 13, 12, 15, 14, 13, 16, 15, 18]
    found = autocorrelations(np.array(rising, np.float64), 4)
    assert found == pytest.approx([0.7728671943711523, 0.7073438874230432, 0.5507915567282322, 0.48131046613896217])
    assert ljung_box(found, len(rising)) == pytest.approx(46.63922963480673)
    left = find_left_over([np.array(rising, np.float64)], season=1)
    assert left is not None
    assert left.statistic == pytest.approx(46.63922963480673)  # over as many steps: a fifth of 24
    assert left.p_value == pytest.approx(1.8129117210925012e-09, rel=1e-6)


def test_white_noise_is_told_from_what_follows_from_itself() -> None:
    drawn = np.random.default_rng(1)
    few = sum(
        found.p_value < 0.05
        for found in (find_left_over([drawn.normal(size=300)], season=1) for _ in range(200))
        if found is not None
    )
    assert 2 <= few <= 20  # 1 of 20 by chance
    noise, errors = drawn.normal(size=300), np.zeros(300)
    for step in range(1, 300):
        errors[step] = 0.6 * errors[step - 1] + noise[step]
    found = find_left_over([errors], season=1)
    assert found is not None
    assert found.correlations[0] == pytest.approx(0.6, abs=0.1)
    assert "something predictable is left" in say_left_over(found)
    white = find_left_over([noise], season=1)
    assert white is not None
    assert "do not follow" in say_left_over(white)


def test_gaps_and_several_series_and_too_few() -> None:
    drawn = np.random.default_rng(2)
    series = [drawn.normal(size=100), drawn.normal(size=60)]
    series[0][[3, 50]] = np.nan
    found = find_left_over(series, season=12)
    assert found is not None
    assert (found.num_series, found.n, len(found.correlations)) == (2, 158, 12)
    assert find_left_over([drawn.normal(size=10)], season=1) is None
