"""How often which value occurs."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup
from numpy.typing import ArrayLike

from pellucid.report.charts.axes import BOTTOM, LEFT, RIGHT, TOP, horizontal_axis, vertical_axis
from pellucid.report.charts.svg import Scale, drawing, element, line, ticks
from pellucid.report.wording import count, decimal

WIDTH = 420.0
MAX_BINS = 32


def histogram(
    values: ArrayLike,
    *,
    title: str,
    label: str,
    width: float = WIDTH,
    height: float = 220.0,
    mark: float | None = None,
) -> Markup:
    """Return bars of equal width over the range of the values.

    Args:
        values: of any shape; finite, at least one.
        title: words of the horizontal axis.
        label: what the picture shows, for those who do not see it.
        width, height: of the drawing, in its own units; the narrower, the larger its words where it fills a column.
        mark: a value to mark with a line, e.g. 0 for errors.
    """
    numbers = np.asarray(values)
    low, high = float(numbers.min()), float(numbers.max())
    if low == high:
        low, high = low - 0.5, high + 0.5
    num_bins = min(max(5, round(numbers.size**0.5)), MAX_BINS)
    counts, edges = np.histogram(numbers, bins=num_bins, range=(low, high))
    most = int(counts.max())
    across = Scale(low, high, LEFT, width - RIGHT)
    up = Scale(0, most, height - BOTTOM, TOP)
    whole = [place for place in ticks(0, most, 4) if place == int(place)]
    parts = [vertical_axis(up, LEFT, width - RIGHT, at=whole)]
    for size, left, right in zip(counts.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if size:
            x1, x2 = across(left) + 0.6, across(right) - 0.6
            words = element("title", f"{decimal(left)} to {decimal(right)}: {count(size)}")
            parts.append(
                element(
                    "rect", words, x=x1, y=up(size), width=max(x2 - x1, 0.5), height=up.start - up(size), class_="bar"
                )
            )
    if mark is not None and low <= mark <= high:
        parts.append(line(across(mark), TOP, across(mark), height - BOTTOM, class_="ideal"))
    parts.append(horizontal_axis(across, height - BOTTOM, title=title))
    return drawing(*parts, width=width, height=height, label=label)
