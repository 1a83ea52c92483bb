"""A U-Net: its parameters counted by hand, any size in and the same size out, and networks of timm's as encoders."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
import torch
from safetensors.torch import load_file

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model, count_parameters
from pellucid.models.unet import UNet
from pellucid.models.unet_parts import padded
from pellucid.store import StoredWeights


def by_hand(channels: int, classes: int, width: int, levels: int) -> int:
    """Return the parameters of a U-Net with transposed convolutions: weights, biases, and two numbers a norm."""

    def double(inputs: int, outputs: int) -> int:
        return 9 * inputs * outputs + 9 * outputs * outputs + 4 * outputs

    widths = [width << level for level in range(levels)]
    down = double(channels, width) + sum(double(a, b) for a, b in itertools.pairwise(widths))
    up = sum(4 * b * a + a + double(2 * a, a) for a, b in itertools.pairwise(widths))
    return down + up + width * classes + classes


@pytest.mark.parametrize(("channels", "classes", "width", "levels"), [(1, 2, 16, 4), (3, 5, 4, 3), (1, 2, 64, 5)])
def test_its_parameters_are_those_of_the_architecture(channels: int, classes: int, width: int, levels: int) -> None:
    with torch.device("meta"):
        network = UNet(channels, classes, width=width, levels=levels, up="transposed")
    assert count_parameters(network) == by_hand(channels, classes, width, levels)


def test_at_the_papers_width_and_depth_it_has_as_many_as_others_count() -> None:
    # Ronneberger et al. (2015), figure 1: 64 to 1,024 filters; of 3 channels and 2 classes, as milesial/Pytorch-UNet.
    assert by_hand(3, 2, 64, 5) == 31_037_698


@pytest.mark.parametrize("up", ["transposed", "nearest"])
@pytest.mark.parametrize("size", [(16, 16), (17, 23), (1, 40), (5, 3)])
def test_any_size_comes_out_as_it_went_in(size: tuple[int, int], up: str) -> None:
    network = UNet(3, 4, width=4, levels=3, up=up).eval()
    assert network(torch.zeros(2, 3, *size)).shape == (2, 4, *size)


def test_what_pads_a_picture_is_cut_off_again() -> None:
    inputs = torch.arange(15.0).reshape(1, 1, 3, 5)
    wide = padded(inputs, 4)
    assert wide.shape == (1, 1, 4, 8)
    assert torch.equal(wide[:, :, :3, :5], inputs)
    assert torch.equal(wide[0, 0, 3], torch.tensor([10.0, 11, 12, 13, 14, 14, 14, 14]))
    same = torch.zeros(1, 1, 8, 4)
    assert padded(same, 4) is same


def test_every_pixel_sees_the_bridges_and_the_deepest_level() -> None:
    torch.manual_seed(0)
    network = UNet(1, 8, width=8, levels=3, up="transposed").eval()
    inputs = torch.randn(1, 1, 32, 32, requires_grad=True)
    network(inputs)[0, :, 16, 16].square().sum().backward()
    assert inputs.grad is not None
    seen = inputs.grad[0, 0].nonzero()
    assert (seen.amax(0) - seen.amin(0)).min() > 20  # three convolutions alone would see 7 pixels


@pytest.mark.parametrize("name", ["mobilenetv3_small_050", "resnet10t"])
def test_a_network_of_timms_goes_down_in_its_place(name: str) -> None:
    options = ModelOptions(own={"encoder": name})
    built = build_model("unet", form=Form(shape=(1, 40, 50)), outputs=3 * 40 * 50, options=options, seed=0).eval()
    assert built(torch.zeros(1, 1, 40, 50)).shape == (1, 3, 40, 50)
    assert built.multiple == 32


def test_what_cannot_be_built_is_refused_in_words() -> None:
    form = Form(shape=(1, 8, 8))
    with pytest.raises(ModelError, match="answers each pixel, and 10 numbers are wanted for 64 pixels"):
        build_model("unet", form=form, outputs=10, seed=0)
    with pytest.raises(ModelError, match="timm has no network 'resnet19'"):
        build_model("unet", form=form, outputs=128, options=ModelOptions(own={"encoder": "resnet19"}), seed=0)
    with pytest.raises(ModelError, match="are not halves of one another"):
        build_model(
            "unet", form=form, outputs=128, options=ModelOptions(own={"encoder": "vit_tiny_patch16_224"}), seed=0
        )


def test_an_encoder_begins_with_borrowed_weights(store_weights: Callable[..., StoredWeights]) -> None:
    lent = store_weights("timm:mobilenetv3_small_050")
    options, form = ModelOptions(own={"encoder": "mobilenetv3_small_050"}), Form(shape=(3, 32, 32))
    built, fresh = (
        build_model("unet", form=form, outputs=2 * 32 * 32, options=options, weights=weights, seed=1)
        for weights in (lent, None)
    )
    tensors = load_file(lent.path)
    assert torch.equal(built.encoder.conv_stem.weight, tensors["conv_stem.weight"])  # type: ignore[union-attr,arg-type]
    own, others = (dict(one.named_parameters()) for one in (built, fresh))
    drawn = {name.partition(".")[0] for name in own if name.endswith("weight") and torch.equal(own[name], others[name])}
    assert {"up", "head"} <= drawn
