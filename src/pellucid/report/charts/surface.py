"""A loss over two directions as a surface seen from above and aside."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from pellucid.report.charts.lettering import text_width
from pellucid.report.charts.looks import walk_line
from pellucid.report.charts.svg import drawing, element, line, number, text
from pellucid.report.wording import decimal

Floats = NDArray[np.float64]
TURN, TILT = math.radians(32), math.radians(34)
"""How far the ground is turned, and how far the eye stands above it."""
REACH, RISE, MIDDLE, TALL = 0.27, 0.28, (0.5, 0.52), 0.85
"""Half a side of the ground, the height of the surface, the place of the ground's middle, and the height of the whole,
in widths of the drawing."""
MOST_FACETS = 40
"""Facets along a side."""


def surface_drawing(
    axes: Sequence[Floats],
    heights: Floats,
    *,
    names: Sequence[str],
    title: str,
    label: str,
    paths: Sequence[Floats] = (),
    width: float = 420.0,
    ends: tuple[float, float] | None = None,
) -> Markup:
    """Return a surface, its lowest places dark, its highest light (cividis, which the colour-blind read alike).

    Args:
        axes: [S] places along the first direction, [T] along the second.
        heights: [T, S], finite.
        names: of the two directions.
        title: what upwards is.
        label: what the picture shows, for those who do not see it.
        paths: [N, 3] each: polylines on it as (first, second, height), the first on top.
        ends: of the upwards axis; None for the lowest and the highest place.
        width: of the drawing, in its own units, in which words are of one size.
    """
    first, second = (_thinned(len(axis)) for axis in axes)
    drawn = heights[np.ix_(second, first)]
    low, high = ends or (float(drawn.min()), float(drawn.max()))
    span = (high - low) or 1.0

    def flat(values: Floats, axis: Floats) -> Floats:
        placed: Floats = 2 * (values - axis[0]) / (axis[-1] - axis[0]) - 1
        return placed

    x, y = np.meshgrid(flat(axes[0][first], axes[0]), flat(axes[1][second], axes[1]))
    parts = [*_frame(axes, (low, high), names, title, width), *_facets(x, y, (drawn - low) / span, width)]
    for look, path in reversed(list(enumerate(paths))):
        share = np.clip((path[:, 2] - low) / span, 0, 1)
        parts.append(walk_line([_seen(flat(path[:, 0], axes[0]), flat(path[:, 1], axes[1]), share, width)], look))
    return drawing(*parts, width=width, height=TALL * width, label=label, class_="walks surface")


def _thinned(count: int) -> NDArray[np.intp]:
    return np.unique(np.linspace(0, count - 1, min(count, MOST_FACETS + 1)).round().astype(np.intp))


def _seen(x: Floats, y: Floats, height: Floats, width: float) -> Floats:
    """Return [..., 2], where places of the ground (-1 to 1) at a height (0 to 1) are seen."""
    right = x * math.cos(TURN) + y * math.sin(TURN)
    away = y * math.cos(TURN) - x * math.sin(TURN)
    up = away * math.sin(TILT) * REACH + height * math.cos(TILT) * RISE
    return width * np.stack([MIDDLE[0] + right * REACH, MIDDLE[1] - up], axis=-1)


def _facets(x: Floats, y: Floats, height: Floats, width: float) -> list[Markup]:
    """Return the facets, the furthest first, so that what is near hides what is behind it."""
    from matplotlib import colormaps

    corners = _seen(x, y, height, width)
    away = y * math.cos(TURN) - x * math.sin(TURN)
    columns = height.shape[1] - 1
    means = (height[:-1, :-1] + height[1:, :-1] + height[1:, 1:] + height[:-1, 1:]) / 4
    shades = np.rint(255 * colormaps["cividis"](means.reshape(-1))[:, :3]).astype(int).tolist()
    order = np.argsort(-(away[:-1, :-1] + away[1:, 1:]).reshape(-1), kind="stable").tolist()
    parts = []
    for place in order:
        row, column = divmod(place, columns)
        ring = (corners[row, column], corners[row, column + 1], corners[row + 1, column + 1], corners[row + 1, column])
        path = "L".join(f"{number(float(a))} {number(float(b))}" for a, b in ring)
        red, green, blue = shades[place]
        colour = f"#{red:02x}{green:02x}{blue:02x}"
        parts.append(element("path", d=f"M{path}Z", class_="facet", fill=colour, stroke=colour))
    return parts


def _frame(
    axes: Sequence[Floats], ends: tuple[float, float], names: Sequence[str], title: str, width: float
) -> list[Markup]:
    """Return the ground's edges, with the ends of each direction beside the two near ones, and the height's."""

    def at(x: float, y: float, height: float = 0.0) -> tuple[float, float]:
        seen = _seen(np.array(x), np.array(y), np.array(height), width).tolist()
        return seen[0], seen[1]

    left, near, right, far = at(-1, -1), at(1, -1), at(1, 1), at(-1, 1)
    top = at(-1, -1, 1.0)
    edges = ((left, near), (near, right), (right, far), (far, left), (left, top))
    parts = [line(*start, *end, class_="axis") for start, end in edges]
    for axis, start, end, name, anchor, shift in (
        (axes[0], left, near, names[0], "end", -5.0),
        (axes[1], near, right, names[1], "start", 5.0),
    ):
        for value, share in ((float(axis[0]), 0.12), (float(axis[-1]), 0.92)):
            x, y = (a + share * (b - a) for a, b in zip(start, end, strict=True))
            parts.append(text(x + shift, y + 14, decimal(value, 2), anchor=anchor, class_="tick"))
        x, y = ((a + b) / 2 for a, b in zip(start, end, strict=True))
        most = width - text_width(name, 13.0) - 2 if anchor == "start" else width
        parts.append(text(min(x + 2 * shift, most), y + 20, name, anchor=anchor, class_="axis-title"))
    parts.append(text(top[0] - 5, top[1] + 4, decimal(ends[1], 2), anchor="end", class_="tick"))
    parts.append(text(left[0] - 5, left[1] + 2, decimal(ends[0], 2), anchor="end", class_="tick"))
    parts.append(text(4, 14, f"upwards: {title}", class_="axis-title"))
    return parts
