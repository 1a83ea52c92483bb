"""The size of a layer's output and the number of its parameters, as formulas with the numbers filled in."""

from __future__ import annotations

from typing import Any

from torch import nn

from pellucid.models.arguments import argument, dimensions, each, given
from pellucid.models.recording import Operation
from pellucid.models.windows import window

SIDES = ("height", "width")


def output_formula(operation: Operation) -> str:
    """Return how the height and width of an output follow from those of the input; "" where the operator keeps them.

    For convolution and pooling floor((H - k + 2*p)/s) + 1, with dilation d floor((H + 2*p - d*(k-1) - 1)/s) + 1. Where
    height and width differ, both are given.

    Example:
        "floor((28 - 5 + 2*2)/1) + 1 = 28"
    """
    if operation.name.startswith("conv_transpose"):
        sides = _transposed(operation)
    elif (slid := window(operation)) is not None:
        sides = [
            _slid(size, one.taps, one.stride, (one.before, one.after), one.dilation, result, ceiling=slid.ceiling)
            for size, one, result in zip(slid.given, slid.sides, slid.result, strict=True)
        ]
    elif operation.name.startswith("adaptive_"):
        sides = _adaptive(operation)
    else:
        return ""
    if len(set(sides)) == 1:
        return sides[0]
    words = SIDES if len(sides) == 2 else tuple(f"side {number}" for number in range(1, len(sides) + 1))
    return "; ".join(f"{word} {side}" for word, side in zip(words, sides, strict=True))


def _slid(
    size: int, taps: int, stride: int, padding: tuple[int, int], dilation: int, result: int, *, ceiling: bool
) -> str:
    before, after = padding
    padded = f"2*{before}" if before == after else f"{before} + {after}"
    inside = f"{size} - {taps} + {padded}" if dilation == 1 else f"{size} + {padded} - {dilation}*({taps} - 1) - 1"
    # A window that would begin beyond the input and its left padding is left out (torch's documentation of pooling).
    reach = size + before + after - dilation * (taps - 1) - 1
    dropped = ceiling and -(-reach // stride) + 1 > result
    left_out = ", less one window that would lie outside" if dropped else ""
    return f"{'ceil' if ceiling else 'floor'}(({inside})/{stride}) + 1{left_out} = {result}"


def _transposed(operation: Operation) -> list[str]:
    dims = dimensions(operation)
    stride, padding, more, dilation = (
        each(argument(operation, name, default), dims)
        for name, default in (("stride", 1), ("padding", 0), ("output_padding", 0), ("dilation", 1))
    )
    taps = argument(operation, "weight").shape[2:]
    sizes, results = given(operation).shape[-dims:], operation.output.shape[-dims:]
    return [
        f"({size} - 1)*{stride[side]} - 2*{padding[side]} + {dilation[side]}*({taps[side]} - 1) + {more[side]} + 1 = "
        f"{results[side]}"
        for side, size in enumerate(sizes)
    ]


def _adaptive(operation: Operation) -> list[str]:
    dims = dimensions(operation)
    pairs = zip(given(operation).shape[-dims:], operation.output.shape[-dims:], strict=True)
    return [
        f"all {size} -> 1"
        if result == 1
        else f"{size} -> {result}"
        if result == size
        else f"{size} -> {result}: from floor(i*{size}/{result}) to ceil((i + 1)*{size}/{result})"
        for size, result in pairs
    ]


def parameter_formula(layer: nn.Module) -> str:
    """Return how many numbers a layer holds, factor by factor; "" where that says nothing.

    Example:
        "(1 * 5 * 5 + 1) * 6 = 156"
    """
    total = sum(parameter.numel() for parameter in layer.parameters(recurse=False))
    match layer:
        case nn.Conv1d() | nn.Conv2d() | nn.Conv3d():
            factors = [layer.in_channels // layer.groups, *layer.kernel_size]
            return _per_unit(factors, layer.bias is not None, layer.out_channels, total)
        case nn.Linear():
            return _per_unit([layer.in_features], layer.bias is not None, layer.out_features, total)
        case nn.BatchNorm1d() | nn.BatchNorm2d() | nn.BatchNorm3d() if layer.affine:
            return f"2 * {layer.num_features} = {total}"
        case nn.LSTM() | nn.GRU() | nn.RNN() if (
            layer.num_layers == 1 and not layer.bidirectional and not layer.proj_size
        ):
            gates = {"LSTM": 4, "GRU": 3}.get(type(layer).__name__, 1)
            biases = " + 2" if layer.bias else ""
            return f"{gates} * {layer.hidden_size} * ({layer.input_size} + {layer.hidden_size}{biases}) = {total}"
        case _:
            return ""


def _per_unit(factors: list[Any], has_bias: bool, units: int, total: int) -> str:
    product = " * ".join(str(factor) for factor in factors)
    inside = f"({product} + 1)" if has_bias else product
    return f"{inside} * {units} = {total}"
