"""Forecasts as a kind of target: scores, intervals, bands that cover what they say, and simple methods beside."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from pellucid.evaluation.answering.future import band_factor, band_factors, band_scores
from pellucid.evaluation.kinds import SCORING, About, Truth
from pellucid.kinds import BANDS, LEVELS, FutureTarget
from pellucid.ladder.kinds import CLIMBING
from pellucid.runs import Answering, why_rough
from pellucid.tasks import FutureAnswer

N, H = 400, 4
TARGET = FutureTarget(name="y", horizon=H, season=7)


def answered(deviation: float) -> FutureAnswer:
    """Return the quantiles of a normal distribution around 0."""
    row = np.asarray(stats.norm.ppf(LEVELS), np.float32) * deviation
    return FutureAnswer(np.broadcast_to(row, (N, H, len(LEVELS))).copy())


def truth_of(values: Any, scale: float = 2.0) -> Truth:
    more = {
        "scale": np.full(len(values), scale),
        "moment": np.arange(len(values)),
        "history": np.zeros((len(values), 9)),
    }
    return Truth(TARGET, values, values, None, "mae", more=more)


def evaluated(answer: FutureAnswer, truth: Truth) -> Any:
    about = About("val", "forecast", [f"origin {place}" for place in range(N)], np.arange(N))
    return SCORING["future"].score(answer, truth, about)


def test_scores_are_those_of_a_normal_distribution() -> None:
    values = np.random.default_rng(0).normal(size=(N, H))
    found = evaluated(answered(1.0), truth_of(values))
    mae = float(np.abs(values).mean())
    assert found.metrics["mae"].value == pytest.approx(mae)
    assert found.metrics["mase"].value == pytest.approx(mae / 2)
    assert found.metrics["coverage_80"].value == pytest.approx(0.8, abs=0.03)
    assert found.metrics["coverage_95"].value == pytest.approx(0.95, abs=0.02)
    low, high = found.metrics["mae"].low, found.metrics["mae"].high
    assert low < np.sqrt(2 / np.pi) < high
    assert [row.name for row in found.output_rows] == ["+1", "+2", "+3", "+4"]
    assert len(found.forecasts) == 6
    sizes = np.abs(values).mean(axis=1)
    assert [one.index for one in found.forecasts if one.is_worst] == [int(sizes.argmax())]


def test_what_is_not_defined_is_left_out_and_said() -> None:
    found = evaluated(answered(1.0), truth_of(np.random.default_rng(0).normal(size=(N, H)), scale=0.0))
    assert "mase" not in found.metrics
    assert any("not defined" in note for note in found.notes)


def test_bands_that_are_half_as_wide_as_they_should_be_are_doubled() -> None:
    rng = np.random.default_rng(1)
    answer, val, test = answered(0.5), rng.normal(size=(N, H)), rng.normal(size=(N, H))
    factors = tuple(band_factor(band_scores(answer, val, level), level / 100, windows=N) for level in BANDS)
    assert factors == pytest.approx((2, 2, 2), rel=0.12)
    wide = band_scores(answered(2.0), val, 80)
    assert band_factor(wide, 0.8, windows=N) == pytest.approx(0.5, rel=0.12)
    assert band_factor(wide, 0.8, windows=1) > 0.8  # a single quiet window says little
    wider = evaluated(answer.widened(factors), truth_of(test))
    assert wider.metrics["coverage_80"].value == pytest.approx(0.8, abs=0.04)
    assert evaluated(answer, truth_of(test)).metrics["coverage_80"].value < 0.6


def test_of_few_windows_the_outer_band_stays_wider_than_the_inner_one() -> None:
    answer = answered(1.0)
    one = np.zeros((N, H))
    one[0, 0] = 9.0  # a single value far off: what both bands have to hold at most
    scores = {level: band_scores(answer, one, level) for level in BANDS}
    alone = tuple(band_factor(scores[level], level / 100, windows=1) for level in BANDS)
    outer, inner = band_factors(scores, windows=1)[:2]
    assert (outer, inner) == (max(alone[:2]), alone[1])
    wide = answer.widened((outer, inner, 1.0))
    assert (wide.band(95)[1] > wide.band(80)[1]).all()
    assert band_factors(scores, windows=20) == tuple(band_factor(scores[b], b / 100, windows=20) for b in BANDS)


def test_bands_that_few_windows_told_are_called_rough() -> None:
    assert "only 1.1 forecasts that do not overlap" in why_rough(Answering(bands=(1, 1, 1), bands_windows=1.08))[0]
    assert why_rough(Answering(bands=(1, 1, 1), bands_windows=6.0)) == ()
    assert why_rough(Answering(bands=(1, 1, 1))) == why_rough(None) == ()


def test_two_forecasts_are_compared_by_blocks() -> None:
    values = np.random.default_rng(2).normal(size=(N, H))
    truth = truth_of(values)
    better = SCORING["future"].compare(np.full((N, H), 3.0), np.zeros((N, H)), truth, names=("far", "near"))
    assert better.verdict == "b"
    assert better.difference.method == "moving-blocks"
    same = SCORING["future"].compare(np.zeros((N, H)), np.zeros((N, H)) + 1e-3, truth, names=("one", "other"))
    assert same.verdict == "none"


def test_the_largest_errors_are_of_stretches_that_share_no_step() -> None:
    values = np.zeros((N, H))
    for origin in range(100, 100 + H):  # one event, met from each origin before it
        values[origin, H - 1 - (origin - 100)] = 9.0
    values[102, 1], values[300, 0] = 10.0, 5.0
    found = evaluated(answered(1.0), truth_of(values)).large_errors
    assert [(one.index, one.target) for one in found[:2]] == [(102, 10.0), (300, 5.0)]
    places = sorted(one.index for one in found)
    assert len(places) == 24
    assert min(np.diff(places)) >= H


def test_no_ladder_is_advised_where_none_is_made() -> None:
    assert CLIMBING.why_not("future")
    assert not evaluated(answered(1.0), truth_of(np.zeros((N, H)))).can_climb
