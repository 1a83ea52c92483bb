"""Every explainer against the model's own values, at every position of small networks."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.errors import ModelError, RecipeError
from pellucid.trace import EXPLAINERS, EXPLAINERS_OF_ELEMENTS, Trace, trace
from pellucid.trace.operators.functions import FUNCTIONS


class Apply(nn.Module):
    """A model that is one function, with a weight so that it is one."""

    def __init__(self, function: Callable[..., Tensor]) -> None:
        super().__init__()
        self.function = function
        self.weight = nn.Parameter(torch.linspace(-1, 1, 4))

    def forward(self, inputs: Tensor) -> Tensor:
        return self.function(inputs, self.weight)


class Branches(nn.Module):
    """Several models on one input, their outputs side by side: one graph for all is much quicker than one each."""

    def __init__(self, *branches: nn.Module) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, inputs: Tensor) -> Tensor:
        return torch.cat([branch(inputs).reshape(1, -1) for branch in self.branches], 1)


def norm(layer: Any) -> nn.Module:
    """Give a normalisation layer statistics, scales and shifts that are not trivial."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for tensor in [*layer.parameters(), *layer.buffers()]:
            if tensor.is_floating_point():
                tensor.copy_(torch.rand(tensor.shape, generator=generator) + 0.3)
    return nn.Sequential(layer)


TRIANGLE, SHIFTS = torch.ones(5, 5).tril().bool(), torch.eye(5) - 0.5
PICTURE, SERIES, ROW = (3, 7, 6), (4, 9), (5,)
SINGLE: dict[str, tuple[nn.Module, tuple[int, ...]]] = {
    "conv2d": (nn.Sequential(nn.Conv2d(3, 4, 3)), PICTURE),
    "conv2d stride, padding, dilation": (
        nn.Sequential(nn.Conv2d(3, 4, (3, 2), 2, (2, 1), (2, 1), bias=False)),
        PICTURE,
    ),
    "conv2d groups": (nn.Sequential(nn.Conv2d(6, 4, 3, groups=2)), (6, 5, 5)),
    "conv2d depthwise": (nn.Sequential(nn.Conv2d(3, 3, 3, padding=1, groups=3)), PICTURE),
    "conv2d same": (nn.Sequential(nn.Conv2d(3, 2, 4, padding="same")), PICTURE),
    "conv2d padding beyond the kernel": (nn.Sequential(nn.Conv2d(3, 2, 2, padding=3)), (3, 3, 3)),
    "conv1d": (nn.Sequential(nn.Conv1d(4, 3, 3, 2, 1)), SERIES),
    "conv_transpose2d": (nn.Sequential(nn.ConvTranspose2d(3, 2, (4, 3), (2, 1), 1, (1, 0))), PICTURE),
    "conv_transpose1d": (nn.Sequential(nn.ConvTranspose1d(4, 6, 3, 2, 1, groups=2, dilation=2)), SERIES),
    "upsample_nearest2d": (nn.Sequential(nn.Upsample(scale_factor=(2, 3))), PICTURE),
    "upsample_nearest2d to a size": (nn.Sequential(nn.Upsample(size=(5, 11))), PICTURE),
    "upsample_bilinear2d": (nn.Sequential(nn.Upsample(scale_factor=2, mode="bilinear")), PICTURE),
    "upsample_bilinear2d to a size": (nn.Sequential(nn.Upsample(size=(5, 11), mode="bilinear")), PICTURE),
    "upsample_bilinear2d corners": (
        nn.Sequential(nn.Upsample(size=(10, 9), mode="bilinear", align_corners=True)),
        PICTURE,
    ),
    "replication_pad2d": (nn.Sequential(nn.ReplicationPad2d((0, 2, 1, 3))), PICTURE),
    "conv3d": (nn.Sequential(nn.Conv3d(2, 3, (1, 2, 2), padding=(0, 1, 0))), (2, 3, 4, 4)),
    "linear": (nn.Sequential(nn.Linear(5, 3)), ROW),
    "linear on tokens": (nn.Sequential(nn.LayerNorm(5), nn.Linear(5, 3, bias=False)), (4, 5)),
    "addmm": (Apply(lambda x, w: torch.addmm(w[:2], x, w.reshape(2, 2)[:, :2], beta=0.5, alpha=2)), (2,)),
    "matmul": (Apply(lambda x, w: torch.matmul(x, x.transpose(-1, -2))), (2, 3, 4)),
    "matmul broadcast": (Apply(lambda x, w: torch.matmul(x, w.reshape(1, 4, 1))), (3, 4)),
    "matrix times vector": (Apply(lambda x, w: torch.matmul(x, w)), (3, 4)),
    "bmm": (Apply(lambda x, w: torch.bmm(x, x.transpose(1, 2))), (3, 4)),
    "max_pool2d": (nn.Sequential(nn.MaxPool2d(3, 2, 1)), PICTURE),
    "max_pool2d dilated": (nn.Sequential(nn.MaxPool2d((2, 3), 1, (1, 1), (2, 1))), PICTURE),
    "max_pool2d ceil": (nn.Sequential(nn.MaxPool2d(2, ceil_mode=True)), PICTURE),
    "max_pool1d": (nn.Sequential(nn.Conv1d(4, 4, 1), nn.MaxPool1d(2)), SERIES),
    "avg_pool2d": (nn.Sequential(nn.AvgPool2d(3, 2, 1)), PICTURE),
    "avg_pool2d without padding": (
        nn.Sequential(nn.AvgPool2d(3, 2, 1, count_include_pad=False, ceil_mode=True)),
        PICTURE,
    ),
    "avg_pool2d ceil": (nn.Sequential(nn.AvgPool2d(2, padding=1, ceil_mode=True)), PICTURE),
    "avg_pool2d divisor": (nn.Sequential(nn.AvgPool2d(2, divisor_override=3)), PICTURE),
    "adaptive_avg_pool2d": (nn.Sequential(nn.AdaptiveAvgPool2d((3, 4))), PICTURE),
    "batch_norm": (norm(nn.BatchNorm2d(3)), PICTURE),
    "batch_norm plain": (norm(nn.BatchNorm2d(3, affine=False)), PICTURE),
    "layer_norm": (norm(nn.LayerNorm([7, 6])), PICTURE),
    "group_norm": (norm(nn.GroupNorm(2, 4)), (4, 3, 3)),
    "softmax": (Apply(lambda x, w: functional.softmax(3 * x, dim=2)), (3, 4)),
    "log_softmax": (Apply(lambda x, w: functional.log_softmax(3 * x, dim=-1)), (3, 4)),
    "mean": (Apply(lambda x, w: x.mean((2, 3), keepdim=True)), PICTURE),
    "sum": (Apply(lambda x, w: x.sum(2)), PICTURE),
    "amax": (Apply(lambda x, w: x.amax((2, 3)) + x.amin((2, 3))), PICTURE),
    "add": (Apply(lambda x, w: torch.add(x, w, alpha=2.5)), (3, 4)),
    "sub": (Apply(lambda x, w: x - w), (3, 4)),
    "rsub": (Apply(lambda x, w: 1 - x), (3, 4)),
    "mul": (Apply(lambda x, w: x * w), (3, 4)),
    "div": (Apply(lambda x, w: x / (w + 3)), (3, 4)),
    "maximum": (Apply(lambda x, w: torch.maximum(x, w) + torch.minimum(x, w)), (3, 4)),
    "pow": (Apply(lambda x, w: x.abs() ** 1.5 + x**2), (3, 4)),
    "cat": (Apply(lambda x, w: torch.cat([x, 2 * x], 2)), (3, 4)),
    "stack": (Apply(lambda x, w: torch.stack([x, 2 * x], 2)), (3, 4)),
    "permute": (Apply(lambda x, w: x.permute(0, 3, 1, 2).reshape(1, -1, 3)), PICTURE),
    "roll": (Apply(lambda x, w: torch.roll(x, (1, 2), (2, 3)).flip(3)), PICTURE),
    "pad": (Apply(lambda x, w: functional.pad(x, (1, 2, 0, 1), value=0.5)), PICTURE),
    "pad reflected": (Apply(lambda x, w: functional.pad(x, (1, 2, 2, 1), mode="reflect")), PICTURE),
    "slices": (Apply(lambda x, w: x[:, 1:, ::2].unsqueeze(1).expand(-1, 2, -1, -1, -1).squeeze(0)[:1]), PICTURE),
    "cumsum": (Apply(lambda x, w: x.cumsum(1) + x.flip(2).cumsum(-1)), SERIES),
    "unbind": (Apply(lambda x, w: x.unbind(2)[1] + x.split(2, 3)[1].sum((2, 3))[..., None]), PICTURE),
    "index": (Apply(lambda x, w: x[:, torch.tensor([2, 0])]), PICTURE),
    "attention": (Apply(lambda x, w: functional.scaled_dot_product_attention(x, 2 * x, x + 1)), (2, 5, 4)),
    "attention causal": (
        Apply(lambda x, w: functional.scaled_dot_product_attention(x, 2 * x, x + 1, is_causal=True, scale=0.3)),
        (2, 5, 4),
    ),
    "attention masked": (
        Apply(lambda x, w: functional.scaled_dot_product_attention(x, x, x, attn_mask=SHIFTS)),
        (2, 5, 4),
    ),
    "attention with a mask of yes and no": (
        Apply(lambda x, w: functional.scaled_dot_product_attention(x, x, x, attn_mask=TRIANGLE)),
        (2, 5, 4),
    ),
}


def apply_function(name: str) -> Callable[[Tensor, Tensor], Tensor]:
    """Call one of the functions of one number, on numbers that it takes."""
    positive = name in ("log", "sqrt", "rsqrt", "reciprocal")
    more = (-1.0, 0.5) if name == "clamp" else ()

    def apply(x: Tensor, _weight: Tensor) -> Tensor:
        result: Tensor = getattr(torch.ops.aten, name)(x.abs() + 0.1 if positive else 3 * x, *more)
        return result

    return apply


class Recurrent(nn.Module):
    """All outputs of a recurrent layer, and its last states, in one row."""

    def __init__(self, layer: nn.Module) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, series: Tensor) -> Tensor:
        outputs, states = self.layer(series)
        parts = [outputs, *(states if isinstance(states, tuple) else [states])]
        return torch.cat([part.reshape(1, -1) for part in parts], 1)


for kind, bidirectional, layers in itertools.product((nn.LSTM, nn.GRU, nn.RNN), (False, True), (1, 2)):
    torch.manual_seed(layers)
    made = kind(3, 4, num_layers=layers, bidirectional=bidirectional, batch_first=layers == 1, bias=layers == 2)
    # Without batch_first a series of [1, 3] is one moment of a batch of one.
    SINGLE[f"{kind.__name__} {layers} {bidirectional}"] = (Recurrent(made), (5, 3) if layers == 1 else (1, 3))
for function in FUNCTIONS:
    SINGLE[function] = (Apply(apply_function(function)), (3, 4))
SHAPES = sorted({shape for _, shape in SINGLE.values()})


@functools.cache
def make_trace(shape: tuple[int, ...]) -> tuple[Trace, nn.Module, Tensor]:
    """Trace all models of one input shape at once."""
    model = Branches(*(model for model, own in SINGLE.values() if own == shape)).eval()
    inputs = torch.randn(1, *shape, generator=torch.Generator().manual_seed(8))
    return trace(model, inputs), model, inputs


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_terms_make_every_value(shape: tuple[int, ...]) -> None:
    traced, model, inputs = make_trace(shape)
    with torch.no_grad():
        assert torch.equal(torch.from_numpy(traced.output), model(inputs)[0])
    for values in traced:
        for place in itertools.product(*map(range, values.shape)):
            arithmetic = values.at(*place)
            assert len(arithmetic.terms), f"{values.step.name} has no explainer"
            assert arithmetic.is_exact, str(arithmetic)


def test_the_models_above_use_every_explainer() -> None:
    used = {step.call.operator for shape in SHAPES for step in make_trace(shape)[0].steps}
    explained = {EXPLAINERS.get(name) or EXPLAINERS_OF_ELEMENTS[name] for name in used}
    assert {*EXPLAINERS.values(), *EXPLAINERS_OF_ELEMENTS.values()} == explained


def test_a_value_that_the_terms_do_not_make_is_told_from_rounding() -> None:
    arithmetic = trace(nn.Sequential(nn.Conv2d(3, 4, 3)), torch.randn(3, 5, 5))["0"].unit(1, at=(2, 2))
    assert arithmetic.is_exact
    off = replace(arithmetic, value=arithmetic.value + 1e-4)
    assert not off.is_exact
    assert "MORE THAN ROUNDING" in str(off)


def test_names_are_the_layers_paths_and_modules_give_what_their_last_layer_gave() -> None:
    class Block(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(3, 3, 1)
            self.act = nn.ReLU(inplace=True)

        def forward(self, x: Tensor) -> Tensor:
            result: Tensor = self.act(self.conv(x) + x)
            return result

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.blocks = nn.Sequential(Block(), Block())

        def forward(self, x: Tensor) -> Tensor:
            result: Tensor = self.blocks(x)
            return result.mean((2, 3))

    traced = trace(Net(), torch.randn(3, 4, 4))
    names = [step.name for step in traced.steps]
    assert names == [
        "blocks.0.conv", "blocks.0/add", "blocks.0.act", "blocks.1.conv", "blocks.1/add", "blocks.1.act", "mean",
    ]  # fmt: skip
    assert (traced["blocks.0"].values == traced["blocks.0.act"].values).all()
    # An activation in place does not overwrite what the addition gave.
    assert (traced["blocks.0/add"].values < 0).any()
    assert (traced["blocks.0.act"].values >= 0).all()
    with pytest.raises(RecipeError, match=r"has no layer 'blocks.0.cnv'. Did you mean 'blocks.0.conv'?"):
        traced["blocks.0.cnv"]
    with pytest.raises(RecipeError, match=r"has no value at \[0, 9, 9\]. Its values have the shape \[3, 4, 4\]"):
        traced["blocks.0"].unit(0, at=(9, 9))


def test_a_model_that_decides_by_its_values_is_refused_with_the_reason() -> None:
    class Fickle(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x if float(x.sum()) > 0 else -x

    with pytest.raises(ModelError, match="cannot be turned into a graph of operators"):
        trace(Fickle(), torch.randn(1, 3))


def test_several_examples_are_refused() -> None:
    with pytest.raises(RecipeError, match="A trace follows one example, and these are 2"):
        trace(nn.Sequential(nn.Conv2d(3, 1, 1)), torch.randn(2, 3, 4, 4))


def test_the_model_is_left_as_it_was() -> None:
    model = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Dropout(0.5)).train()
    before = {key: value.clone() for key, value in model.state_dict().items()}
    trace(model, torch.randn(1, 5, 5))
    assert model.training
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())
