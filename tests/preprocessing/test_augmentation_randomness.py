"""The counter-based numbers: uniform, unrelated, and the same wherever an example turns up."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from pellucid.preprocessing.augmentation.randomness import _mix, uniforms

IDS = np.arange(20_000)


def test_numbers_of_splitmix64_are_those_published() -> None:
    # The first five for the seed 1234567, as listed at rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64.
    with np.errstate(over="ignore"):
        states = np.uint64(1234567) + np.arange(1, 6, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        found = _mix(states)
    assert found.tolist() == [
        6457827717110365317,
        3203168211198807973,
        9817491932198370423,
        4593380528125082431,
        16408922859458223821,
    ]


def test_an_example_draws_the_same_in_any_batch() -> None:
    whole = uniforms(IDS, seed=3, epoch=5, count=4)
    shuffled = np.random.default_rng(0).permutation(IDS)[:100]
    assert np.array_equal(uniforms(shuffled, seed=3, epoch=5, count=4), whole[:, shuffled])


def test_more_numbers_per_example_leave_the_first_ones_as_they_are() -> None:
    assert np.array_equal(uniforms(IDS, seed=0, epoch=0, count=11)[:4], uniforms(IDS, seed=0, epoch=0, count=4))


@pytest.mark.parametrize(("seed", "epoch"), [(0, 0), (1, 0), (0, 1), (2**32 - 1, 299), (-1, 0)])
def test_numbers_are_uniform_in_0_to_1(seed: int, epoch: int) -> None:
    for row in uniforms(IDS, seed=seed, epoch=epoch, count=11):
        assert row.min() >= 0
        assert row.max() < 1
        assert stats.kstest(row, "uniform").pvalue > 1e-4
        counts = np.histogram(row, bins=100, range=(0, 1))[0]
        assert stats.chisquare(counts).pvalue > 1e-4


def test_seeds_epochs_examples_and_places_are_unrelated() -> None:
    here = uniforms(IDS, seed=0, epoch=0, count=2)
    others = [
        here[1],
        uniforms(IDS, seed=1, epoch=0, count=1)[0],
        uniforms(IDS, seed=0, epoch=1, count=1)[0],
        uniforms(IDS + 1, seed=0, epoch=0, count=1)[0],
        uniforms(IDS, seed=1, epoch=-1, count=1)[0],
    ]
    for other in others:
        assert abs(np.corrcoef(here[0], other)[0, 1]) < 4 / np.sqrt(len(IDS))
        pairs = np.histogram2d(here[0], other, bins=10, range=((0, 1), (0, 1)))[0]
        assert stats.chisquare(pairs.ravel()).pvalue > 1e-4


def test_one_example_over_many_epochs_is_uniform_too() -> None:
    row = np.array([uniforms(IDS[7:8], seed=0, epoch=epoch, count=1)[0, 0] for epoch in range(2000)])
    assert stats.kstest(row, "uniform").pvalue > 1e-4
    assert abs(np.corrcoef(row[1:], row[:-1])[0, 1]) < 4 / np.sqrt(len(row))
