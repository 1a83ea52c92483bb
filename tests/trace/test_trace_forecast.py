"""The way back through a forecast: from the pinball loss of its quantiles to every weight, each number by its terms."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from pellucid.errors import RecipeError
from pellucid.kinds import LEVELS, Form, FutureTarget
from pellucid.models import ModelOptions, build_model
from pellucid.tasks import Batch, Scaling, build_task, find_task
from pellucid.trace import Pinball, backpropagate, trace

H, T, C = 2, 5, 2
SCALING = Scaling(anchor="moved-season", spread=0.7)
TARGET = FutureTarget(name="y", horizon=H, season=2)


@pytest.fixture(scope="module")
def network() -> torch.nn.Module:
    form = Form(shape=(C, T))
    plain = build_model("lstm", form=form, outputs=H * len(LEVELS), options=ModelOptions(hidden=(3,)), seed=1)
    return find_task("forecast").framed(plain, TARGET, SCALING).eval()


def test_every_number_of_the_way_there_and_back_is_the_sum_of_its_terms(network: torch.nn.Module) -> None:
    drawn = torch.Generator().manual_seed(0)
    inputs, targets = torch.randn(2, C, T, generator=drawn), torch.randn(2, H, generator=drawn)
    back = backpropagate(network, inputs, targets, criterion=Pinball(LEVELS, SCALING.spread))
    batch = Batch(inputs, targets, torch.zeros(2, dtype=torch.int64))
    with torch.no_grad():
        mean = build_task("forecast", TARGET, scaling=SCALING).measure({"model": network}, batch)["loss"] / 2
    assert back.loss == pytest.approx(float(mean), rel=1e-6)  # the very loss that is trained on
    assert back.loss_arithmetic.is_exact, str(back.loss_arithmetic)
    assert back.loss_arithmetic.terms.sum() == pytest.approx(back.loss, rel=1e-5)
    for example in (0, 1):
        assert all(back.output(unit, example=example).is_exact for unit in range(H * len(LEVELS)))
    step = 1e-3
    for name in back.parameters:
        parameter = network.get_parameter(name)
        place = tuple(size - 1 for size in parameter.shape)
        arithmetic = back.weight(name, *place)
        assert len(arithmetic.terms), f"{name} has no explainer"
        assert arithmetic.is_exact, str(arithmetic)
        ends = []
        for side in (step, -step):
            with torch.no_grad():
                parameter[place] += side
                moved = build_task("forecast", TARGET, scaling=SCALING).measure({"model": network}, batch)["loss"] / 2
                parameter[place] -= side
            ends.append(float(moved))
        assert (ends[0] - ends[1]) / (2 * step) == pytest.approx(float(arithmetic.value), abs=2e-3)
    traced = trace(network, inputs[0])
    for values in (one for one in traced if 0 not in one.shape):  # before the first channel there is none
        place = tuple(size // 2 for size in values.shape)
        assert values.at(*place).is_exact, str(values.at(*place))


def test_targets_that_are_not_as_many_as_steps_are_refused() -> None:
    with pytest.raises(RecipeError, match=r"the shape \[3\]"):
        Pinball(LEVELS).spread_out(torch.zeros(3), torch.zeros(1, H * len(LEVELS)))
    assert Pinball(LEVELS).label(8) == "+2 at 10 %"
    assert np.isclose(Pinball((0.5,), 2.0).value(torch.zeros(1, 1), torch.ones(1, 1)).item(), 0.25)
