"""Transposed convolutions: every value by its terms, weights' gradients against forward-mode differentiation."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from tests.trace.forward_mode import check_gradients
from torch import nn

from pellucid.kinds import Form
from pellucid.models import build_model
from pellucid.trace import trace

# Forward mode compiles some rules by a way that torch itself calls old.
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script:FutureWarning")
LAYERS: dict[str, tuple[nn.Module, tuple[int, ...]]] = {
    "1d": (nn.ConvTranspose1d(2, 3, 4, stride=3, padding=2, output_padding=1), (2, 2, 5)),
    "2d": (nn.ConvTranspose2d(2, 3, 4, stride=2, padding=1), (2, 2, 3, 4)),
    "2d in groups": (
        nn.ConvTranspose2d(4, 6, (2, 3), stride=(1, 2), groups=2, dilation=(2, 1), bias=False),
        (2, 4, 3, 3),
    ),
    "3d": (nn.ConvTranspose3d(1, 2, 2, stride=2, padding=1), (1, 1, 2, 3, 2)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_values_and_gradients_are_their_terms(name: str) -> None:
    layer, shape = LAYERS[name]
    torch.manual_seed(0)
    inputs = torch.randn(shape, dtype=torch.float64)
    model = nn.Sequential(layer, nn.Tanh(), nn.Flatten()).double().eval()
    check_gradients(model, inputs, number=12)
    traced = next(iter(trace(model, inputs[:1])))
    assert traced.step.operator.startswith("conv_transpose")
    for place in itertools.product(*map(range, traced.shape)):
        assert traced.at(*place).total == pytest.approx(traced.step.values[0][place].item(), abs=1e-12)


def test_a_thousand_places_of_a_convolutional_autoencoder_are_made_by_their_terms() -> None:
    model = build_model("conv-autoencoder", form=Form(shape=(1, 13, 10)), outputs=130, seed=0).eval()
    inputs = torch.rand(1, 1, 13, 10, generator=torch.Generator().manual_seed(0))
    traced = trace(model, inputs)
    draw = np.random.default_rng(0)
    steps = [values for values in traced if values.step.operator in ("conv_transpose2d", "conv2d", "sigmoid", "linear")]
    assert {values.step.operator for values in steps} == {"conv_transpose2d", "conv2d", "sigmoid", "linear"}
    for number in range(1000):
        values = steps[number % len(steps)]
        arithmetic = values.at(*(int(draw.integers(size)) for size in values.shape))
        assert len(arithmetic.terms)
        assert arithmetic.is_exact, str(arithmetic)
