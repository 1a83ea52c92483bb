"""Learning to take noise away: what is asked for, by whose address, and what perfect networks would draw."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from pellucid.errors import RecipeError
from pellucid.tasks import Batch, Draws
from pellucid.tasks.diffusion import Diffusion

SHAPE, STEPS = (1, 4, 3), 50


class Perfect(nn.Module):
    """Says the v that belongs to what it takes the picture for, as a function of noisy levels and what is kept."""

    def __init__(self, task: Diffusion, guess: Callable[[Tensor, Tensor], Tensor]) -> None:
        super().__init__()
        self.task, self.guess = task, guess

    def forward(self, noisy: Tensor, time: Tensor) -> Tensor:
        kept = self.task.schedule.kept[(time * self.task.noise_steps).round().long()].float()[:, None, None, None]
        clean = self.guess(noisy, kept)
        noise = (noisy - kept.sqrt() * clean) / (1 - kept).sqrt()
        return kept.sqrt() * noise - (1 - kept).sqrt() * clean


def batch_of(levels: Tensor, *, epoch: int = 1) -> Batch:
    ids = torch.arange(len(levels)) + 5
    return Batch(levels, torch.zeros(len(levels), dtype=torch.int64), ids, draws=Draws(3, epoch, ids))


@pytest.fixture(scope="module")
def task() -> Diffusion:
    return Diffusion(SHAPE, noise_steps=STEPS, strides=10)


def test_who_knows_the_picture_has_no_loss_and_draws_it(task: Diffusion) -> None:
    picture = torch.rand(SHAPE, generator=torch.Generator().manual_seed(0))
    models = {"model": Perfect(task, lambda noisy, _: (2 * picture - 1).expand_as(noisy))}
    batch = batch_of(picture.expand(6, *SHAPE))
    assert float(task.loss(models, batch, phase="all", generator=torch.Generator()).value) == pytest.approx(0, abs=1e-6)
    drawn = task.drawn(models, Draws(0, 0, torch.arange(3)))
    assert torch.allclose(drawn, picture.expand_as(drawn), atol=1e-4)


def test_who_knows_the_spread_draws_levels_of_that_spread() -> None:
    """Of normal levels the best guess is known (conditional mean of two normal numbers), and so is what is drawn."""
    task, spread = Diffusion((1, 20, 20), noise_steps=200, strides=200), 0.25
    models = {
        "model": Perfect(task, lambda noisy, kept: kept.sqrt() * spread**2 / (kept * spread**2 + 1 - kept) * noisy)
    }
    levels = 2 * task.drawn(models, Draws(1, 0, torch.arange(50))) - 1
    assert float(levels.mean()) == pytest.approx(0, abs=0.01)
    assert float(levels.std()) == pytest.approx(spread, rel=0.03)


def test_the_loss_of_who_says_nothing_is_the_mean_square_of_v(task: Diffusion) -> None:
    """Of levels -1 or 1 and noise of variance 1, v has mean square 1 at every step."""
    levels = (torch.rand(4000, *SHAPE, generator=torch.Generator().manual_seed(1)) > 0.5).float()

    class Nothing(nn.Module):
        def forward(self, noisy: Tensor, time: Tensor) -> Tensor:
            return torch.zeros_like(noisy)

    sums = task.measure({"model": Nothing()}, batch_of(levels))
    assert float(sums["loss"]) / len(levels) == pytest.approx(1, abs=0.02)


def test_noise_and_step_hang_on_the_address_alone(task: Diffusion) -> None:
    seen: list[tuple[Tensor, Tensor]] = []

    class Watching(nn.Module):
        def forward(self, noisy: Tensor, time: Tensor) -> Tensor:
            seen.append((noisy, time))
            return noisy

    levels = torch.rand(8, *SHAPE)
    models, generator = {"model": Watching()}, torch.Generator()
    whole = batch_of(levels)
    for batch in (whole, whole.part(0, 3), whole.part(3, 8), batch_of(levels, epoch=2)):
        task.loss(models, batch, phase="all", generator=generator)
    (noisy, times), *parts, (others, _) = seen
    assert torch.equal(torch.cat([part[0] for part in parts]), noisy)
    assert torch.equal(torch.cat([part[1] for part in parts]), times)
    assert not torch.equal(others, noisy)
    assert float(times.min()) > 0
    assert float(times.max()) <= 1


def test_the_way_begins_with_noise_and_ends_with_the_picture(task: Diffusion) -> None:
    models = {"model": Perfect(task, lambda noisy, _: torch.zeros_like(noisy))}
    noise = task.noise(Draws(0, 0, torch.arange(2)))
    way = list(task.way(models, noise))
    assert [stop.step for stop in way] == list(range(STEPS, -1, -5))
    assert torch.equal(way[0].noisy, noise)
    assert torch.allclose(way[-1].clean, torch.zeros(2, *SHAPE), atol=1e-5)


def test_pictures_that_are_all_alike_are_told(task: Diffusion) -> None:
    models = {"model": Perfect(task, lambda noisy, _: torch.zeros_like(noisy))}
    assert task.collapse(models, batch_of(torch.rand(6, *SHAPE))).spread == pytest.approx(0, abs=1e-4)


def test_nothing_is_answered(task: Diffusion) -> None:
    with pytest.raises(RecipeError, match="answers none"):
        task.answer(torch.zeros(1, 12))
    assert task.answer_steps(torch.zeros(1, 12)) == ()
