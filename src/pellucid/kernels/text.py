"""Convolved and pooled pictures in the terminal: the numbers themselves, where they are few."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.trace import Floats

if TYPE_CHECKING:
    from pellucid.kernels.convolving import Convolved
    from pellucid.kernels.dense_equivalent import DenseEquivalent
    from pellucid.kernels.pooling import Pooled

MOST_COLUMNS = 16
MOST_ROWS = 16


def describe_convolved(convolved: Convolved) -> str:
    """Return what was done, and picture, kernel and result as numbers where they are few."""
    height, width = convolved.picture.values.shape[1:]
    lines = [
        f"{convolved.picture.name} ({height} x {width}, {', '.join(convolved.picture.channels)}) "
        f"and the kernel {convolved.kernel.name}: {operation_words(convolved)}",
        f"stride {convolved.stride}, padding {convolved.padding}: height {convolved.formulas[0]}, "
        f"width {convolved.formulas[1]}",
    ]
    if convolved.kernel.about:
        lines.append(convolved.kernel.about)
    lines += ["", "kernel", *grid(convolved.kernel.values)]
    if len(convolved.maps) == 1:
        lines += ["", "picture", *grid(convolved.picture.values[0])]
    else:
        for channel, plane in zip(convolved.picture.channels, convolved.maps, strict=True):
            lines += ["", f"{channel}", *grid(plane)]
    lines += ["", "result" if len(convolved.maps) == 1 else "result: the channels summed", *grid(convolved.result)]
    return "\n".join(lines)


def operation_words(convolved: Convolved) -> str:
    """Return which of the two operations it is."""
    if convolved.flipped:
        return "convolution (the kernel is turned by 180 degrees)"
    return "cross-correlation, as networks do it (--flip turns the kernel: convolution)"


def describe_pooled(pooled: Pooled) -> str:
    """Return what was done, and the numbers where they are few."""
    lines = [
        f"{pooled.picture.name}: {pooled.kind} pooling, windows of {pooled.size} x {pooled.size}, "
        f"stride {pooled.stride}, padding {pooled.padding}",
        f"height {pooled.formulas[0]}, width {pooled.formulas[1]}",
    ]
    for channel, plane in zip(pooled.picture.channels, pooled.maps, strict=True):
        lines += ["", channel if len(pooled.maps) > 1 else "result", *grid(plane)]
    return "\n".join(lines)


def describe_dense(dense: DenseEquivalent) -> str:
    """Return both layers' parameters, and how zeros and repeats make them equal."""
    sizes = [" x ".join(map(str, shape)) for shape in (dense.input_shape, dense.output_shape)]
    lines = [
        f"from {sizes[0]} to {sizes[1]} numbers",
        f"convolution: {dense.conv_parameters:,} parameters",
        f"dense layer: {dense.dense_parameters:,} parameters, {dense.ratio:,.1f} times as many",
        f"the convolution as a matrix: {dense.entries:,} entries, {dense.share_zero:.1%} of them zero; each weight of "
        f"the kernel stands in it {dense.repeats:,.1f} times on average",
    ]
    if dense.largest_difference is not None:
        lines.append(f"matrix x input + bias and the convolution differ by at most {dense.largest_difference:.1e}")
    else:
        lines.append("the matrix is too large to be written out")
    return "\n".join(lines)


def grid(values: Floats) -> list[str]:
    """Return numbers in rows and columns; of many the upper left ones."""
    shown = values[:MOST_ROWS, :MOST_COLUMNS]
    words = [[f"{number:.4g}" for number in row] for row in shown]
    width = max(len(word) for row in words for word in row)
    more = " ..." if values.shape[1] > MOST_COLUMNS else ""
    lines = ["  " + " ".join(word.rjust(width) for word in row) + more for row in words]
    if values.shape != shown.shape:
        lines.append(f"  ({values.shape[0]} x {values.shape[1]} in all, from {values.min():.4g} to {values.max():.4g})")
    return lines
