"""Convolved and pooled pictures in the terminal: the numbers themselves, where they are few."""

from __future__ import annotations

from pellucid.kernels.convolving import Convolved
from pellucid.kernels.dense_equivalent import DenseEquivalent
from pellucid.kernels.pooling import Pooled
from pellucid.printed import text_of
from pellucid.trace import Floats
from pellucid.words import percent

MOST_COLUMNS = 16
MOST_ROWS = 16
PART = (3, 4)
"""Rows and columns on either side of a place that are shown of a large result."""


@text_of.register(Convolved)
def describe_convolved(convolved: Convolved, around: tuple[int, int] | None = None) -> str:
    """Return what was done, and picture, kernel and result as numbers; of a large result the part around one place.

    Args:
        convolved: what to describe.
        around: (row, column) of the result; None for where the kernel answers most.
    """
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
    place = around or convolved.steps(1)[0]
    several = len(convolved.maps) > 1
    if is_small(convolved.result) and is_small(convolved.picture.values[0]):
        for name, plane in (
            zip(convolved.picture.channels, convolved.maps, strict=True)
            if several
            else [("picture", convolved.picture.values[0])]
        ):
            lines += ["", name, *grid(plane)]
    elif several:
        lines += [
            "",
            *(_span(name, plane) for name, plane in zip(convolved.picture.channels, convolved.maps, strict=True)),
        ]
    lines += ["", *part("result: the channels summed" if several else "result", convolved.result, place)]
    return "\n".join(lines)


def operation_words(convolved: Convolved) -> str:
    """Return which of the two operations it is."""
    if convolved.flipped:
        return "convolution (the kernel is turned by 180 degrees)"
    return "cross-correlation, as networks do it (--flip turns the kernel: convolution)"


@text_of.register(Pooled)
def describe_pooled(pooled: Pooled, around: tuple[int, int] | None = None) -> str:
    """Return what was done, and the numbers; of a large result the part around one place of its first channel.

    Args:
        pooled: what to describe.
        around: (row, column) of the result; None for where the numbers in a window differ most.
    """
    lines = [
        f"{pooled.picture.name}: {pooled.kind} pooling, windows of {pooled.size} x {pooled.size}, "
        f"stride {pooled.stride}, padding {pooled.padding}",
        f"height {pooled.formulas[0]}, width {pooled.formulas[1]}",
    ]
    place = around or pooled.steps(1)[0]
    for number, (channel, plane) in enumerate(zip(pooled.picture.channels, pooled.maps, strict=True)):
        name = channel if len(pooled.maps) > 1 else "result"
        lines += ["", *part(name, plane, place)] if number == 0 or is_small(plane) else [_span(name, plane)]
    return "\n".join(lines)


@text_of.register(DenseEquivalent)
def describe_dense(dense: DenseEquivalent) -> str:
    """Return both layers' parameters, and how zeros and repeats make them equal."""
    sizes = [" x ".join(map(str, shape)) for shape in (dense.input_shape, dense.output_shape)]
    lines = [
        f"from {sizes[0]} to {sizes[1]} numbers",
        f"convolution: {dense.conv_parameters:,} parameters",
        f"dense layer: {dense.dense_parameters:,} parameters, {dense.ratio:,.1f} times as many",
        f"the convolution as a matrix: {dense.entries:,} entries, {percent(dense.share_zero, 1)} of them zero; each "
        f"weight of the kernel stands in it {dense.repeats:,.1f} times on average",
    ]
    if dense.largest_difference is not None:
        lines.append(f"matrix x input + bias and the convolution differ by at most {dense.largest_difference:.1e}")
    else:
        lines.append("the matrix is too large to be written out")
    return "\n".join(lines)


def is_small(plane: Floats) -> bool:
    """Tell whether all numbers of a plane are shown."""
    height, width = plane.shape
    return bool(height <= MOST_ROWS and width <= MOST_COLUMNS)


def part(name: str, plane: Floats, place: tuple[int, int]) -> list[str]:
    """Return a plane under its name: all numbers where they are few, else those around a place, with where they lie."""
    if is_small(plane):
        return [name, *grid(plane)]
    rows, columns = (_around(at, reach, size) for at, reach, size in zip(place, PART, plane.shape, strict=True))
    words = [[f"{plane[row, column]:.4g}" for column in columns] for row in rows]
    width = max(len(word) for row in [*words, [str(column) for column in columns]] for word in row)
    margin = len(str(rows[-1]))
    lines = [
        f"{_span(name, plane)}; around row {place[0]}, column {place[1]} (another part: --at ROW,COLUMN):",
        "  " + " " * margin + "  " + " ".join(str(column).rjust(width) for column in columns),
    ]
    for row, numbers in zip(rows, words, strict=True):
        lines.append(f"  {row:>{margin}}  " + " ".join(word.rjust(width) for word in numbers))
    return lines


def _around(at: int, reach: int, size: int) -> range:
    """Return the places around one, as many as there can be, up to `reach` on either side."""
    first = max(0, min(at - reach, size - 2 * reach - 1))
    return range(first, min(size, first + 2 * reach + 1))


def _span(name: str, plane: Floats) -> str:
    return f"{name}: {plane.shape[0]} x {plane.shape[1]} numbers from {plane.min():.4g} to {plane.max():.4g}"


def grid(values: Floats) -> list[str]:
    """Return numbers in rows and columns; of many the upper left ones: a large kernel."""
    shown = values[:MOST_ROWS, :MOST_COLUMNS]
    words = [[f"{number:.4g}" for number in row] for row in shown]
    width = max(len(word) for row in words for word in row)
    more = " ..." if values.shape[1] > MOST_COLUMNS else ""
    lines = ["  " + " ".join(word.rjust(width) for word in row) + more for row in words]
    if values.shape != shown.shape:
        lines.append(f"  ({values.shape[0]} x {values.shape[1]} in all, from {values.min():.4g} to {values.max():.4g})")
    return lines
