"""Probes before a training: they leave it as it was, and choose what a look at the loss would choose."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from torch import nn

from pellucid.tasks import Regression
from pellucid.training import Engine, EngineSettings, OptimizerSettings, Schedule
from pellucid.training.batches import TensorBatches
from pellucid.training.probe import find_learning_rate, seconds_per_epoch

CPU = torch.device("cpu")
OTHERWISE = 0.0123


def make_engine(
    *, curvature: float = 1.0, slope: float = 30.0, batch: int = 16, all_values: float | None = None
) -> Engine:
    """A line through the origin and noisy points, fitted by gradient descent; beyond 1 / curvature it diverges.

    `slope` is what there is to learn beside the noise; `all_values` replaces every value.
    """
    generator = torch.Generator().manual_seed(6)
    inputs = torch.randn(512, 1, generator=generator) * math.sqrt(curvature)
    values = inputs[:, 0] * slope / math.sqrt(curvature) + torch.randn(512, generator=generator)
    source = TensorBatches(
        inputs, values if all_values is None else torch.full((512,), all_values), torch.arange(512), CPU
    )
    model = nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        model.weight.zero_()
    settings = EngineSettings(
        epochs=3, batch_size=batch, optimizer=OptimizerSettings("sgd"), schedule=Schedule("constant", 0.1, 96, 32)
    )
    return Engine(Regression(), {"model": model}, source, source, settings, CPU)


@pytest.mark.parametrize("curvature", [10.0, 100.0, 1000.0])
def test_the_rate_follows_the_curvature(curvature: float) -> None:
    chosen = find_learning_rate(make_engine(curvature=curvature), otherwise=OTHERWISE).chosen
    # The loss is curvature * (w - w*)^2 + 1: gradient descent is stable up to a rate of 1 / curvature.
    assert 0.005 / curvature < chosen < 1 / curvature


def test_the_curve_ends_when_all_is_lost() -> None:
    probe = find_learning_rate(make_engine(curvature=1000.0), otherwise=OTHERWISE)
    assert probe.note == ""
    assert len(probe.rates) == len(probe.losses) < 120
    assert list(probe.rates) == sorted(probe.rates)
    assert all(math.isfinite(loss) for loss in probe.losses)


@pytest.mark.parametrize(
    ("engine", "why"),
    [
        (make_engine(all_values=0.0), "the loss fell at no rate"),
        (make_engine(curvature=100.0, slope=0.0), "the loss fell at no rate"),
        (make_engine(all_values=math.nan), "no finite number from the lowest rates on"),
        (make_engine(all_values=3e38), "no finite number from the lowest rates on"),
        (make_engine(curvature=0.05), "still fell at the end of the range, at a rate of 1"),
        (make_engine(curvature=100.0, batch=512), "each of the 512 training examples 120 times"),
        (make_engine(curvature=100.0, batch=103), "each of the 512 training examples 24 times"),
    ],
)
def test_where_the_probe_sees_no_rate_the_default_is_kept_and_the_reason_said(engine: Engine, why: str) -> None:
    found = find_learning_rate(engine, otherwise=OTHERWISE)
    assert found.chosen == OTHERWISE
    assert why in found.note


def test_one_lucky_batch_at_the_beginning_is_no_lowest_loss() -> None:
    """Batches of one: the first loss of all is often far below what learning reaches."""
    found = [find_learning_rate(_starting_at(seed), otherwise=OTHERWISE).chosen for seed in range(8)]
    assert all(chosen > 1e-5 for chosen in found)


def _starting_at(seed: int) -> Engine:
    engine = make_engine(curvature=100.0, batch=1)
    engine.settings = replace(engine.settings, seed=seed)
    return engine


def test_the_same_probe_twice_gives_the_same_bits() -> None:
    assert find_learning_rate(make_engine(curvature=100.0), otherwise=OTHERWISE) == find_learning_rate(
        make_engine(curvature=100.0), otherwise=OTHERWISE
    )


def test_a_trial_leaves_the_models_and_the_random_numbers_alone() -> None:
    engine = make_engine(curvature=10.0)
    torch.manual_seed(4)
    expected = torch.rand(3)
    torch.manual_seed(4)
    find_learning_rate(engine, otherwise=OTHERWISE)
    assert seconds_per_epoch(engine) > 0
    assert torch.equal(torch.rand(3), expected)
    assert engine.models["model"].state_dict()["weight"].item() == 0
    assert engine.state.epoch == 0
    assert engine.optimizers["all"].state_dict()["state"] == {}
