"""A convolution beside the dense layer that does the same: its matrix, with its zeros and its repeats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from pellucid.errors import ModelError
from pellucid.printed import Printed
from pellucid.records import brief
from pellucid.trace import Floats

MOST_NUMBERS = 4_000_000
"""Of a matrix that is written out: 32 MB."""


@dataclass(frozen=True)
class DenseEquivalent(Printed):
    """What a convolution is as a matrix: output = matrix x input + bias, both laid out channel by channel, row by row.

    Attributes:
        input_shape, output_shape: (C, H, W).
        kernel_shape: (outputs, inputs per group, kh, kw).
        conv_parameters: numbers that the convolution learns.
        dense_parameters: numbers that a dense layer between the same inputs and outputs learns.
        connections: products of an input and a weight, i.e. entries of the matrix that are not zero by construction.
        matrix: float64 [O * H' * W', C * H * W]; None where it would hold over 4 million numbers.
        bias: float64 [O * H' * W'].
        largest_difference: between matrix x input + bias and the convolution itself, both in float64, on an input of
            normal random numbers (seed 0); None without a matrix.
    """

    __repr__ = brief

    input_shape: tuple[int, int, int]
    output_shape: tuple[int, int, int]
    kernel_shape: tuple[int, int, int, int]
    conv_parameters: int
    dense_parameters: int
    connections: int
    matrix: Floats | None
    bias: Floats
    largest_difference: float | None

    @property
    def entries(self) -> int:
        """Of the matrix."""
        return math.prod(self.output_shape) * math.prod(self.input_shape)

    @property
    def share_zero(self) -> float:
        """Of the entries, in [0, 1]."""
        return 1 - self.connections / self.entries

    @property
    def repeats(self) -> float:
        """How often each weight of the kernel stands in the matrix, on average (less at the borders)."""
        return self.connections / math.prod(self.kernel_shape)

    @property
    def ratio(self) -> float:
        """How many times more parameters the dense layer has."""
        return self.dense_parameters / self.conv_parameters

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; the matrix only where it has at most 10,000 entries."""
        small = self.matrix is not None and self.entries <= 10_000
        return {
            "input_shape": list(self.input_shape),
            "output_shape": list(self.output_shape),
            "kernel_shape": list(self.kernel_shape),
            "conv_parameters": self.conv_parameters,
            "dense_parameters": self.dense_parameters,
            "entries": self.entries,
            "connections": self.connections,
            "share_zero": self.share_zero,
            "repeats": self.repeats,
            "largest_difference": self.largest_difference,
            "matrix": self.matrix.tolist() if small and self.matrix is not None else None,
        }


def as_dense(conv: nn.Conv2d | NDArray[Any] | Sequence[Any], input_shape: Sequence[int]) -> DenseEquivalent:
    """Return the dense layer that does what a convolution does on inputs of one size.

    The matrix is written index by index, and then compared with the convolution itself.

    Args:
        conv: a convolution (any stride, zero padding, dilation and groups), or a kernel [kh, kw] or [O, C, kh, kw].
        input_shape: (C, H, W), or (H, W) of one channel.

    Raises:
        ModelError: the convolution cannot take such an input, or pads with something other than zeros.

    Example:
        print(pellucid.as_dense(run.predictor.model.conv1, (1, 28, 28)))
    """
    layer = conv if isinstance(conv, nn.Conv2d) else _from_kernel(np.asarray(conv, dtype=np.float64))
    given = tuple(int(size) for size in input_shape)
    channels, height, width = (1, *given) if len(given) == 2 else given if len(given) == 3 else (0, 0, 0)
    if layer.padding_mode != "zeros":
        raise ModelError(
            f"A convolution that pads with '{layer.padding_mode}' is not followed here.", expected="Zeros."
        )
    inputs = torch.randn(1, channels, height, width, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    weight = layer.weight.detach().to("cpu", torch.float64)
    offset = None if layer.bias is None else layer.bias.detach().to("cpu", torch.float64)
    try:
        expected = torch.nn.functional.conv2d(
            inputs, weight, offset, layer.stride, layer.padding, layer.dilation, layer.groups
        )[0]
    except RuntimeError as problem:
        raise ModelError(f"This convolution cannot take an input of shape {list(given)}: {problem}") from None
    outputs, rows, columns = (int(size) for size in expected.shape)
    entries = expected.numel() * inputs.numel()
    places = _places(layer, (height, width), (rows, columns))
    per_channel = sum(1 for _ in places)
    connections = per_channel * outputs * int(weight.shape[1])
    bias = np.repeat(np.zeros(outputs) if offset is None else offset.numpy(), rows * columns)
    matrix = (
        _matrix(layer, weight.numpy(), (channels, height, width), (rows, columns)) if entries <= MOST_NUMBERS else None
    )
    difference = None
    if matrix is not None:
        multiplied = matrix @ inputs.numpy().ravel() + bias
        difference = float(np.abs(multiplied - expected.numpy().ravel()).max())
    return DenseEquivalent(
        input_shape=(channels, height, width),
        output_shape=(outputs, rows, columns),
        kernel_shape=(outputs, int(weight.shape[1]), int(weight.shape[2]), int(weight.shape[3])),
        conv_parameters=sum(parameter.numel() for parameter in layer.parameters()),
        dense_parameters=entries + (0 if offset is None else expected.numel()),
        connections=connections,
        matrix=matrix,
        bias=bias,
        largest_difference=difference,
    )


def _from_kernel(values: Floats) -> nn.Conv2d:
    if values.ndim == 2:
        values = values[None, None]
    if values.ndim != 4:
        raise ModelError(f"A kernel of shape {list(values.shape)} is none.", expected="[kh, kw] or [O, C, kh, kw].")
    outputs, channels, rows, columns = values.shape
    layer = nn.Conv2d(channels, outputs, (rows, columns), bias=False, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(values))
    return layer


def _places(
    layer: nn.Conv2d, sizes: tuple[int, int], results: tuple[int, int]
) -> list[tuple[tuple[int, int], tuple[int, int], tuple[int, int]]]:
    """Return (place in the output, tap of the kernel, place in the input) of every product of one channel."""
    sides = []
    for side in (0, 1):
        taps, step = int(layer.kernel_size[side]), int(layer.stride[side])
        dilation = int(layer.dilation[side])
        before = _before(layer, side)
        sides.append(
            [
                (place, tap, source)
                for place in range(results[side])
                for tap in range(taps)
                if 0 <= (source := place * step - before + tap * dilation) < sizes[side]
            ]
        )
    return [((a, b), (c, d), (e, f)) for (a, c, e), (b, d, f) in product(*sides)]


def _before(layer: nn.Conv2d, side: int) -> int:
    if isinstance(layer.padding, str):
        reach = int(layer.dilation[side]) * (int(layer.kernel_size[side]) - 1)
        return reach // 2 if layer.padding == "same" else 0
    return int(layer.padding[side])


def _matrix(layer: nn.Conv2d, weight: Floats, sizes: tuple[int, int, int], results: tuple[int, int]) -> Floats:
    channels, height, width = sizes
    outputs, per_group = weight.shape[:2]
    matrix = np.zeros((outputs, *results, channels, height, width))
    for (row, column), (down, right), (y, x) in _places(layer, (height, width), results):
        for output in range(outputs):
            first = output // (outputs // layer.groups) * per_group
            matrix[output, row, column, first : first + per_group, y, x] = weight[output, :, down, right]
    return matrix.reshape(outputs * math.prod(results), channels * height * width)
