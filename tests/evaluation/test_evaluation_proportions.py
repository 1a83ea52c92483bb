"""Wilson's interval and its relatives, against published numbers and against simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pellucid.errors import DataError
from pellucid.evaluation import wilson
from pellucid.evaluation.counting import COUNT_METRICS, count_interval
from pellucid.evaluation.proportions import clopper_pearson_upper, design_effect, effective_number, share_metric


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # R. G. Newcombe (1998), Statistics in Medicine 17, 857-872, table I, method 3.
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_newcombes_published_examples(successes: int, n: int, low: float, high: float) -> None:
    assert wilson(successes, n) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("successes", "n"), [(0, 1), (1, 1), (7, 7), (3, 10), (990, 1000)])
def test_wilson_agrees_with_scipy(successes: int, n: int) -> None:
    expected = stats.binomtest(successes, n).proportion_ci(method="wilson")
    assert wilson(successes, n) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_wilson_of_nothing_knows_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_wilson_refuses_more_successes_than_tries() -> None:
    with pytest.raises(DataError, match="5 of 4 is no share"):
        wilson(5, 4)


@pytest.mark.parametrize(("errors", "n"), [(0, 59), (3, 100), (10, 10)])
def test_the_exact_upper_bound_agrees_with_scipy(errors: int, n: int) -> None:
    test = stats.binomtest(errors, n, alternative="less")
    expected = test.proportion_ci(confidence_level=0.95, method="exact").high
    assert clopper_pearson_upper(errors, n, miss=0.05) == pytest.approx(expected)


def test_effective_number_counts_equals_and_ignores_dwarfs() -> None:
    assert effective_number(np.ones(7)) == pytest.approx(7)
    assert effective_number(np.array([1.0, 1e-6, 0.0])) == pytest.approx(1)


def test_design_effect_is_the_group_size_when_all_of_a_group_are_alike() -> None:
    groups = np.repeat(np.arange(200), 5)
    alike = np.repeat(np.random.default_rng(0).normal(size=200), 5)
    assert design_effect(alike - alike.mean(), groups) == pytest.approx(5, rel=0.02)
    apart = np.random.default_rng(0).normal(size=1000)
    assert design_effect(apart - apart.mean(), groups) < 1.3


def test_a_share_by_group_holds_the_truth_where_plain_wilson_does_not() -> None:
    random = np.random.default_rng(1)
    held = {"plain": 0, "by group": 0}
    for _ in range(300):
        chances = random.beta(1.8, 0.2, 25)
        groups = np.repeat(np.arange(25), 8)
        hits = random.random(200) < chances[groups]
        for name, metric in (("plain", share_metric(hits)), ("by group", share_metric(hits, groups))):
            assert metric.low is not None
            assert metric.high is not None
            held[name] += metric.low <= 0.9 <= metric.high
    assert held["plain"] / 300 < 0.8
    assert held["by group"] / 300 > 0.92


@pytest.mark.parametrize("name", sorted(COUNT_METRICS))
def test_the_slope_of_each_metric_is_its_derivative(name: str) -> None:
    confusion = np.random.default_rng(2).dirichlet(np.ones(16)).reshape(4, 4)
    metric = COUNT_METRICS[name]
    step, slope = 1e-6, metric(confusion).slope
    for a, b in (((0, 0), (1, 2)), ((3, 3), (3, 1)), ((2, 0), (0, 2))):
        moved = confusion.copy()
        moved[a] += step
        moved[b] -= step
        change = (metric(moved).value - metric(confusion).value) / step
        assert change == pytest.approx(slope[a] - slope[b], abs=1e-4)


@pytest.mark.parametrize("name", sorted(COUNT_METRICS))
def test_intervals_of_count_metrics_hold_the_truth_about_as_often_as_they_say(name: str) -> None:
    truth = np.array([[0.40, 0.05, 0.05], [0.04, 0.20, 0.06], [0.01, 0.02, 0.17]])
    value = COUNT_METRICS[name](truth).value
    random = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        low, high = count_interval(name, random.multinomial(150, truth.ravel()).reshape(3, 3))
        held += low <= value <= high
    assert 0.92 <= held / 400 <= 0.985


def test_two_classes_in_balance_give_the_plain_wilson_interval() -> None:
    confusion = np.array([[90, 10], [10, 90]])
    assert count_interval("balanced_accuracy", confusion) == pytest.approx(wilson(180, 200), abs=2e-3)
