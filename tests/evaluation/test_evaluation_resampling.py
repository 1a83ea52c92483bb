"""The bootstrap and the areas: seeds, groups, coverage in a small simulation."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pellucid.evaluation import bootstrap
from pellucid.evaluation.ranking import area_interval, average_precision_statistic, roc_auc
from pellucid.evaluation.resampling import bootstrap_logit, bootstrap_mean, bootstrap_norm


def test_the_bca_interval_of_a_skewed_mean_agrees_with_scipy() -> None:
    values = np.random.default_rng(0).exponential(size=80)
    ends = bootstrap(lambda weights: weights @ values / weights.sum(axis=1), 80, resamples=9000)
    expected = stats.bootstrap((values,), np.mean, n_resamples=9000, rng=np.random.default_rng(1)).confidence_interval
    assert ends == pytest.approx((expected.low, expected.high), rel=0.02)


def test_the_percentile_interval_agrees_with_scipy() -> None:
    values = np.random.default_rng(0).exponential(size=80)
    ends = bootstrap(lambda weights: weights @ values / weights.sum(axis=1), 80, resamples=9000, method="percentile")
    expected = stats.bootstrap(
        (values,), np.mean, n_resamples=9000, method="percentile", rng=np.random.default_rng(1)
    ).confidence_interval
    assert ends == pytest.approx((expected.low, expected.high), rel=0.02)


def test_a_statistic_that_never_varies_gets_no_interval() -> None:
    assert bootstrap(lambda weights: np.ones(len(weights)), 10) is None
    assert bootstrap_mean(np.zeros(30)) is None
    assert bootstrap_norm(np.zeros((30, 2))) is None


def test_a_mean_that_one_example_carries_gets_no_interval() -> None:
    values = np.zeros(200)
    values[0] = 100
    assert bootstrap_mean(values) is None


def test_groups_that_repeat_each_example_give_the_interval_of_the_examples() -> None:
    values = np.random.default_rng(1).exponential(size=60)
    single = bootstrap_mean(values, seed=3)
    assert bootstrap_mean(np.repeat(values, 5), groups=np.repeat(np.arange(60), 5), seed=3) == pytest.approx(single)


def test_intervals_of_a_skewed_mean_hold_the_truth_about_as_often_as_they_say() -> None:
    random = np.random.default_rng(2)
    given = held = 0
    for repeat in range(300):
        ends = bootstrap_mean(random.exponential(size=60), seed=repeat, resamples=400)
        if ends is not None:
            given += 1
            held += ends[0] <= 1 <= ends[1]
    assert given > 290
    assert 0.9 <= held / given <= 0.98


def test_the_area_of_a_hand_made_case_counts_ties_half() -> None:
    positive = np.array([True, True, False, False])
    area, influence = roc_auc(positive, np.array([0.9, 0.4, 0.4, 0.1]))
    assert area == pytest.approx((1 + 1 + 0.5 + 1) / 4)
    assert influence.sum() == pytest.approx(0)


def test_the_areas_error_agrees_with_delongs_formula() -> None:
    random = np.random.default_rng(3)
    positive = np.arange(40) < 15
    scores = random.normal(size=40) + positive
    _, influence = roc_auc(positive, scores)
    wins = scores[positive][:, None] > scores[~positive][None, :]
    expected = wins.mean(axis=1).var(ddof=1) / 15 + wins.mean(axis=0).var(ddof=1) / 25
    assert (influence**2).sum() / 40**2 == pytest.approx(expected)


def test_intervals_of_the_area_hold_the_truth_about_as_often_as_they_say() -> None:
    random = np.random.default_rng(4)
    truth = stats.norm.cdf(1.5 / np.sqrt(2))
    held = 0
    for _ in range(400):
        positive = np.arange(80) < 25
        area, influence = roc_auc(positive, random.normal(size=80) + 1.5 * positive)
        ends = area_interval(area, influence, None)
        assert ends is not None
        held += ends[0] <= truth <= ends[1]
    assert 0.92 <= held / 400 <= 0.985


def test_perfect_order_has_no_spread_to_see() -> None:
    positive = np.arange(20) < 10
    area, influence = roc_auc(positive, positive.astype(np.float64))
    assert area == 1
    assert area_interval(area, influence, None) is None
    assert bootstrap_logit(average_precision_statistic(positive, positive.astype(np.float64)), 20) is None
