"""Futures drawn from quantiles have these quantiles, and their steps are as alike as they are said to be."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest

from pellucid.kinds import LEVELS
from pellucid.tasks import FutureAnswer, drawn_futures, echo_of
from pellucid.tasks.drawn_futures import scores_of, values_at

PLACES = np.array([NormalDist().inv_cdf(level) for level in LEVELS])


def normal(count: int, *, positive: bool = False) -> FutureAnswer:
    """Forecasts of 4 steps: normal with means 10 to 13 and deviations 1 to 4; or these of the logarithm."""
    levels = (10 + np.arange(4))[:, None] + (1 + np.arange(4))[:, None] * PLACES
    levels = np.exp(levels / 10) if positive else levels
    return FutureAnswer(np.repeat(levels[None], count, axis=0).astype(np.float32), positive)


@pytest.mark.parametrize("positive", [False, True])
def test_what_is_drawn_has_the_quantiles(positive: bool) -> None:
    answer = normal(20_000, positive=positive)
    drawn = drawn_futures(answer, echo=0.7, rng=np.random.default_rng(0))
    found = np.quantile(drawn, LEVELS, axis=0).T
    assert found == pytest.approx(answer.quantiles[0], rel=0.05)


def test_neighbours_are_as_alike_as_is_said() -> None:
    answer = normal(20_000)
    for echo in (0.0, 0.6):
        drawn = drawn_futures(answer, echo=echo, rng=np.random.default_rng(1))
        assert np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1] == pytest.approx(echo, abs=0.03)
        assert echo_of(answer, drawn) == pytest.approx(echo, abs=0.03)
    same = scores_of(answer, drawn_futures(answer, echo=None, rng=np.random.default_rng(2)))
    assert same[:, 3] == pytest.approx(same[:, 0], abs=1e-4)


def test_scores_and_values_are_each_other_s_way_back() -> None:
    answer = normal(50)
    scores = np.random.default_rng(3).uniform(-3, 3, (50, 4))
    assert scores_of(answer, values_at(answer, scores)) == pytest.approx(scores, abs=1e-3)
    assert values_at(answer, np.zeros((50, 4))) == pytest.approx(answer.median, rel=1e-6)
