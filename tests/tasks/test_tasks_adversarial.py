"""A generator against a discriminator: losses by hand, and noise by address."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from pellucid.errors import RecipeError
from pellucid.tasks import Adversarial, Batch, Draws, DrawsPictures, TellsCollapse
from pellucid.tasks.adversarial import PENALTY
from pellucid.tasks.spread import spread_of

SHAPE = (1, 3, 2)


class Weighing(nn.Module):
    """A discriminator whose logit is a weighted sum of a picture's levels."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.linspace(-1, 1, 6))

    def forward(self, pictures: Tensor) -> Tensor:
        return (pictures.flatten(1) * self.weight).sum(1, keepdim=True)


class Making(nn.Module):
    """A generator of four numbers."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.arange(24, dtype=torch.float32).reshape(4, 6) / 24)

    def forward(self, noise: Tensor) -> Tensor:
        return torch.tanh(noise @ self.weight).reshape(-1, *SHAPE)


@pytest.fixture
def models() -> dict[str, Any]:
    return {"generator": Making(), "discriminator": Weighing()}


def batch_of(ids: Tensor) -> Batch:
    levels = torch.rand(100, *SHAPE, generator=torch.Generator().manual_seed(0))
    return Batch(levels[ids], torch.zeros(len(ids)), ids, draws=Draws(5, 2, ids))


def sigmoid(x: np.ndarray) -> np.ndarray:
    shares: np.ndarray = 1 / (1 + np.exp(-x))
    return shares


def test_losses_are_those_of_the_papers(models: dict[str, Any]) -> None:
    task, batch = Adversarial(SHAPE, 4), batch_of(torch.arange(6))
    weights = models["discriminator"].weight.detach().numpy()

    def logits(stream: int) -> np.ndarray:
        assert batch.draws is not None
        noise = batch.draws.normal(4, stream=stream).numpy()
        told: np.ndarray = np.tanh(noise @ models["generator"].weight.detach().numpy()) @ weights
        return told

    real, drawn = sigmoid((2 * batch.inputs.flatten(1).numpy() - 1) @ weights), sigmoid(logits(0))
    told = -(0.9 * np.log(real) + 0.1 * np.log(1 - real) + np.log(1 - drawn)) / 2
    found = task.loss(models, batch, phase="discriminator", generator=torch.Generator())
    # A weighted sum has the same slope at every picture.
    assert found.value.item() == pytest.approx(told.mean() + PENALTY / 2 * (weights**2).sum(), rel=1e-5)
    assert float(found.sums["loss"]) == pytest.approx(told.sum(), rel=1e-5)
    fooled = task.loss(models, batch, phase="generator", generator=torch.Generator())
    assert fooled.value.item() == pytest.approx(-np.log(sigmoid(logits(1))).mean(), rel=1e-5)
    with torch.no_grad():
        measured = {name: float(value) for name, value in task.measure(models, batch).items()}
    assert measured["loss"] == pytest.approx(told.sum(), rel=1e-5)
    apart = ((real > 0.5).astype(float) + (drawn <= 0.5)) / 2
    assert measured["told_apart"] == pytest.approx(apart.sum())


def test_a_phase_leaves_the_other_network_its_gradients(models: dict[str, Any]) -> None:
    task, batch = Adversarial(SHAPE, 4), batch_of(torch.arange(6))
    task.loss(models, batch, phase="discriminator", generator=torch.Generator()).value.backward()  # type: ignore[no-untyped-call]
    assert models["generator"].weight.grad is None
    assert [(phase.name, phase.models, phase.betas) for phase in task.phases] == [
        ("discriminator", ("discriminator",), (0.5, 0.999)),
        ("generator", ("generator",), (0.5, 0.999)),
    ]


def test_where_the_discriminator_cannot_tell_both_losses_are_the_logarithm_of_two(models: dict[str, Any]) -> None:
    nn.init.zeros_(models["discriminator"].weight)
    task, batch = Adversarial(SHAPE, 4), batch_of(torch.arange(6))
    for phase in ("discriminator", "generator"):
        found = task.loss(models, batch, phase=phase, generator=torch.Generator()).value
        assert found.item() == pytest.approx(math.log(2), rel=1e-6)


@torch.no_grad()
def test_what_a_picture_is_drawn_of_hangs_on_its_address_alone(models: dict[str, Any]) -> None:
    task, ids = Adversarial(SHAPE, 4), torch.tensor([4, 17, 2, 9])
    assert isinstance(task, DrawsPictures)
    whole = task.drawn(models, Draws(5, 0, ids))
    assert whole.shape == (4, *SHAPE)
    assert (float(whole.min()) >= 0, float(whole.max()) <= 1) == (True, True)
    torch.testing.assert_close(whole[2:3], task.drawn(models, Draws(5, 0, ids[2:3])))
    sums = [
        task.loss(models, batch_of(part), phase="generator", generator=torch.Generator()).sums
        for part in (ids, ids[:2], ids[2:])
    ]
    whole_sum, *parts = (float(one["generator_loss"]) for one in sums)
    assert whole_sum == pytest.approx(sum(parts), rel=1e-5)


@torch.no_grad()
def test_a_network_that_draws_one_picture_over_and_over_has_no_spread(models: dict[str, Any]) -> None:
    task, batch = Adversarial(SHAPE, 4), batch_of(torch.arange(6))
    assert isinstance(task, TellsCollapse)
    assert task.collapse(models, batch).spread > 0
    nn.init.zeros_(models["generator"].weight)
    assert task.collapse(models, batch).spread == 0
    pictures = torch.rand(5, *SHAPE)
    assert spread_of(pictures, pictures) == pytest.approx(1)
    assert spread_of(pictures / 2, pictures) == pytest.approx(0.5)


def test_nothing_that_is_handed_over_is_answered() -> None:
    task = Adversarial(SHAPE, 4)
    with pytest.raises(RecipeError, match="answers none that are handed over"):
        task.answer(torch.zeros(2, 1))
    sigmoid_step, both = task.answer_steps(torch.tensor([[0.0], [2.0]]))
    assert sigmoid_step.values[0, 0] == 0.5
    torch.testing.assert_close(both.values.sum(1), torch.ones(2))
