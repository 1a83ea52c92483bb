"""A kernel over a picture as an exhibit: picture, kernel, result, steps, and the arithmetic of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pellucid.report import wording
from pellucid.report.exhibits import picture_figure
from pellucid.report.number_cells import SHOWN, dense_drawing, enlarged, exact, framed_drawing, grid_drawing
from pellucid.runs import Exhibit, ExhibitTable, Figure
from pellucid.words import counted

if TYPE_CHECKING:
    from pellucid.kernels import Convolved, DenseEquivalent, Pooled

MOST_TERMS = 128
LONGEST = 240
"""Pixels of a picture beside others."""
MOST_DENSE = 72


def convolution_exhibit(
    convolved: Convolved,
    *,
    places: Sequence[tuple[int, int]] | None = None,
    pooled: Pooled | None = None,
    command: str = "",
) -> Exhibit:
    """Return a convolved picture as an exhibit.

    Args:
        convolved: what to show.
        places: (row, column) of the numbers whose arithmetic is shown; None for a few that say something.
        pooled: of the result, to be shown behind it.
        command: what to type to see it again.
    """
    chosen = convolved.steps() if places is None else places
    figures = _maps(convolved)
    for number, place in enumerate(chosen, start=1):
        figures += _step(convolved, place, number)
    tables = [_terms(convolved, place) for place in chosen]
    if pooled is not None:
        shown = pooling_exhibit(pooled)
        figures += shown.figures
        tables += shown.tables
    return Exhibit(
        name=_slug(f"kernel-{convolved.kernel.name}-{convolved.picture.name}-{convolved.padding}-{convolved.stride}"),
        title=f"The kernel {convolved.kernel.name} over {convolved.picture.name}"
        if convolved.kernel.name != "typed"
        else f"A kernel over {convolved.picture.name}",
        paragraphs=_paragraphs(convolved),
        figures=tuple(figures),
        tables=tuple(tables),
        notes=_notes(convolved),
        command=command,
    )


def pooling_exhibit(pooled: Pooled, *, places: Sequence[tuple[int, int]] | None = None, command: str = "") -> Exhibit:
    """Return a pooled picture as an exhibit; of several channels the first one's steps are shown."""
    height, width = pooled.shape
    chosen = places or pooled.steps()
    before, after = pooled.picture.values[0], pooled.maps[0]
    heading = f"{pooled.kind.capitalize()} pooling"
    figures = [
        _plane(before, "Before", f"{before.shape[0]} × {before.shape[1]}", row=heading),
        _plane(after, "After", f"{height} × {width}", row=heading, sign="→"),
    ]
    rows = []
    for number, place in enumerate(chosen, start=1):
        arithmetic = pooled.at(*place)
        figures += _pooling_step(pooled, place, number)
        window = ", ".join(exact(value) for value in arithmetic.factor("window").ravel()[:MOST_TERMS])
        rows.append((f"{place[0]}, {place[1]}", window, exact(arithmetic.value), arithmetic.note))
    return Exhibit(
        name=_slug(f"pool-{pooled.kind}-{pooled.picture.name}"),
        title=f"{'Max' if pooled.kind == 'max' else 'Mean'} pooling of {pooled.picture.name}",
        paragraphs=(
            f"A window of {pooled.size} × {pooled.size} moves by {pooled.stride}, and its "
            f"{'largest value' if pooled.kind == 'max' else 'mean'} is kept, channel by channel."
            + _around(pooled)
            + _shown_channel(pooled),
            f"Height: {pooled.formulas[0]}. Width: {pooled.formulas[1]}.",
        ),
        figures=tuple(figures),
        tables=(
            ExhibitTable(
                header=("Row, column", "Window", "Value", "Where"),
                rows=tuple(rows),
                caption="Window by window",
                numeric=False,
            ),
        ),
        command=command,
    )


def _pooling_step(pooled: Pooled, place: tuple[int, int], number: int) -> list[Figure]:
    arithmetic = pooled.at(*place)
    before, after = pooled.picture.values[0], pooled.maps[0]
    row = f"Step {number}: row {place[0]}, column {place[1]} = {exact(arithmetic.value)}"
    window = framed_drawing(before, pooled.corner(*place), (pooled.size, pooled.size))
    numbers = grid_drawing(arithmetic.factor("window"), signed=False)
    result = framed_drawing(after, place, (1, 1), is_filling=True)
    sign = f"= {exact(arithmetic.value)}"
    return [
        Figure.from_svg(window, alt="Where the window lies", caption="before", row=row),
        Figure.from_svg(numbers, alt="The numbers in the window", caption="window", row=row, sign=f"{pooled.kind} of"),
        Figure.from_svg(result, alt="Where the number lies in the result", caption="after", row=row, sign=sign),
    ]


def _around(pooled: Pooled) -> str:
    if not pooled.padding:
        return ""
    what = "nothing, which never wins" if pooled.kind == "max" else "zeros, which count in the mean"
    return f" Around the picture: {counted(pooled.padding, 'row and column', 'rows and columns')} of {what}."


def _shown_channel(pooled: Pooled) -> str:
    """Return which channel is drawn, or a colour photo in grey looks like a mistake."""
    channels = pooled.picture.channels
    return f" Drawn below is the {channels[0]} channel alone, in grey." if len(channels) > 1 else ""


def dense_exhibit(dense: DenseEquivalent, *, command: str = "") -> Exhibit:
    """Return a convolution beside its dense equivalent as an exhibit."""
    rows: list[tuple[str, str]] = [
        ("parameters of the convolution", wording.count(dense.conv_parameters)),
        ("parameters of a dense layer between the same numbers", wording.count(dense.dense_parameters)),
        ("times as many", wording.decimal(dense.ratio)),
        ("entries of the matrix", wording.count(dense.entries)),
        ("of them zero", wording.percent(dense.share_zero)),
        ("times that each weight stands in it, on average", wording.decimal(dense.repeats)),
    ]
    if dense.largest_difference is not None:
        rows.append(("largest difference of matrix × input and convolution", f"{dense.largest_difference:.1e}"))
    figures = []
    if dense.matrix is not None and max(dense.matrix.shape) <= MOST_DENSE:
        alt = f"The convolution as a matrix of {dense.matrix.shape[0]} × {dense.matrix.shape[1]}"
        figures.append(
            Figure.from_svg(
                dense_drawing(dense.matrix),
                alt=alt,
                caption=f"{alt}: a row for each output, a column for each input. Every row holds the same few weights, "
                "moved on; all other entries are zero.",
            )
        )
    return Exhibit(
        name=_slug("dense-equivalent-" + "-".join(map(str, dense.kernel_shape))),
        title="A convolution as a dense layer",
        paragraphs=(
            "A convolution is a dense layer most of whose weights are held at zero, and whose others are shared: the "
            "same kernel at every place.",
        ),
        figures=tuple(figures),
        tables=(ExhibitTable(header=("What", "Value"), rows=tuple(rows)),),
        command=command,
    )


def _paragraphs(convolved: Convolved) -> tuple[str, ...]:
    which = (
        "The kernel is turned by 180 degrees first: the convolution of mathematics."
        if convolved.flipped
        else "The kernel lies on the picture as it is. That is cross-correlation, which networks call convolution; the "
        "convolution of mathematics turns the kernel by 180 degrees first (--flip)."
    )
    zeros = (
        "no zeros are added"
        if convolved.padding == "valid"
        else (
            f"{counted(convolved.before[0], 'row')} and {counted(convolved.before[1], 'column')} of zeros are added "
            f"before the picture, {convolved.after[0]} and {convolved.after[1]} behind it"
        )
    )
    return (
        *((convolved.kernel.about,) if convolved.kernel.about else ()),
        which,
        f"Stride {convolved.stride}, padding {convolved.padding}: {zeros}. Height: {convolved.formulas[0]}. "
        f"Width: {convolved.formulas[1]}.",
    )


def _notes(convolved: Convolved) -> tuple[str, ...]:
    notes = ["Results are shown from their smallest to their largest number; numbers are those of the picture's file."]
    if len(convolved.maps) > 1:
        notes.append(
            "A network has a kernel of its own for each channel, and adds up the results; here it is one for all."
        )
    return tuple(notes)


def _maps(convolved: Convolved) -> list[Figure]:
    picture = convolved.picture
    height, width = convolved.shape
    row = "The picture, the kernel and the result"
    figures = []
    if len(picture.values) == 3:
        pixels = np.clip(np.moveaxis(picture.values, 0, 2), 0, 255).astype(np.uint8)
        shown = picture_figure(
            pixels,
            alt=f"The picture {picture.name}",
            caption=f"Picture, {_size(picture.values)}",
            longest=LONGEST,
        )
        figures.append(shown.model_copy(update={"row": row}))
    else:
        figures.append(_plane(picture.values[0], "Picture", _size(picture.values), row=row))
    figures.append(
        Figure.from_svg(
            grid_drawing(convolved.kernel.values, signed=True),
            alt=f"The kernel {convolved.kernel.name}",
            caption=f"Kernel {convolved.kernel.name}: blue adds, orange (dashed) takes away",
            row=row,
            sign="with",
        )
    )
    words = "Result: the channels added up" if len(convolved.maps) > 1 else "Result"
    figures.append(_plane(convolved.result, words, f"{height} × {width}", row=row, sign="→"))
    if len(convolved.maps) > 1:
        each = "Each channel with the kernel: added up they are the result"
        figures += [
            _plane(plane, f"The {channel} channel", "", row=each, sign="+" if number else "")
            for number, (channel, plane) in enumerate(zip(picture.channels, convolved.maps, strict=True))
        ]
    return figures


def _size(values: NDArray[np.float64]) -> str:
    return f"{values.shape[1]} × {values.shape[2]}"


def _plane(plane: NDArray[np.float64], words: str, size: str, *, row: str, sign: str = "") -> Figure:
    caption = ", ".join(part for part in (words, size) if part)
    span = f"{exact(float(plane.min()))} to {exact(float(plane.max()))}"
    if max(plane.shape) <= SHOWN:
        drawn = grid_drawing(plane, signed=False)
        return Figure.from_svg(drawn, alt=caption, caption=caption, row=row, sign=sign)
    shown = picture_figure(
        enlarged(plane), alt=f"{caption}, from {span}", caption=f"{caption}; {span}", longest=LONGEST
    )
    return shown.model_copy(update={"row": row, "sign": sign})


def _step(convolved: Convolved, place: tuple[int, int], number: int) -> list[Figure]:
    """Return one step as a row: the window on the picture, patch, kernel, and the place of their sum in the result."""
    arithmetic = convolved.at(*place)
    kernel, patch = convolved.kernel.values, arithmetic.factor("input")
    row = f"Step {number}: row {place[0]}, column {place[1]} of the result = {exact(arithmetic.value)}"
    height, width = kernel.shape
    window = framed_drawing(_seen(convolved.picture.values), convolved.corner(*place), (height, width))
    several = f"patch in {convolved.picture.channels[0]}" if len(patch) > 1 else "patch"
    result = framed_drawing(convolved.result, place, (1, 1), signed=True, is_filling=True)
    return [
        Figure.from_svg(window, alt="Where the kernel lies on the picture", caption="picture", row=row),
        Figure.from_svg(grid_drawing(patch[0], signed=False), alt="The numbers under it", caption=several, row=row),
        Figure.from_svg(grid_drawing(kernel, signed=True), alt="The kernel", caption="kernel", row=row, sign="×"),
        Figure.from_svg(
            result,
            alt="Where the sum lies in the result",
            caption="result",
            row=row,
            sign=_sum_words((patch * kernel).sum(axis=(1, 2)), arithmetic.value),
        ),
    ]


def _sum_words(sums: NDArray[np.float64], total: float) -> str:
    """Return what the channels bring and what they make, e.g. "= 946 + 916 + 1,013 = 2,875"."""
    if len(sums) == 1:
        return f"= {exact(total)}"
    each = " + ".join(exact(float(one)) for one in sums[:3])
    return f"= {each}{' + ...' if len(sums) > 3 else ''} = {exact(total)}"


def _seen(values: NDArray[np.float64]) -> NDArray[np.float64] | NDArray[np.uint8]:
    """Return a picture [C, H, W] as it is looked at: [H, W], or [H, W, 3] in colour."""
    if len(values) != 3:
        plane: NDArray[np.float64] = values[0]
        return plane
    return np.clip(np.moveaxis(values, 0, 2), 0, 255).astype(np.uint8)


def _terms(convolved: Convolved, place: tuple[int, int]) -> ExhibitTable:
    """Return patch x kernel of one number, a row per product, zeros left out where there are many."""
    arithmetic = convolved.at(*place)
    patch, weight = arithmetic.factor("input"), arithmetic.factor("weight")
    rows = []
    for channel, row, column in np.ndindex(patch.shape):
        product = patch[channel, row, column] * weight[channel, row, column]
        if product == 0 and patch.size > 32:
            continue
        where = f"{convolved.picture.channels[channel]}, " if len(patch) > 1 else ""
        rows.append(
            (
                f"{where}row {row}, column {column} of the kernel",
                exact(float(patch[channel, row, column])),
                exact(float(weight[channel, row, column])),
                exact(float(product)),
            )
        )
    left_out = len(rows) - MOST_TERMS
    shown = rows[:MOST_TERMS]
    if left_out > 0:
        shown.append((f"{left_out} more", "", "", ""))
    shown.append(("sum", "", "", exact(arithmetic.value)))
    return ExhibitTable(
        header=("Where", "Picture", "Kernel", "Product"),
        rows=tuple(shown),
        fold=f"The {len(rows):,} products of row {place[0]}, column {place[1]} of the result"
        + ("" if len(rows) == patch.size else "; zeros are left out"),
    )


def _slug(words: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:90] or "kernel"
