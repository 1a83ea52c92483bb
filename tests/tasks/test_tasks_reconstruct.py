"""Pictures that are given back: noise by address, both terms of a variational encoder, and errors by hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
import torch
from torch import Generator, Tensor, distributions, nn
from torch.nn import functional

from pellucid.kinds import Form, PictureTarget
from pellucid.runs import EpochHealth, HealthFinding, judge
from pellucid.tasks import (
    Batch,
    Draws,
    PictureAnswer,
    PictureHeld,
    Reconstruct,
    ReconstructOptions,
    build_task,
    divergences,
)
from pellucid.tasks.reconstruct import OF_CODES

SHAPE = (1, 3, 4)


def networks(code: int, latent: int) -> Mapping[str, nn.Module]:
    torch.manual_seed(0)
    decoder = nn.Sequential(nn.Linear(latent, 12), nn.Sigmoid())
    return {"encoder": nn.Sequential(nn.Flatten(), nn.Linear(12, code)), "decoder": decoder}


def batch_of(count: int) -> Batch:
    ids = torch.arange(count) + 100
    levels = torch.rand(count, *SHAPE, generator=Generator().manual_seed(1))
    return Batch(levels, torch.zeros(count, dtype=torch.int64), ids, draws=Draws(3, 5, ids))


def test_a_squared_error_is_learned_and_measured_by_example() -> None:
    task, models, batch = Reconstruct(SHAPE), networks(2, 2), batch_of(6)
    given = models["decoder"](models["encoder"](batch.inputs))
    expected = (given - batch.inputs.flatten(1)).square().mean(1)
    loss = task.loss(models, batch, phase="all", generator=Generator())
    torch.testing.assert_close(loss.value, expected.mean())
    torch.testing.assert_close(task.each(models, batch)["loss"], expected)
    torch.testing.assert_close(task.measure(models, batch)["loss"], expected.double().sum())
    answer = task.answer(given)
    assert isinstance(answer, PictureAnswer)
    canvases = (batch.inputs.permute(0, 2, 3, 1) * 255).round().to(torch.uint8).numpy()
    held = answer.held_against(lambda: canvases, lambda: np.zeros(6))
    errors = [((answer.levels[n, 0] - canvases[n, :, :, 0] / 255) ** 2).mean() for n in range(6)]
    np.testing.assert_allclose(held.errors, errors, rtol=1e-6)
    joined = PictureHeld.joined([held, held])
    assert len(joined) == 12


def test_noise_hangs_on_the_example_and_not_on_its_neighbours() -> None:
    task, batch = Reconstruct(SHAPE, noise=0.3), batch_of(6)
    whole = task.given(batch.inputs, batch.draws)
    parts = [batch.part(0, 2), batch.part(2, 6)]
    assert torch.equal(whole, torch.cat([task.given(part.inputs, part.draws) for part in parts]))
    assert 0 <= float(whole.min()) < float(whole.max()) <= 1
    many = Batch(torch.full((4000, *SHAPE), 0.5), torch.zeros(4000), torch.arange(4000))
    noisy = Reconstruct(SHAPE, noise=0.1).given(many.inputs, Draws(0, 1, many.ids))
    assert float(noisy.std()) == pytest.approx(0.1, rel=0.02)
    again = Reconstruct(SHAPE, noise=0.1).given(many.inputs, Draws(0, 2, many.ids))
    assert not torch.equal(noisy, again)
    seen = task.each(networks(2, 2), batch)["noisy"]
    torch.testing.assert_close(seen, (whole - batch.inputs).flatten(1).square().mean(1))
    assert torch.equal(Reconstruct(SHAPE).given(batch.inputs, batch.draws), batch.inputs)


def test_both_terms_are_those_of_the_paper() -> None:
    task, models, batch = Reconstruct(SHAPE, beta=0.5), networks(6, 3), batch_of(5)
    assert batch.draws is not None
    means, logs = models["encoder"](batch.inputs).chunk(2, 1)
    code = means + (logs / 2).exp() * batch.draws.normal(3, stream=OF_CODES)
    given = models["decoder"](code)
    surprise = functional.binary_cross_entropy(given, batch.inputs.flatten(1), reduction="none").sum(1)
    posterior = distributions.Normal(means, (logs / 2).exp())
    divergence = distributions.kl_divergence(posterior, distributions.Normal(0.0, 1.0))
    torch.testing.assert_close(divergences(means, logs), divergence)
    found = task.each(models, batch)
    torch.testing.assert_close(found["reconstruction"], surprise)
    torch.testing.assert_close(found["kl"], divergence.sum(1))
    torch.testing.assert_close(found["loss"], surprise + 0.5 * divergence.sum(1))
    plain = models["decoder"](means)
    torch.testing.assert_close(found["mse"], (plain - batch.inputs.flatten(1)).square().mean(1))
    loss = task.loss(models, batch, phase="all", generator=Generator())
    assert set(loss.sums) == {"loss", "reconstruction", "kl"}


class Told(nn.Module):
    """An encoder that gives the same means and variances for everything."""

    def __init__(self, code: Tensor) -> None:
        super().__init__()
        self.told = code

    def forward(self, inputs: Tensor) -> Tensor:
        return self.told.expand(len(inputs), -1)


def test_numbers_that_tell_nothing_are_found() -> None:
    code = torch.tensor([[0.0, 0.0, 0.1, 2.0, 0.0, 0.0, 0.0, 0.0]])  # four means, then four logarithms
    models = {"encoder": Told(code), "decoder": nn.Identity()}
    # Half of the square of the mean: 0, 0, 0.005 and 2 nats.
    assert Reconstruct(SHAPE, beta=1.0).idle(models, batch_of(3)) == 0.75
    assert Reconstruct(SHAPE).idle(models, batch_of(3)) is None


def test_it_is_built_from_what_its_model_was_told() -> None:
    options = ReconstructOptions.of({"form": Form(shape=SHAPE), "noise": 0.2, "beta": 2.0, "latent": 7, "lr": None})
    task = build_task("reconstruct", PictureTarget(), options)
    assert task == Reconstruct(SHAPE, noise=0.2, beta=2.0, latent=7)
    assert task.output_width == 12


def test_a_collapsed_posterior_is_a_finding_of_health() -> None:
    def looked_at(idle: float | None) -> tuple[HealthFinding, ...]:
        seen = EpochHealth(epoch=3, examples=64, loss=1.0, learning_rate=0.1, layers=(), idle=idle)
        return judge([seen]).findings

    (finding,) = looked_at(0.75)
    assert (finding.kind, finding.sentence.startswith("75")) == ("collapsed", True)
    assert not looked_at(0.5)
    assert not looked_at(None)
