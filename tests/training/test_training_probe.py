"""Probes before a training: they leave it as it was, and choose what a look at the loss would choose."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from pellucid.errors import RunError
from pellucid.tasks import Regression
from pellucid.training import Engine, EngineSettings, OptimizerSettings, Schedule
from pellucid.training.batches import TensorBatches
from pellucid.training.probe import find_learning_rate, seconds_per_epoch

CPU = torch.device("cpu")


def make_engine(*, curvature: float = 1.0, hopeless: bool = False) -> Engine:
    """A line through the origin and noisy points, fitted by gradient descent; beyond 1 / curvature it diverges."""
    generator = torch.Generator().manual_seed(6)
    inputs = torch.randn(512, 1, generator=generator) * math.sqrt(curvature)
    values = inputs[:, 0] * 30 / math.sqrt(curvature) + torch.randn(512, generator=generator)
    source = TensorBatches(inputs, torch.zeros(512) if hopeless else values, torch.arange(512), CPU)
    model = nn.Linear(1, 1, bias=False)
    with torch.no_grad():
        model.weight.zero_()
    settings = EngineSettings(
        epochs=3, batch_size=16, optimizer=OptimizerSettings("sgd"), schedule=Schedule("constant", 0.1, 96, 32)
    )
    return Engine(Regression(), {"model": model}, source, source, settings, CPU)


@pytest.mark.parametrize("curvature", [10.0, 100.0, 1000.0])
def test_the_rate_follows_the_curvature(curvature: float) -> None:
    chosen = find_learning_rate(make_engine(curvature=curvature)).chosen
    # The loss is curvature * (w - w*)^2 + 1: gradient descent is stable up to a rate of 1 / curvature.
    assert 0.005 / curvature < chosen < 1 / curvature


def test_the_curve_ends_when_all_is_lost() -> None:
    probe = find_learning_rate(make_engine(curvature=1000.0))
    assert len(probe.rates) == len(probe.losses) < 120
    assert list(probe.rates) == sorted(probe.rates)
    assert all(math.isfinite(loss) for loss in probe.losses)


def test_where_nothing_can_be_learned_no_rate_is_made_up() -> None:
    with pytest.raises(RunError, match="--lr auto found no learning rate"):
        find_learning_rate(make_engine(hopeless=True))


def test_a_trial_leaves_the_models_and_the_random_numbers_alone() -> None:
    engine = make_engine(curvature=10.0)
    torch.manual_seed(4)
    expected = torch.rand(3)
    torch.manual_seed(4)
    find_learning_rate(engine)
    assert seconds_per_epoch(engine) > 0
    assert torch.equal(torch.rand(3), expected)
    assert engine.models["model"].state_dict()["weight"].item() == 0
    assert engine.standing.epoch == 0
    assert engine.optimizers["all"].state_dict()["state"] == {}
