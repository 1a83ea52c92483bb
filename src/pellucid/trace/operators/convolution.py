"""Convolutions of one, two and three dimensions: patch times kernel, plus bias."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pellucid.trace.arithmetic import Factor, Floats, Seen
from pellucid.trace.call import Call, Explained, Position, floats, number


def explain_convolution(call: Call, at: Position) -> Explained:
    """Return the products of the patch under the kernel with the kernel, channel by channel, and the bias.

    Args:
        call: of conv1d, conv2d or conv3d: input [N, C, ...], weight [O, C / groups, ...].
        at: (example, output channel, place...).
    """
    inputs, weight, bias = call.tensor("input"), call.tensor("weight"), call.argument("bias")
    dims = weight.ndim - 2
    stride, before, dilation = spacing(call)
    groups = int(call.argument("groups", 1))
    example, channel, place = at[0], at[1], at[2:]
    per_group = int(weight.shape[1])
    # Of several groups, an output channel reads only the input channels of its own.
    first = (channel // (int(weight.shape[0]) // groups)) * per_group
    kernel = floats(weight[channel])
    # What the kernel reads beyond the border stays 0 here, so that padding is never laid out.
    patch = np.zeros(kernel.shape)
    source: list[slice | int] = [example, slice(first, first + per_group)]
    goal: list[slice] = [slice(None)]
    for dim in range(dims):
        size, taps = int(inputs.shape[2 + dim]), kernel.shape[1 + dim]
        start = place[dim] * stride[dim] - before[dim]
        # The taps inside are neighbours, so one slice with the dilation as its step takes them all.
        inside = [tap for tap in range(taps) if 0 <= start + tap * dilation[dim] < size]
        if not inside:  # the kernel lies on padding alone
            source.append(slice(0, 0))
            goal.append(slice(0, 0))
            continue
        low, high = start + inside[0] * dilation[dim], start + inside[-1] * dilation[dim]
        source.append(slice(low, high + 1, dilation[dim]))
        goal.append(slice(inside[0], inside[-1] + 1))
    patch[tuple(goal)] = floats(inputs[tuple(source)])
    terms: Floats = (patch * kernel).ravel()
    factors = [Factor("input", patch), Factor("weight", kernel)]
    if bias is not None:
        offset = number(bias[channel])
        terms = np.append(terms, offset)
        factors.append(Factor("bias", np.array(offset)))
    formula = "sum of input x weight" + ("" if bias is None else ", + bias")
    shape = " x ".join(str(size) for size in kernel.shape)
    return Explained(formula, terms, tuple(factors), note=f"patch and kernel of {shape} (channels x places)")


def read_maps(call: Call, at: Position) -> Seen:
    """Return the maps that a value of a two-dimensional convolution reads, and where its kernel lies on them."""
    inputs, weight = call.tensor("input"), call.tensor("weight")
    stride, before, dilation = spacing(call)
    per_group = int(weight.shape[1])
    first = (at[1] // (int(weight.shape[0]) // int(call.argument("groups", 1)))) * per_group
    top, left = (place * step - zeros for place, step, zeros in zip(at[2:], stride, before, strict=True))
    height, width = ((int(taps) - 1) * step + 1 for taps, step in zip(weight.shape[2:], dilation, strict=True))
    maps: NDArray[np.float32] = inputs[at[0], first : first + per_group].numpy(force=True)
    return Seen(maps=maps, window=(top, left, height, width))


def spacing(call: Call) -> tuple[list[int], list[int], list[int]]:
    """Return (stride, padding before the input, dilation) of a convolution, a number per dimension each."""
    taps = call.tensor("weight").shape[2:]
    stride, dilation = (_each(call.argument(name), len(taps)) for name in ("stride", "dilation"))
    padding = call.argument("padding")
    # As torch does it: where the padding is odd, the further zero is behind.
    if padding == "same":
        return stride, [step * (size - 1) // 2 for step, size in zip(dilation, taps, strict=True)], dilation
    return stride, [0] * len(taps) if padding == "valid" else _each(padding, len(taps)), dilation


def _each(value: int | Sequence[int], dims: int) -> list[int]:
    listed = [value] if isinstance(value, int) else list(value)
    return listed * dims if len(listed) == 1 else listed
