"""Is tuning worth it here? The interval holds what it promises, and the words say what the numbers do."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pellucid.tuning import Repeat
from pellucid.tuning.verdict import judge, mean_of_crossed


def test_with_one_score_a_seed_it_is_the_paired_t_interval() -> None:
    gains = np.array([0.01, 0.03, 0.02, 0.05, 0.00])
    mean, low, high = mean_of_crossed(gains[:, None])
    expected = stats.ttest_1samp(gains, 0).confidence_interval(0.95)
    assert mean == pytest.approx(0.022)
    assert (low, high) == pytest.approx((expected.low, expected.high))


@pytest.mark.parametrize(
    ("of_seeds", "of_examples", "of_rest"), [(0.03, 0.0, 0.0), (0.0, 0.3, 0.0), (0.02, 0.2, 0.3), (0.0, 0.0, 0.4)]
)
def test_the_interval_covers_the_truth_about_as_often_as_it_says(
    of_seeds: float, of_examples: float, of_rest: float
) -> None:
    random = np.random.default_rng(0)
    covered = 0
    for _ in range(400):
        gains = (
            0.02
            + of_seeds * random.standard_normal((5, 1))
            + of_examples * random.standard_normal((1, 200))
            + of_rest * random.standard_normal((5, 200))
        )
        _, low, high = mean_of_crossed(gains)
        assert low is not None
        assert high is not None
        covered += low <= 0.02 <= high
    assert 0.92 <= covered / 400 <= 1.0


def test_one_example_more_in_every_seed_proves_nothing() -> None:
    gains = np.zeros((5, 180))
    gains[:, 17] = 1  # the same example each time: seeds agree, but it is one example
    mean, low, high = mean_of_crossed(gains)
    assert mean == pytest.approx(1 / 180)
    assert low is not None
    assert high is not None
    assert low < 0 < high


def test_too_few_seeds_or_no_difference_give_no_interval() -> None:
    assert mean_of_crossed(np.ones((1, 50))) == (1.0, None, None)
    assert mean_of_crossed(np.zeros((5, 50))) == (0.0, None, None)


def _repeats(default: list[float], winner: list[float]) -> list[Repeat]:
    roles = (("default", default), ("winner", winner))
    return [
        Repeat(role=role, seed=seed, run="", score=score)  # type: ignore[arg-type]
        for role, scores in roles
        for seed, score in enumerate(scores)
    ]


def _judge(
    gains: np.ndarray[tuple[int, ...], np.dtype[np.float64]] | None, **changes: object
) -> tuple[bool | None, str]:
    options = {"metric": "accuracy", "higher_is_better": True, "searched_score": 0.95, "others": 12} | changes
    verdict = judge(_repeats([0.8, 0.8], [0.9, 0.9] if gains is not None else []), gains, **options)  # type: ignore[arg-type]
    return verdict.worth_it, verdict.summary


def test_the_verdict_is_said_in_words() -> None:
    random = np.random.default_rng(0)
    clear, unclear = (random.random((2, 500)) < 0.3).astype(float), random.choice([-1.0, 0.0, 1.0], (2, 500))
    assert _judge(clear)[0] is True
    assert "worth it here: the winner is better" in _judge(clear)[1]
    assert _judge(-clear)[0] is False
    assert "worse than the default" in _judge(-clear)[1]
    assert _judge(unclear)[0] is None
    assert "cannot be shown" in _judge(unclear)[1]
    assert _judge(unclear)[1].count(" points") == 2  # of the difference, and of its interval
    assert _judge(None) == (
        False,
        "Tuning was not worth it here: of 12 other recipes none did better than the default.",
    )


def test_one_trial_beside_the_default_recipe_says_nothing_about_tuning() -> None:
    worth_it, summary = _judge(None, others=1)
    assert worth_it is None
    assert "Too early to say" in summary
    assert "1 other recipe was tried" in summary
    assert _judge(None, others=3, is_all=True)[0] is False  # a whole grid


def test_what_being_chosen_flatters_the_winner_by_is_said() -> None:
    verdict = judge(_repeats([0.8, 0.8], [0.9, 0.9]), np.ones((2, 30)), metric="accuracy", higher_is_better=True,
                    searched_score=0.95, others=12)  # fmt: skip
    assert verdict.optimism == pytest.approx(0.05)
    lower = judge(_repeats([2, 2], [1.5, 1.5]), np.array([[0.5], [0.6]]), metric="loss", higher_is_better=False,
                  searched_score=1.2, others=12)  # fmt: skip
    assert lower.optimism == pytest.approx(0.3)
    assert lower.difference == pytest.approx(0.55)
