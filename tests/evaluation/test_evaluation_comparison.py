"""Paired comparisons, against published examples and against scipy."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import stats

from pellucid.errors import DataError
from pellucid.evaluation import PairedComparison, compare_paired, compare_paired_values
from pellucid.evaluation.comparison import balancing_weights, mcnemar_exact, newcombe_paired, swap_test


@pytest.mark.parametrize(("only_a", "only_b"), [(0, 0), (5, 5), (1, 9), (12, 2), (40, 20)])
def test_mcnemar_is_the_exact_binomial_test(only_a: int, only_b: int) -> None:
    expected = stats.binomtest(only_a, only_a + only_b).pvalue if only_a + only_b else 1.0
    assert mcnemar_exact(only_a, only_b) == pytest.approx(expected)


def test_mcnemar_of_a_case_by_hand() -> None:
    # 2 x (C(10,0) + C(10,1)) / 2^10
    assert mcnemar_exact(1, 9) == pytest.approx(22 / 1024)


def test_newcombes_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(0)
    counts = random.multinomial(150, (0.70, 0.06, 0.14, 0.10), size=600)
    held = sum(low <= 0.08 <= high for low, high in (newcombe_paired(*row) for row in counts.tolist()))
    assert 0.93 <= held / 600 <= 0.98


def test_swapping_the_two_mirrors_the_interval() -> None:
    low, high = newcombe_paired(70, 6, 14, 10)
    assert newcombe_paired(70, 14, 6, 10) == pytest.approx((-high, -low))


def test_the_better_model_is_named_with_counts_and_p() -> None:
    correct_a = np.array([True] * 300 + [False] * 12 + [True] * 2 + [False] * 46)
    correct_b = np.array([True] * 300 + [True] * 12 + [False] * 2 + [False] * 46)
    result = compare_paired(correct_a, correct_b, a="lenet5", b="resnet8")
    assert (result.only_a, result.only_b, result.verdict) == (2, 12, "b")
    assert result.p_value == pytest.approx(stats.binomtest(2, 14).pvalue)
    assert result.difference.value == pytest.approx(10 / 360)
    assert result.summary.startswith("resnet8 is better than lenet5: resnet8 alone is right on 12, lenet5 alone on 2")
    assert "p = 0.013 (exact McNemar test)" in result.summary
    assert PairedComparison.from_dict(json.loads(json.dumps(result.to_dict())), source="here") == result


def test_the_first_can_be_the_better_one() -> None:
    result = compare_paired(np.ones(50, dtype=bool), np.arange(50) < 30, a="old", b="new")
    assert result.verdict == "a"
    assert result.summary.startswith("old is better than new")


def test_no_difference_is_never_called_equality() -> None:
    correct = np.arange(40) < 30
    result = compare_paired(correct, correct)
    assert (result.p_value, result.verdict) == (1.0, "none")
    assert result.summary.startswith("No difference between B and A could be shown")
    assert result.difference.low is not None
    assert result.difference.low < 0


def test_groups_take_back_what_repeated_examples_pretend() -> None:
    correct_a = np.repeat([True] * 30 + [False] * 6 + [True] * 1, 10)
    correct_b = np.repeat([True] * 30 + [True] * 6 + [False] * 1, 10)
    groups = np.repeat(np.arange(37), 10)
    alone = compare_paired(correct_a, correct_b).p_value
    assert alone is not None
    assert alone < 1e-6
    grouped = compare_paired(correct_a, correct_b, groups=groups)
    assert grouped.p_value == pytest.approx(mcnemar_exact(1, 6))
    assert grouped.test == "swap test by group"
    assert grouped.difference.method == "clustered-bootstrap"


def test_the_swap_test_agrees_with_scipy() -> None:
    gains = np.random.default_rng(0).normal(0.3, 1, 30)
    expected = stats.permutation_test(
        (gains,), np.sum, permutation_type="samples", n_resamples=9999, rng=np.random.default_rng(1)
    )
    assert swap_test(gains, seed=0) == pytest.approx(expected.pvalue, abs=0.02)
    few = gains[:8]
    exact = stats.permutation_test((few,), np.sum, permutation_type="samples", n_resamples=1_000_000)
    assert swap_test(few, seed=0) == pytest.approx(exact.pvalue)


def test_nearer_numbers_win_by_mean_absolute_error() -> None:
    random = np.random.default_rng(0)
    targets = random.normal(size=200)
    near, far = targets + 0.1 * random.normal(size=200), targets + random.normal(size=200)
    result = compare_paired_values(far, near, targets, a="mean", b="mlp")
    assert (result.verdict, result.metric) == ("b", "mae")
    assert result.difference.high is not None
    assert result.difference.high < 0
    assert result.difference.value == pytest.approx(result.b_value - result.a_value)
    assert result.summary.startswith("mlp is better than mean: mean absolute error")


def test_equal_numbers_show_no_difference() -> None:
    targets = np.arange(50.0)
    result = compare_paired_values(targets + 1, targets - 1, targets)
    assert (result.verdict, result.p_value) == ("none", 1.0)
    assert result.difference.note == "too few to say: the two never differ"


def test_wrong_input_is_refused() -> None:
    with pytest.raises(DataError, match="Lengths disagree: correct_a has 2, correct_b has 1"):
        compare_paired([True, False], [True])
    with pytest.raises(DataError, match="True where right, else False"):
        compare_paired([0.5, 1.0], [True, False])


def test_a_comparison_by_class_is_the_difference_of_balanced_accuracies() -> None:
    from sklearn.metrics import balanced_accuracy_score

    random = np.random.default_rng(4)
    classes = np.repeat([0, 1, 2], [120, 40, 20])
    first, second = (np.where(random.random(180) < share, classes, (classes + 1) % 3) for share in (0.6, 0.8))
    found = compare_paired(first == classes, second == classes, classes=classes)
    scores = [balanced_accuracy_score(classes, given) for given in (first, second)]
    assert (found.a_value, found.b_value) == pytest.approx(scores)
    assert found.difference.value == pytest.approx(scores[1] - scores[0])
    assert found.metric == "balanced_accuracy"
    assert found.plain is not None
    assert found.plain == compare_paired(first == classes, second == classes)
    assert found.verdict == "b"


def test_the_majority_may_win_by_accuracy_and_lose_by_class() -> None:
    classes = np.repeat([0, 1], [180, 20])
    majority, careful = classes == 0, np.concatenate([np.arange(180) % 5 != 0, np.full(20, True)])
    assert compare_paired(majority, careful).difference.value < 0
    assert compare_paired(majority, careful, classes=classes).verdict == "b"


def test_the_interval_of_a_difference_by_class_holds_the_truth_about_as_often_as_it_says() -> None:
    random = np.random.default_rng(1)
    classes = np.repeat([0, 1], [160, 40])
    truth = (0.85 - 0.75 + 0.65 - 0.7) / 2
    held = 0
    for _ in range(300):
        first = random.random(200) < np.where(classes == 0, 0.75, 0.7)
        second = random.random(200) < np.where(classes == 0, 0.85, 0.65)
        found = compare_paired(first, second, classes=classes).difference
        assert found.low is not None
        assert found.high is not None
        held += found.low <= truth <= found.high
    assert 0.92 <= held / 300 <= 0.99


def test_balancing_weights_have_a_mean_of_one() -> None:
    assert balancing_weights(np.array([5, 5, 5, 9])).tolist() == pytest.approx([2 / 3, 2 / 3, 2 / 3, 2])
