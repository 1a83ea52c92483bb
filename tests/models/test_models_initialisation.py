from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model
from pellucid.models.initialisation import fill_weight, initialise
from pellucid.models.schemes import Init

FAN_IN, FAN_OUT = 400, 200


@pytest.mark.parametrize(
    ("init", "deviation"),
    [
        ("xavier", math.sqrt(2 / (FAN_IN + FAN_OUT))),
        ("he", math.sqrt(2 / FAN_IN)),
        ("lecun", math.sqrt(1 / FAN_IN)),
        ("normal", 0.01),
        ("zeros", 0.0),
    ],
)
def test_weights_spread_as_the_papers_say(init: Init, deviation: float) -> None:
    torch.manual_seed(0)
    weight = torch.empty(FAN_OUT, FAN_IN)
    fill_weight(weight, init)
    assert weight.std().item() == pytest.approx(deviation, rel=0.02)
    assert weight.mean().item() == pytest.approx(0, abs=1e-3)


def test_fan_in_of_a_convolution_counts_the_positions_of_its_kernel() -> None:
    torch.manual_seed(0)
    convolution = nn.Conv2d(32, 64, 5)
    initialise(convolution, "lecun")
    assert convolution.weight.std().item() == pytest.approx(1 / math.sqrt(32 * 25), rel=0.02)


def test_an_asked_initialisation_sets_biases_to_zero_and_leaves_normalisation_alone() -> None:
    options = ModelOptions(hidden=(8,), batch_norm=True)
    model = build_model("mlp", form=Form(shape=(4,)), outputs=3, options=options, init="xavier", seed=0)
    assert isinstance(model.fc1, nn.Linear)
    assert isinstance(model.norm1, nn.BatchNorm1d)
    assert model.fc1.bias.abs().sum() == 0
    assert model.norm1.weight.eq(1).all()


def test_plain_xavier_can_be_asked_of_a_sigmoid_network() -> None:
    plain = build_model("lenet5-sigmoid", form=Form(shape=(1, 28, 28)), outputs=10, init="xavier", seed=0)
    assert isinstance(plain.fc1, nn.Linear)
    assert plain.fc1.weight.abs().max() <= math.sqrt(6 / (400 + 120))
    assert plain.fc1.bias.abs().sum() == 0


def test_none_is_the_models_own_way() -> None:
    own = build_model("lenet5", form=Form(shape=(1, 28, 28)), outputs=10, seed=1)
    named = build_model("lenet5", form=Form(shape=(1, 28, 28)), outputs=10, init="default", seed=1)
    assert all(torch.equal(left, right) for left, right in zip(own.parameters(), named.parameters(), strict=True))


def test_an_unknown_initialisation_gets_the_nearest_name() -> None:
    with pytest.raises(ModelError, match=r"'xaviar' is unknown\. Did you mean 'xavier'\?"):
        build_model("mlp", form=Form(shape=(4,)), outputs=3, init="xaviar", seed=0)
