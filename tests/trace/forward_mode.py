"""Gradients of weights beside forward-mode differentiation."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor, nn
from torch.func import functional_call, jvp

from pellucid.trace import backpropagate


def check_gradients(model: nn.Module, inputs: Tensor, *, number: int) -> None:
    """Compare some weights of every parameter, as value and as sum of terms, with forward mode in float64.

    Args:
        model: in float64, in the mode in which it answers.
        inputs: float64, of the form that it takes.
        number: of weights, about so many of each parameter.
    """
    wanted = torch.randn(model(inputs).shape, dtype=torch.float64)
    back = backpropagate(model, inputs, wanted, criterion="squared error")

    def loss(own: str, value: Tensor) -> Tensor:
        outputs: Tensor = functional_call(model, {own: value}, (inputs,))
        return (outputs - wanted).square().mean()

    for own, parameter in model.named_parameters():
        places = list(itertools.product(*map(range, parameter.shape)))
        for place in places[:: 1 + len(places) // number]:
            tangent = torch.zeros_like(parameter)
            tangent[place] = 1
            true = jvp(lambda value, own=own: loss(own, value), (parameter.detach(),), (tangent,))[1].item()
            arithmetic = back.weight(own, *place)
            assert arithmetic.value == pytest.approx(true, abs=1e-9), (own, place)
            assert arithmetic.total == pytest.approx(true, abs=1e-9), (own, place)
