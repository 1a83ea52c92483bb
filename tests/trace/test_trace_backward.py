"""The way back against a network worked out by hand, PyTorch's own gradients in float64, and its optimizers."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional

from pellucid.errors import RecipeError
from pellucid.kinds import Form
from pellucid.models import build_model
from pellucid.trace import trace


def sigmoid(x: float) -> float:
    return 1 / (1 + math.exp(-x))


def test_backpropagation_through_two_two_one_by_hand() -> None:
    first, last = nn.Linear(2, 2), nn.Linear(2, 1)
    with torch.no_grad():
        first.weight.copy_(torch.tensor([[0.15, 0.20], [0.25, 0.30]]))
        first.bias.fill_(0.35)
        last.weight.copy_(torch.tensor([[0.40, 0.45]]))
        last.bias.fill_(0.60)
    net = nn.Sequential(first, nn.Sigmoid(), last)
    x, target = (0.05, 0.10), 0.5
    hidden = [sigmoid(0.15 * x[0] + 0.20 * x[1] + 0.35), sigmoid(0.25 * x[0] + 0.30 * x[1] + 0.35)]
    output = 0.40 * hidden[0] + 0.45 * hidden[1] + 0.60
    back = trace(net, torch.tensor(x)).backward(target)
    upstream = 2 * (output - target)
    assert back.loss == pytest.approx((output - target) ** 2, rel=1e-6)
    assert back.output_gradient[0] == pytest.approx(upstream, rel=1e-6)
    assert back.weight("2.weight", 0, 1).value == pytest.approx(upstream * hidden[1], rel=1e-6)
    assert back.weight("2.bias", 0).total == pytest.approx(upstream, rel=1e-6)
    at_hidden = upstream * 0.40 * hidden[0] * (1 - hidden[0])
    arithmetic = back.weight("0.weight", 0, 1)
    assert arithmetic.total == pytest.approx(at_hidden * x[1], rel=1e-6)
    assert arithmetic.is_exact
    assert back.gradient("0").tolist()[0] == pytest.approx(at_hidden, rel=1e-6)
    step = back.update("0.weight", 0, 1, lr=0.5)
    assert step["new"] == pytest.approx(0.20 - 0.5 * at_hidden * x[1], rel=1e-6)


def test_at_the_logits_it_is_p_minus_y() -> None:
    net = nn.Sequential(nn.Linear(4, 3))
    traced = trace(net, torch.randn(4, generator=torch.Generator().manual_seed(1)))
    back = traced.backward(2)
    p = np.exp(traced.output) / np.exp(traced.output).sum()
    assert back.output_gradient == pytest.approx(p - np.array([0, 0, 1]), abs=1e-6)
    assert back.loss == pytest.approx(-math.log(p[2]), rel=1e-6)


@pytest.mark.parametrize("name", ["lenet5", "resnet8"])
def test_gradients_are_those_of_float64_and_made_of_their_terms(name: str) -> None:
    shape = (1, 28, 28) if name == "lenet5" else (3, 16, 16)
    model = build_model(name, form=Form(shape=shape), outputs=10, seed=0).eval()
    picture = torch.randn(shape, generator=torch.Generator().manual_seed(2))
    back = trace(model, picture).backward(7)
    exact = build_model(name, form=Form(shape=shape), outputs=10, seed=0).eval().double()
    functional.cross_entropy(exact(picture[None].double()), torch.tensor([7])).backward()  # type: ignore[no-untyped-call]
    chance = np.random.default_rng(0)
    for parameter, value in exact.named_parameters():
        assert value.grad is not None
        assert back.gradient(parameter) == pytest.approx(value.grad.numpy(), abs=2e-5)
        for _ in range(5):
            arithmetic = back.weight(parameter, *(int(chance.integers(size)) for size in value.shape))
            assert len(arithmetic.terms)
            assert arithmetic.is_exact, str(arithmetic)


def test_every_weight_of_grouped_and_strided_convolutions_is_made_of_its_terms() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(
        nn.Conv2d(4, 6, (3, 2), stride=2, padding=(2, 1), dilation=(1, 2), groups=2),
        nn.Tanh(),
        nn.Conv2d(6, 2, 2, padding="same"),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    ).eval()
    back = trace(model, torch.randn(4, 7, 6)).backward(1)
    for name, parameter in model.named_parameters():
        for place in itertools.product(*map(range, parameter.shape)):
            arithmetic = back.weight(name, *place)
            assert len(arithmetic.terms)
            assert arithmetic.is_exact, str(arithmetic)


def test_one_step_of_adam_is_torchs() -> None:
    torch.manual_seed(0)
    dense = nn.Linear(3, 2)
    model = nn.Sequential(dense)
    inputs = torch.randn(1, 3)
    numbers = trace(model, inputs[0]).backward(1).update("0.weight", 1, 2, optimizer="adam", lr=0.01)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    functional.cross_entropy(model(inputs), torch.tensor([1])).backward()  # type: ignore[no-untyped-call]
    optimizer.step()
    assert numbers["new"] == pytest.approx(dense.weight[1, 2].item(), rel=1e-6)
    assert numbers["m corrected"] == pytest.approx(numbers["gradient"])


def test_what_there_is_not_is_said() -> None:
    back = trace(nn.Sequential(nn.Linear(3, 2)), torch.randn(3)).backward(0)
    with pytest.raises(RecipeError, match=r"has no parameter '0.wight'. Did you mean '0.weight'"):
        back.weight("0.wight", 0, 0)
    with pytest.raises(RecipeError, match=r"'0.weight' has no weight at \[2, 0\]. Its shape is \[2, 3\]"):
        back.weight("0.weight", 2, 0)
    with pytest.raises(RecipeError, match=r"There is no class 5\. 0 to 1"):
        trace(nn.Sequential(nn.Linear(3, 2)), torch.randn(3)).backward(5)
    with pytest.raises(RecipeError, match="Unknown optimizer 'sgdd'"):
        back.update("0.weight", 0, 0, optimizer="sgdd")
