"""Intervals by moving blocks: they cover what neighbours that resemble one another have as their mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.moving_blocks import blocked_interval, blocked_p_value

STRETCHES, SIMULATIONS = 600, 150


def _stretches(draws: np.random.Generator, *, alike: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return sums and counts of stretches whose means follow an autoregression around 2."""
    noise = draws.normal(size=STRETCHES)
    means = np.empty(STRETCHES)
    level = noise[0] / np.sqrt(1 - alike**2)
    for place, step in enumerate(noise):
        level = alike * level + step
        means[place] = level
    counts = draws.integers(20, 60, STRETCHES).astype(np.float64)
    return (2 + means) * counts, counts


def test_intervals_cover_the_mean_of_neighbours_that_are_alike() -> None:
    draws = np.random.default_rng(0)
    covered = 0
    for seed in range(SIMULATIONS):
        ends = blocked_interval(*_stretches(draws, alike=0.5), seed=seed)
        assert ends is not None
        covered += ends[0] <= 2 <= ends[1]
    assert 0.89 <= covered / SIMULATIONS <= 0.99


def test_a_difference_that_is_none_is_seldom_found_and_a_real_one_is() -> None:
    draws = np.random.default_rng(1)
    found = []
    for seed in range(60):
        sums, counts = _stretches(draws, alike=0.5)
        chance = blocked_p_value(sums - 2 * counts, counts, seed=seed)
        assert chance is not None
        found.append(chance < 0.05)
    assert np.mean(found) <= 0.15
    sums, counts = _stretches(draws, alike=0.5)
    assert (blocked_p_value(sums, counts) or 0) < 1e-6


def test_few_stretches_say_nothing() -> None:
    assert blocked_interval(np.ones(12), np.ones(12)) is None


def test_too_few_blocks_have_neither_an_interval_nor_a_p_value() -> None:
    sums, counts = np.arange(5.0), np.ones(5)
    assert blocked_interval(sums, counts) is None
    assert blocked_p_value(sums, counts) is None
