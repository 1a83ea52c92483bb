"""Updates number by number: bit for bit those of `torch.optim`, and by hand."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from pellucid.errors import RecipeError
from pellucid.kinds import Form
from pellucid.models import build_model
from pellucid.trace import Rule, slow_motion, trace

DECAY: dict[str, Any] = {"weight_decay": 0.01, "foreach": False}
TORCHS: dict[str, Callable[[Iterable[nn.Parameter]], Any]] = {
    "sgd": lambda weights: torch.optim.SGD(weights, lr=0.05, **DECAY),
    "momentum": lambda weights: torch.optim.SGD(weights, lr=0.05, momentum=0.9, **DECAY),
    "nesterov": lambda weights: torch.optim.SGD(weights, lr=0.05, momentum=0.9, nesterov=True, **DECAY),
    "rmsprop": lambda weights: torch.optim.RMSprop(weights, lr=0.05, **DECAY),
    "adam": lambda weights: torch.optim.Adam(weights, lr=0.05, **DECAY),
    "adamw": lambda weights: torch.optim.AdamW(weights, lr=0.05, **DECAY),
}


@pytest.mark.parametrize("name", TORCHS)
def test_six_steps_of_lenet5_are_the_very_bits_of_torch(name: str) -> None:
    model = build_model("lenet5", form=Form(shape=(1, 28, 28)), outputs=10, seed=0).eval()
    inputs = torch.randn(4, 1, 28, 28, generator=torch.Generator().manual_seed(1))
    targets = [1, 2, 3, 4]
    theirs, losses = copy.deepcopy(model), []
    optimizer = TORCHS[name](theirs.parameters())
    for _ in range(6):
        optimizer.zero_grad()
        loss = functional.cross_entropy(theirs(inputs), torch.tensor(targets))
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        losses.append(loss.item())
    at = (0, 0, 2, 2)
    motion = slow_motion(
        model, inputs, targets, steps=6, rule=Rule(name, 0.05, weight_decay=0.01), weights=[("conv1.weight", at)]
    )
    assert motion.losses[:-1] == losses
    for own, parameter in theirs.named_parameters():
        assert torch.equal(motion.final_parameters[own], parameter)
    updates = [step.updates[0] for step in motion.steps]
    assert updates[-1]["new"] == motion.final_parameters["conv1.weight"][at].item()
    assert [update["old"] for update in updates[1:]] == [update["new"] for update in updates[:-1]]
    assert all(update.gradient.is_exact and update["gradient"] == update.gradient.value for update in updates)


def test_the_second_step_of_adam_by_hand() -> None:
    model = nn.Sequential(nn.Linear(1, 1, bias=False))
    with torch.no_grad():
        next(model.parameters()).fill_(2.0)
    motion = trace(model, torch.tensor([[1.0]])).slow_motion(
        5.0, steps=2, rule=Rule("adam", 0.1), weights=[("0.weight", (0, 0))]
    )
    first, second = (step.updates[0] for step in motion.steps)
    # The loss is (w - 5)^2: its gradient 2 (w - 5) is -6 at first; Adam's first step is lr x the gradient's sign.
    assert first["gradient"] == -6
    assert first["new"] == pytest.approx(2.1)
    gradient = 2 * (2.1 - 5)
    m, v = 0.9 * -0.6 + 0.1 * gradient, 0.999 * 0.036 + 0.001 * gradient**2
    assert second["m"] == pytest.approx(m)
    assert second["v"] == pytest.approx(v)
    assert second["m corrected"] == pytest.approx(m / 0.19)
    assert second["v corrected"] == pytest.approx(v / (1 - 0.999**2), rel=1e-5)
    step = 0.1 * (m / 0.19) / (v / (1 - 0.999**2)) ** 0.5
    assert second["new"] == pytest.approx(2.1 - step)
    assert motion.losses == pytest.approx([9, 2.9**2, (2.1 - step - 5) ** 2], rel=1e-5)


def test_decoupled_decay_shrinks_the_weight_and_not_the_gradient() -> None:
    model = nn.Sequential(nn.Linear(1, 1, bias=False))
    with torch.no_grad():
        next(model.parameters()).fill_(2.0)
    back = trace(model, torch.tensor([[1.0]])).backward(5.0)
    decoupled = back.update("0.weight", 0, 0, optimizer="adamw", lr=0.1, weight_decay=0.5)
    assert decoupled["old x (1 - lr x weight decay)"] == pytest.approx(1.9)
    assert decoupled["m"] == pytest.approx(-0.6)
    coupled = back.update("0.weight", 0, 0, optimizer="adam", lr=0.1, weight_decay=0.5)
    assert coupled["gradient + weight decay x old"] == pytest.approx(-5)
    assert coupled["m"] == pytest.approx(-0.5)


def test_the_model_is_left_as_it_was_and_frozen_weights_stay() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 3), nn.Tanh(), nn.Linear(3, 2))
    for parameter in list(model.parameters())[:2]:
        parameter.requires_grad_(False)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    motion = slow_motion(model, torch.randn(2, 2), [0, 1], steps=3, rule=Rule("sgd", 0.1))
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert torch.equal(motion.final_parameters["0.weight"], before["0.weight"])
    assert not torch.equal(motion.final_parameters["2.weight"], before["2.weight"])


def test_a_rule_says_what_it_needs() -> None:
    with pytest.raises(RecipeError, match=r"Unknown optimizer 'adma'\. Did you mean 'adam'"):
        Rule("adma")
    with pytest.raises(RecipeError, match="The learning rate is 0"):
        Rule("sgd", 0.0)
    with pytest.raises(RecipeError, match="At least 1"):
        slow_motion(nn.Sequential(nn.Linear(1, 1)), torch.ones(1, 1), 1.0, steps=0)
