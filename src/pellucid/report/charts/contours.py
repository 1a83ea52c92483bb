"""Lines of equal height over a square, and the ground between them shaded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from pellucid.report.charts.axes import horizontal_axis, vertical_axis
from pellucid.report.charts.svg import Scale, drawing, element, number, text
from pellucid.report.wording import decimal

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 420.0, 44.0, 16.0, 24.0, 42.0


def contour_map(
    steps: NDArray[np.float64],
    heights: NDArray[np.float64],
    *,
    levels: Sequence[float] | NDArray[np.float64],
    label: str,
    log: bool = False,
) -> Markup:
    """Return contours of heights over a square, the middle marked.

    Args:
        steps: [S] places, ascending, the same along both sides.
        heights: [S, S], rows along the vertical; not finite is left blank.
        levels: ascending; lines are drawn at them, and the darker the ground, the lower.
        label: what the picture shows, for those who do not see it.
        log: whether heights between places are interpolated by their logarithm.
    """
    from contourpy import contour_generator

    across = Scale(float(steps[0]), float(steps[-1]), LEFT, WIDTH - RIGHT)
    side = across.end - across.start
    up = Scale(float(steps[0]), float(steps[-1]), TOP + side, TOP)
    ground = np.log(np.maximum(heights, 1e-300)) if log else heights
    marks = np.log(np.maximum(levels, 1e-300)) if log else np.asarray(levels, np.float64)
    found: Any = contour_generator(steps, steps, np.ma.masked_invalid(ground))
    parts = [element("rect", x=across.start, y=TOP, width=side, height=side, class_="field")]
    # From the lowest level on, each ground lies over the one around it: what is inside is lower.
    for place, mark in reversed(list(enumerate(marks.tolist()))):
        outlines, _ = found.filled(-np.inf, mark)
        path = "".join(_path(points, across, up, close=True) for points in outlines)
        if path:
            shade = 0.08 + 0.72 * (1 - place / max(1, len(marks) - 1))
            parts.append(element("path", d=path, class_="depth", fill_opacity=round(shade / 4, 3)))
    for place, mark in enumerate(marks.tolist()):
        lines = found.lines(mark)
        path = "".join(_path(points, across, up, close=False) for points in lines)
        if not path:
            continue
        parts.append(element("path", d=path, class_="contour"))
        longest = max(lines, key=len)
        if place % 2 == 0 and len(longest) > 8:
            x, y = longest[len(longest) // 3]
            words = decimal(float(levels[place]), 2)
            parts.append(text(across(x), up(y) + 4, words, anchor="middle", class_="height"))
    middle = across(0.0), up(0.0)
    parts.append(element("path", d=_cross(*middle), class_="here"))
    parts.append(horizontal_axis(across, TOP + side, title="first direction"))
    parts.append(vertical_axis(up, LEFT, LEFT))
    parts.append(text(LEFT, TOP - 8, "second direction", class_="axis-title"))
    return drawing(*parts, width=WIDTH, height=TOP + side + BOTTOM, label=label, class_="contours")


def _path(points: NDArray[np.float64], across: Scale, up: Scale, *, close: bool) -> str:
    steps = "L".join(f"{number(across(x))} {number(up(y))}" for x, y in points.tolist())
    return f"M{steps}{'Z' if close else ''}"


def _cross(x: float, y: float, arm: float = 6.0) -> str:
    return f"M{number(x - arm)} {number(y)}H{number(x + arm)}M{number(x)} {number(y - arm)}V{number(y + arm)}"
