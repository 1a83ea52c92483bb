"""Numbers in cells, shaded by their size, and pictures with a frame on the window that is spoken of."""

from __future__ import annotations

from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from pellucid.report import wording
from pellucid.report.charts.svg import drawing, element, text
from pellucid.report.embedding import embed

Plane = NDArray[np.float64]

CELL, WIDE_CELL, LETTER, MARGIN = 30.0, 42.0, 7.4, 4.0
SHOWN = 10
"""Rows and columns up to which numbers are written."""
THUMBNAIL, UNWRITTEN, SMALLEST_FRAME = 140.0, 150.0, 5.0
"""Side of a picture, of numbers shown as shades alone, and of the smallest frame on a picture."""


def grid_drawing(values: Plane, *, signed: bool, digits: int = 2) -> Markup:
    """Return numbers in cells, shaded by their size; of many the shades alone.

    Args:
        values: [H, W].
        signed: whether to shade by the sign (a kernel), not from smallest to largest (a picture).
        digits: significant ones of each number that is not whole.
    """
    is_written = max(values.shape) <= SHOWN
    cell = _cell(values, digits) if is_written else UNWRITTEN / max(values.shape)
    high = _high(cell) if is_written else cell
    height, width = values.shape
    return _fixed(
        *_cells(values, MARGIN, MARGIN, cell, signed=signed, is_written=is_written, digits=digits),
        width=width * cell,
        height=height * high,
        label=f"{height} × {width} numbers" if is_written else f"{height} × {width} numbers, as shades",
    )


def framed_drawing(
    plane: Plane | NDArray[np.uint8],
    corner: tuple[int, int],
    window: tuple[int, int],
    *,
    signed: bool = False,
    is_filling: bool = False,
    is_written: bool = True,
    side: float = THUMBNAIL,
) -> Markup:
    """Return a picture, or a map of numbers, with a frame on a window of it; as pixels where numbers are many.

    Args:
        plane: [H, W], or [H, W, 3] uint8.
        corner: (row, column) of the window; below 0 in the padding.
        window: its height and width.
        signed: whether to shade numbers by their sign.
        is_filling: whether numbers behind the frame are left empty: they come in later steps.
        is_written: whether few numbers are written; else all are drawn as pixels.
        side: of what is drawn as pixels.
    """
    drawn, width, height = _framed(
        plane, corner, window, signed=signed, is_filling=is_filling, is_written=is_written, side=side
    )
    place = f"row {corner[0]}, column {corner[1]}"
    return _fixed(drawn, width=width, height=height, label=f"A frame of {window[0]} × {window[1]}, from {place} on")


def _fixed(*parts: Markup, width: float, height: float, label: str) -> Markup:
    size = {"width": width + 2 * MARGIN, "height": height + 2 * MARGIN}
    return drawing(*parts, label=label, class_="cells", is_fixed=True, **size)


def dense_drawing(matrix: Plane) -> Markup:
    """Return a matrix as small cells: shaded where a weight stands, empty where zero."""
    height, width = matrix.shape
    cell = min(14.0, 760.0 / max(width, 1))
    largest = float(np.abs(matrix).max()) or 1.0
    parts = [element("rect", x=MARGIN, y=MARGIN, width=width * cell, height=height * cell, class_="cell-ground")]
    for row, column in zip(*np.nonzero(matrix), strict=True):
        value = float(matrix[row, column])
        kind = "cell-plus" if value > 0 else "cell-minus"
        parts.append(
            element(
                "rect",
                element("title", f"output {row}, input {column}: {exact(value)}"),
                x=MARGIN + column * cell,
                y=MARGIN + row * cell,
                width=cell - 0.6,
                height=cell - 0.6,
                class_=kind,
                fill_opacity=f"{0.25 + 0.75 * abs(value) / largest:.2f}",
            )
        )
    return drawing(
        *parts,
        width=width * cell + 2 * MARGIN,
        height=height * cell + 2 * MARGIN,
        label=f"A matrix of {height} × {width}, {np.count_nonzero(matrix)} entries not zero",
        class_="cells wide",
    )


def _framed(
    plane: NDArray[Any],
    corner: tuple[int, int],
    window: tuple[int, int],
    *,
    signed: bool,
    is_filling: bool,
    is_written: bool,
    side: float,
) -> tuple[Markup, float, float]:
    """Return a picture with a frame on it, its width and its height."""
    height, width = plane.shape[:2]
    top, left = corner
    if is_written and plane.ndim == 2 and max(plane.shape) <= SHOWN:
        cell = _cell(plane)
        high = _high(cell)
        # A frame may reach into the padding around the picture.
        beyond = [max(-top, 0), max(-left, 0), max(top + window[0] - height, 0), max(left + window[1] - width, 0)]
        x0, y0 = MARGIN + beyond[1] * cell, MARGIN + beyond[0] * high
        num_known = top * width + left + 1 if is_filling else plane.size
        cells = _cells(plane, x0, y0, cell, signed=signed, num_known=num_known)
        frame = _frame(x0 + left * cell, y0 + top * high, window[1] * cell, window[0] * high)
        return (
            element("g", *cells, frame),
            (width + beyond[1] + beyond[3]) * cell,
            (height + beyond[0] + beyond[2]) * high,
        )
    scale = side / max(height, width)
    embedded = embed(enlarged(plane), longest=int(side) * 2, lossless=True)
    seen = element("image", href=embedded.uri, x=MARGIN, y=MARGIN, width=width * scale, height=height * scale)
    # What lies beyond the picture is padding; a frame that small that nobody would see it is drawn larger.
    first = (max(left, -1), max(top, -1))
    wide = max((min(left + window[1], width + 1) - first[0]) * scale, SMALLEST_FRAME)
    high = max((min(top + window[0], height + 1) - first[1]) * scale, SMALLEST_FRAME)
    middle = (MARGIN + (left + window[1] / 2) * scale, MARGIN + (top + window[0] / 2) * scale)
    is_small = min(window) * scale < SMALLEST_FRAME
    x, y = (
        (middle[0] - wide / 2, middle[1] - high / 2)
        if is_small
        else (MARGIN + first[0] * scale, MARGIN + first[1] * scale)
    )
    return element("g", seen, _frame(x, y, wide, high)), width * scale, height * scale


def _frame(x: float, y: float, width: float, height: float) -> Markup:
    return element("rect", x=x, y=y, width=width, height=height, rx=2, class_="frame")


def _cells(
    values: Plane,
    x: float,
    y: float,
    cell: float,
    *,
    signed: bool,
    is_written: bool = True,
    num_known: int | None = None,
    digits: int = 2,
) -> list[Markup]:
    high = _high(cell) if is_written else cell
    low, top = float(values.min()), float(values.max())
    span, largest = (top - low) or 1.0, max(abs(low), abs(top)) or 1.0
    parts = []
    for number, (row, column) in enumerate(np.ndindex(values.shape)):
        value = float(values[row, column])
        if num_known is not None and number >= num_known:
            kind, shade = "cell-zero", 0.04
        elif signed:
            kind = "cell-plus" if value > 0 else "cell-minus" if value < 0 else "cell-zero"
            shade = 0.12 + 0.6 * abs(value) / largest
        else:
            kind, shade = "cell-plain", 0.06 + 0.5 * (value - low) / span
        place = {"x": x + column * cell, "y": y + row * high, "width": cell - 1, "height": high - 1}
        parts.append(element("rect", class_=kind, fill_opacity=f"{shade:.2f}", **place))
        if is_written and (num_known is None or number < num_known):
            middle = (x + (column + 0.5) * cell - 0.5, y + (row + 0.5) * high + 4)
            parts.append(text(*middle, _short(value, digits), anchor="middle", class_="cell-number"))
    return parts


def _cell(values: Plane, digits: int = 2) -> float:
    longest = max(len(_short(float(value), digits)) for value in values.ravel()[:400])
    return CELL if longest <= 4 else max(WIDE_CELL, LETTER * longest + 6)


def _high(cell: float) -> float:
    return min(cell, CELL)


def _short(value: float, digits: int = 2) -> str:
    return wording.decimal(value, digits) if value != round(value) else exact(value)


def exact(value: float) -> str:
    """Return a whole number as it is, any other to three digits."""
    whole = round(value)
    return (
        f"{whole:,}".replace("-", "−") if abs(value - whole) < 1e-9 * max(1.0, abs(value)) else wording.decimal(value)
    )


def enlarged(pixels: NDArray[Any]) -> NDArray[Any]:
    """Return a small picture with each pixel repeated, so that it fills about 300 pixels on a page."""
    factor = max(1, 320 // max(pixels.shape[:2]))
    return pixels.repeat(factor, axis=0).repeat(factor, axis=1)
