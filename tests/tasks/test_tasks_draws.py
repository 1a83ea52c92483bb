"""Random numbers by address: the same whatever stands beside an example, and as random as they have to be."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import stats

from pellucid.preprocessing.augmentation.randomness import uniforms
from pellucid.tasks import Draws

IDS = torch.arange(4000)


def test_an_example_draws_the_same_beside_others_alone_and_in_another_order() -> None:
    draws = Draws(seed=3, epoch=2, ids=IDS[:50])
    whole = draws.normal(4, 5)
    assert torch.equal(draws.part(7, 9).normal(4, 5), whole[7:9])
    order = torch.randperm(50, generator=torch.Generator().manual_seed(0))
    assert torch.equal(Draws(3, 2, IDS[:50][order]).normal(4, 5), whole[order])


@pytest.mark.parametrize(("seed", "epoch", "stream"), [(4, 2, 0), (3, 3, 0), (3, 2, 1), (-3, 2, 0)])
def test_another_seed_epoch_or_stream_gives_unrelated_numbers(seed: int, epoch: int, stream: int) -> None:
    one = Draws(3, 2, IDS).uniform(stream=0)
    other = Draws(seed, epoch, IDS).uniform(stream=stream)
    assert abs(float(np.corrcoef(one, other)[0, 1])) < 4 / len(IDS) ** 0.5


def test_uniform_numbers_lie_inside_and_pass_kolmogorov_and_smirnov() -> None:
    drawn = Draws(0, 1, IDS).uniform(25)
    assert float(drawn.min()) > 0.0
    assert float(drawn.max()) < 1.0
    assert stats.kstest(drawn.flatten().numpy(), "uniform").pvalue > 0.001
    neighbours = np.corrcoef(drawn[:, 0], drawn[:, 1])[0, 1]
    assert abs(float(neighbours)) < 4 / len(IDS) ** 0.5


@pytest.mark.parametrize("count", [1, 2, 7])
def test_normal_numbers_pass_kolmogorov_and_smirnov(count: int) -> None:
    drawn = Draws(0, 1, IDS).normal(count)
    assert drawn.shape == (len(IDS), count)
    assert stats.kstest(drawn.flatten().numpy(), "norm").pvalue > 0.001


def test_the_mixing_is_that_of_splitmix64() -> None:
    # The first numbers of Steele, Lea and Flood's generator from the state 1234567, as published with its reference.
    from pellucid.tasks.draws import _mixed_whole

    golden, state, drawn = 0x9E3779B97F4A7C15, 1234567, []
    for _ in range(3):
        drawn.append(_mixed_whole(state))
        state += golden
    assert drawn == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_numbers_of_numpy_and_of_torch_use_the_same_finaliser() -> None:
    from pellucid.preprocessing.augmentation.randomness import _mix as mix_of_numpy
    from pellucid.tasks.draws import _mix as mix_of_torch

    values = np.array([0, 1, -1, 2**62, -(2**63)], np.int64)
    expected = mix_of_numpy(values.view(np.uint64)).view(np.int64)
    assert mix_of_torch(torch.from_numpy(values)).tolist() == expected.tolist()
    assert uniforms(values, seed=0, epoch=0, count=1).shape == (1, 5)
