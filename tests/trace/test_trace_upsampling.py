"""Up-sampling and concatenation: weights' gradients against forward-mode differentiation, values by their terms."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from tests.trace.forward_mode import check_gradients
from torch import nn

from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model
from pellucid.trace import trace

# Forward mode compiles some rules by a way that torch itself calls old.
pytestmark = pytest.mark.filterwarnings("ignore:.torch.jit.script:FutureWarning")
UPWARDS: dict[str, nn.Module] = {
    "nearest": nn.Upsample(scale_factor=(2, 3)),
    "nearest to a size": nn.Upsample(size=(7, 5)),
    "bilinear": nn.Upsample(scale_factor=2, mode="bilinear"),
    "bilinear to a size": nn.Upsample(size=(7, 5), mode="bilinear"),
    "bilinear, corners aligned": nn.Upsample(size=(7, 5), mode="bilinear", align_corners=True),
}


def unet() -> nn.Module:
    """Return a small U-Net that repeats values on its way up, for pictures of 8 x 12 with three classes."""
    options = ModelOptions(own={"width": 2, "levels": 2, "up": "nearest"})
    return build_model("unet", form=Form(shape=(1, 8, 12)), outputs=3 * 8 * 12, options=options, seed=0).eval()


@pytest.mark.parametrize("name", UPWARDS)
def test_what_lies_before_an_upsampling_is_differentiated_through_it(name: str) -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Conv2d(2, 3, 2), UPWARDS[name], nn.Tanh(), nn.Conv2d(3, 1, 2), nn.Flatten()).double()
    check_gradients(model.eval(), torch.randn(2, 2, 4, 4, dtype=torch.float64), number=3)


def test_a_unets_weights_are_differentiated_through_upsampling_and_concatenation() -> None:
    torch.manual_seed(0)
    inputs = torch.randn(1, 1, 8, 12, dtype=torch.float64)
    check_gradients(nn.Sequential(unet(), nn.Flatten()).double().eval(), inputs, number=3)


@pytest.mark.parametrize("name", UPWARDS)
def test_a_thousand_places_of_an_upsampling_are_made_by_their_terms(name: str) -> None:
    torch.manual_seed(0)
    (values,) = trace(nn.Sequential(UPWARDS[name]), torch.randn(1, 5, 9, 11))
    draw = np.random.default_rng(0)
    for _ in range(1000 // len(UPWARDS)):
        arithmetic = values.at(*(int(draw.integers(size)) for size in values.shape))
        assert len(arithmetic.terms)
        assert arithmetic.is_exact, str(arithmetic)


def test_a_thousand_places_of_a_unet_are_made_by_their_terms() -> None:
    torch.manual_seed(0)
    traced = trace(unet(), torch.randn(1, 1, 8, 12))
    steps = [values for values in traced if values.step.operator in ("upsample_nearest2d", "cat")]
    assert {values.step.operator for values in steps} == {"upsample_nearest2d", "cat"}
    draw = np.random.default_rng(0)
    for number in range(1000):
        values = steps[number % len(steps)]
        arithmetic = values.at(*(int(draw.integers(size)) for size in values.shape))
        assert len(arithmetic.terms)
        assert arithmetic.is_exact, str(arithmetic)
