"""Receptive fields against the gradient: which pixels move a number at all."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models import build_model, summarise


def measured(model: nn.Module, shape: tuple[int, ...], at: tuple[int, int]) -> list[tuple[int, int]]:
    """Return first and last row and column of the input that have a gradient, in float64 with positive weights."""
    model = model.double().eval()
    for parameter in model.parameters():
        nn.init.uniform_(parameter, 0.1, 0.2)
    inputs = torch.rand(1, *shape, dtype=torch.float64, requires_grad=True)
    model(inputs)[0, :, at[0], at[1]].sum().backward()
    assert inputs.grad is not None
    moved = inputs.grad[0].abs().sum(dim=0) > 0
    return [(int(where.min()), int(where.max())) for where in (moved.any(dim=1).nonzero(), moved.any(dim=0).nonzero())]


class Inception(nn.Module):
    """Two ways of different reach, joined; then a sum with a third."""

    def __init__(self) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(2, 2, 1)
        self.wide = nn.Sequential(nn.Conv2d(2, 2, (3, 1), padding=(1, 0)), nn.Conv2d(2, 2, 5, padding=2))
        self.pool = nn.AvgPool2d(3, stride=1, padding=1)
        self.mix = nn.Conv2d(4, 2, 1)

    def forward(self, inputs: Tensor) -> Tensor:
        joined = torch.cat([self.narrow(inputs), self.wide(inputs)], 1)
        added: Tensor = self.mix(joined) + self.pool(inputs)
        return added


MODELS: dict[str, tuple[nn.Module, tuple[int, int, int]]] = {
    "strides": (
        nn.Sequential(nn.Conv2d(1, 2, 7, stride=2, padding=3), nn.AvgPool2d(3, 2, padding=1), nn.Conv2d(2, 2, 3)),
        (1, 64, 64),
    ),
    "dilated": (nn.Sequential(nn.Conv2d(1, 1, 3, dilation=2), nn.Conv2d(1, 1, 3, stride=3)), (1, 40, 30)),
    "same": (nn.Sequential(nn.Conv2d(1, 1, 4, padding="same"), nn.Conv2d(1, 1, (5, 3), padding="same")), (1, 20, 20)),
    "branches": (nn.Sequential(nn.Conv2d(1, 2, 3, stride=2), Inception()), (1, 33, 33)),
    "padded": (nn.Sequential(nn.ZeroPad2d((1, 0, 2, 0)), nn.Conv2d(1, 1, 3, stride=2)), (1, 20, 20)),
}


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel")
@pytest.mark.parametrize("name", MODELS)
def test_a_field_is_where_the_gradient_is(name: str) -> None:
    model, shape = MODELS[name]
    row = summarise(model, Form(shape=shape))[-1]
    field = row.receptive_field
    assert field is not None
    for at in ((0, 0), (row.output_shape[1] // 2, row.output_shape[2] // 2), (2, 1)):
        expected = []
        for side in (0, 1):
            first = field.start[side] + at[side] * field.stride[side]
            last = first + field.size[side] - 1
            expected.append((max(first, 0), min(last, shape[1 + side] - 1)))
        assert measured(model, shape, at) == expected


def test_option_a_shortcuts_and_blocks_are_followed() -> None:
    model = build_model("resnet8", form=Form(shape=(1, 64, 64)), outputs=2, seed=0)
    rows = {row.name: row for row in summarise(model, Form(shape=(1, 64, 64)))}
    field = rows["stage3.block1.act2"].receptive_field
    assert field is not None
    body = nn.Sequential(*list(model.children())[:6])
    at = (7, 8)
    for side, (first, last) in enumerate(measured(body, (1, 64, 64), at)):
        start = field.start[side] + at[side] * field.stride[side]
        assert (first, last) == (start, start + field.size[side] - 1)


def test_squeeze_and_excitation_sees_the_whole_picture() -> None:
    class Excited(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(1, 4, 3, padding=1)
            self.gate = nn.Conv2d(4, 4, 1)

        def forward(self, inputs: Tensor) -> Tensor:
            found = self.conv(inputs)
            scaled: Tensor = found * self.gate(found.mean((2, 3), keepdim=True)).sigmoid()
            return scaled

    rows = summarise(Excited(), Form(shape=(1, 12, 12)))
    assert rows[0].receptive_field is not None
    assert not rows[0].receptive_field.is_whole
    assert rows[-1].receptive_field is not None
    assert rows[-1].receptive_field.is_whole


def test_a_dense_layer_sees_what_all_positions_before_it_see() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3, stride=4), nn.Flatten(), nn.Linear(18, 2))
    rows = summarise(model, Form(shape=(1, 12, 12)))
    assert rows[-1].receptive_field is not None
    assert rows[-1].receptive_field.size == (11, 11)
    assert not rows[-1].receptive_field.is_whole


def test_tokens_see_their_patch_until_attention_joins_them() -> None:
    model = build_model("timm:vit_tiny_patch16_224", form=Form(shape=(3, 224, 224)), outputs=2, seed=0)
    rows = {row.name: row.receptive_field for row in summarise(model, Form(shape=(3, 224, 224)))}
    qkv, proj = rows["blocks.0.attn.qkv"], rows["blocks.0.attn.proj"]
    assert qkv is not None
    assert (qkv.size, qkv.stride, qkv.is_whole) == ((16, 16), (16, 16), False)
    assert proj is not None
    assert proj.is_whole


def test_what_cannot_be_followed_has_no_field_rather_than_a_wrong_one() -> None:
    class Rolled(nn.Module):
        def forward(self, inputs: Tensor) -> Tensor:
            return inputs.roll(1, dims=-1) * 2

    assert [row.receptive_field for row in summarise(Rolled(), Form(shape=(1, 8, 8)))] == [None, None]
    assert summarise(nn.Linear(4, 2), Form(shape=(4,)))[0].receptive_field is None
