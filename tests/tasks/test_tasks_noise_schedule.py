"""The closed forms of a diffusion, against the chain done step by step, Bayes by hand, and the papers' equations."""

from __future__ import annotations

import itertools
import math

import pytest
import torch

from pellucid.tasks.noise_schedule import NoiseSchedule

STEPS = 20


@pytest.fixture(scope="module")
def schedule() -> NoiseSchedule:
    return NoiseSchedule(STEPS)


def test_what_is_kept_is_the_papers_cosine(schedule: NoiseSchedule) -> None:
    wanted = [math.cos((step / STEPS + 0.008) / 1.008 * math.pi / 2) ** 2 for step in range(STEPS + 1)]
    for step in range(STEPS):
        assert float(schedule.kept[step]) == pytest.approx(wanted[step] / wanted[0], rel=1e-12)
    assert float(schedule.betas[STEPS]) == pytest.approx(0.999)
    assert 0 < float(schedule.kept[STEPS]) < 1e-4


def test_many_steps_at_once_are_the_chain_step_by_step(schedule: NoiseSchedule) -> None:
    mean, variance = 1.0, 0.0
    for step in range(1, STEPS + 1):
        beta = float(schedule.betas[step])
        mean, variance = math.sqrt(1 - beta) * mean, (1 - beta) * variance + beta
        times = torch.tensor([step])
        clean, noise = torch.ones(1, 1, dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64)
        assert float(schedule.noised(clean, 0 * noise, times)) == pytest.approx(mean, rel=1e-12)
        assert float(schedule.noised(0 * clean, noise, times)) ** 2 == pytest.approx(variance, rel=1e-12)


def test_drawn_chains_have_that_mean_and_variance(schedule: NoiseSchedule) -> None:
    torch.manual_seed(0)
    count, clean, end = 200_000, 0.7, 12
    values = torch.full((count,), clean, dtype=torch.float64)
    for step in range(1, end + 1):
        beta = schedule.betas[step]
        values = (1 - beta).sqrt() * values + beta.sqrt() * torch.randn(count, dtype=torch.float64)
    kept = float(schedule.kept[end])
    assert float(values.mean()) == pytest.approx(math.sqrt(kept) * clean, abs=5 / math.sqrt(count))
    assert float(values.var()) == pytest.approx(1 - kept, rel=5 * math.sqrt(2 / count))


@pytest.mark.parametrize("step", [2, 7, STEPS])
def test_the_posterior_is_bayes_by_hand(schedule: NoiseSchedule, step: int) -> None:
    """q(x before | x now, clean) is the product of two normal densities in x before: their precisions add."""
    clean, now = 0.3, -0.8
    beta, before = float(schedule.betas[step]), float(schedule.kept[step - 1])
    # Of the step: now is normal about sqrt(1 - beta) x with variance beta; of the past: x about sqrt(before) clean.
    precision = (1 - beta) / beta + 1 / (1 - before)
    mean = (math.sqrt(1 - beta) * now / beta + math.sqrt(before) * clean / (1 - before)) / precision
    found, variance = schedule.posterior(
        torch.tensor([[clean]], dtype=torch.float64), torch.tensor([[now]], dtype=torch.float64), torch.tensor([step])
    )
    assert float(found) == pytest.approx(mean, rel=1e-9)
    assert float(variance) == pytest.approx(1 / precision, rel=1e-9)


def test_the_first_step_back_is_certain(schedule: NoiseSchedule) -> None:
    clean = torch.full((1, 1), 0.3, dtype=torch.float64)
    mean, variance = schedule.posterior(clean, torch.full_like(clean, 0.9), torch.tensor([1]))
    assert float(mean) == pytest.approx(0.3)
    assert float(variance) == 0


def test_picture_and_noise_follow_from_v(schedule: NoiseSchedule) -> None:
    torch.manual_seed(1)
    clean, noise = torch.rand(STEPS, 2, 3) * 2 - 1, torch.randn(STEPS, 2, 3)
    times = torch.arange(1, STEPS + 1)
    noisy = schedule.noised(clean, noise, times)
    found, rest = schedule.parts(noisy, schedule.velocity(clean, noise, times), times)
    assert torch.allclose(found, clean, atol=1e-5)
    assert torch.allclose(rest, noise, atol=1e-4)


def test_levels_beyond_the_range_are_cut_and_the_noise_makes_up_for_it(schedule: NoiseSchedule) -> None:
    noisy, times = torch.full((1, 1), 2.0), torch.tensor([5])
    clean, noise = schedule.parts(noisy, torch.full((1, 1), -3.0), times)
    assert float(clean) == 1
    assert float(schedule.noised(clean, noise, times)) == pytest.approx(2.0, rel=1e-6)


def test_with_the_true_v_any_strides_come_back_to_the_picture(schedule: NoiseSchedule) -> None:
    torch.manual_seed(2)
    clean, noise = torch.rand(4, 5, dtype=torch.float64) * 2 - 1, torch.randn(4, 5, dtype=torch.float64)
    for strides in (1, 3, STEPS):
        stops = schedule.stops(strides)
        assert (stops[0], stops[-1], len(stops)) == (STEPS, 0, strides + 1)
        noisy = schedule.noised(clean, noise, torch.full((4,), STEPS))
        for start, end in itertools.pairwise(stops):
            times = torch.full((4,), start)
            # What a perfect network says: the noise that is left belongs to the same picture.
            left = (noisy - schedule.kept[start].sqrt() * clean) / (1 - schedule.kept[start]).sqrt()
            noisy = schedule.back(noisy, schedule.velocity(clean, left, times), start, end)
        assert torch.allclose(noisy, clean, atol=1e-6)


def test_the_network_is_told_shares_of_the_way(schedule: NoiseSchedule) -> None:
    assert schedule.shares(torch.tensor([0, 5, STEPS])).tolist() == [0.0, 0.25, 1.0]
