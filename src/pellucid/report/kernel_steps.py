"""Drawings of a kernel at work: numbers in cells, the window over the picture, the sum, the cell of the result."""

from __future__ import annotations

from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from pellucid.report import wording
from pellucid.report.charts.svg import drawing, element, text
from pellucid.report.embedding import embed

Plane = NDArray[np.float64]

CELL, WIDE_CELL, MARGIN = 30.0, 42.0, 8.0
SHOWN = 10
"""Rows and columns up to which a whole picture is drawn as numbers."""
THUMBNAIL = 180.0
MOST_NUMBERS = 7
"""Rows and columns of a patch or kernel up to which its numbers are written."""


def grid_drawing(values: Plane, *, signed: bool) -> Markup:
    """Return numbers in cells, shaded by their size.

    Args:
        values: [H, W], of up to some dozens of cells.
        signed: whether to shade by the sign (a kernel), not from smallest to largest (a picture).
    """
    cell = _cell(values)
    parts = _cells(values, MARGIN, MARGIN, cell, signed=signed)
    height, width = values.shape
    return drawing(
        *parts,
        width=width * cell + 2 * MARGIN,
        height=height * _high(values, cell) + 2 * MARGIN,
        label=f"{height} × {width} numbers",
        class_="cells",
        is_fixed=False,
    )


def step_drawing(
    picture: NDArray[np.float64],
    result: Plane,
    patch: NDArray[np.float64],
    kernel: Plane,
    *,
    corner: tuple[int, int],
    place: tuple[int, int],
) -> Markup:
    """Return one step: the window on the picture, patch, kernel, and the place of their sum in the result.

    Args:
        picture: [C, H, W].
        result: [H', W'].
        patch: [C, kh, kw], zeros for padding; of several channels the first one's numbers are written.
        kernel: [kh, kw].
        corner: of the window in the picture; below 0 in the padding.
        place: (row, column) in the result.
    """
    strip = _Strip(sign_height=60)
    strip.add("picture", _framed(picture[0], strip.x, corner, kernel.shape, signed=False), gap=16)
    shown = "patch" if len(patch) == 1 else f"patch, first of {len(patch)} channels"
    strip.add(shown, _numbers(patch[0], strip.x, signed=False), gap=10, fits_title=True)
    strip.sign("×", width=18)
    strip.add("kernel", _numbers(kernel, strip.x, signed=True), gap=10, fits_title=True)
    total = float(result[place])
    strip.equals(total)
    strip.add("result", _framed(result, strip.x, place, (1, 1), signed=True, is_filling=True))
    return strip.drawing(f"Step: the sum of patch times kernel is {exact(total)}")


def pooling_step(
    before: Plane,
    after: Plane,
    place: tuple[int, int],
    window: Plane,
    *,
    corner: tuple[int, int],
    size: int,
    kind: str,
) -> Markup:
    """Return one step of pooling: the window on the picture, its numbers, and the place in the result."""
    strip = _Strip(sign_height=40)
    strip.add("before", _framed(before, strip.x, corner, (size, size), signed=False), gap=18)
    strip.sign(f"{kind} of", width=80)
    strip.add("window", _numbers(window, strip.x, signed=False), gap=14)
    strip.equals(float(after[place]))
    strip.add("after", _framed(after, strip.x, place, (1, 1), signed=False, is_filling=True))
    return strip.drawing(f"Step of {kind} pooling")


class _Strip:
    """Pictures and signs side by side, from left to right; `x` is where the next one begins."""

    def __init__(self, *, sign_height: float) -> None:
        self.x = MARGIN
        self._sign_y = MARGIN + sign_height
        self._parts: list[Markup] = []
        self._heights: list[float] = []

    def add(
        self, title: str, drawn: tuple[Markup, float, float], *, gap: float = 0.0, fits_title: bool = False
    ) -> None:
        """Add a picture drawn at `x`, of a width and a height, with a title that it may be widened for."""
        picture, width, height = drawn
        self._parts += [picture, _title(title, self.x, height)]
        self._heights.append(height)
        self.x += (max(width, 6.2 * len(title)) if fits_title else width) + gap

    def sign(self, words: str, *, width: float) -> None:
        self._parts.append(text(self.x, self._sign_y, words, class_="sign"))
        self.x += width

    def equals(self, value: float) -> None:
        words = f"= {exact(value)}"
        self.sign(words, width=12.5 * len(words) + 12)

    def drawing(self, label: str) -> Markup:
        return drawing(
            *self._parts,
            width=self.x + MARGIN,
            height=max(self._heights) + 2 * MARGIN + 20,
            label=label,
            class_="cells step wide",
        )


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
    plane: Plane, x: float, corner: tuple[int, int], window: tuple[int, ...], *, signed: bool, is_filling: bool = False
) -> tuple[Markup, float, float]:
    """Return a picture with a frame on a window of it, its width and its height; as pixels where numbers are many.

    Of one that `is_filling`, numbers behind the frame are left empty: they come in later steps.
    """
    height, width = plane.shape
    top, left = corner
    if max(plane.shape) <= SHOWN:
        cell = _cell(plane)
        high = _high(plane, cell)
        # A frame may reach into the padding around the picture.
        beyond = [max(-top, 0), max(-left, 0), max(top + window[0] - height, 0), max(left + window[1] - width, 0)]
        x0, y0 = x + beyond[1] * cell, MARGIN + beyond[0] * high
        num_known = top * width + left + 1 if is_filling else plane.size
        cells = _cells(plane, x0, y0, cell, signed=signed, num_known=num_known)
        frame = _frame(x0 + left * cell, y0 + top * high, window[1] * cell, window[0] * high)
        return (
            element("g", *cells, frame),
            (width + beyond[1] + beyond[3]) * cell,
            (height + beyond[0] + beyond[2]) * high,
        )
    scale = THUMBNAIL / max(plane.shape)
    embedded = embed(enlarged(plane), longest=int(THUMBNAIL) * 2, lossless=True)
    seen = element("image", href=embedded.uri, x=x, y=MARGIN, width=width * scale, height=height * scale)
    side = 5.0
    wide, high = max(window[1] * scale, side), max(window[0] * scale, side)
    middle = (x + (left + window[1] / 2) * scale, MARGIN + (top + window[0] / 2) * scale)
    frame = _frame(middle[0] - wide / 2, middle[1] - high / 2, wide, high)
    return element("g", seen, frame), width * scale, height * scale


def _frame(x: float, y: float, width: float, height: float) -> Markup:
    return element("rect", x=x, y=y, width=width, height=height, rx=2, class_="frame")


def _numbers(values: Plane, x: float, *, signed: bool) -> tuple[Markup, float, float]:
    """Return numbers in cells, their width and height; of many the shades alone."""
    cell = _cell(values) if max(values.shape) <= MOST_NUMBERS else 150.0 / max(values.shape)
    high = _high(values, cell) if max(values.shape) <= MOST_NUMBERS else cell
    parts = _cells(values, x, MARGIN, cell, signed=signed, is_written=max(values.shape) <= MOST_NUMBERS)
    return element("g", *parts), values.shape[1] * cell, values.shape[0] * high


def _cells(
    values: Plane,
    x: float,
    y: float,
    cell: float,
    *,
    signed: bool,
    is_written: bool = True,
    num_known: int | None = None,
) -> list[Markup]:
    high = _high(values, cell) if is_written else cell
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
            parts.append(text(*middle, _short(value), anchor="middle", class_="cell-number"))
    return parts


def _cell(values: Plane) -> float:
    return WIDE_CELL if max(len(_short(float(value))) for value in values.ravel()[:400]) > 4 else CELL


def _high(values: Plane, cell: float) -> float:
    return min(cell, CELL)


def _short(value: float) -> str:
    return wording.decimal(value, 2) if value != round(value) else exact(value)


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


def _title(words: str, x: float, height: float) -> Markup:
    return text(x, MARGIN + height + 16, words, class_="note")
