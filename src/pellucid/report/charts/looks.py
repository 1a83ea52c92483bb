"""Five lines told apart by colour, dash and marker, so that nobody needs the colour."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from pellucid.report.charts.svg import element, line, number, text

NUM_LOOKS = 5
_CORNERS = (
    (),
    ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    ((0, -1.3), (1.1, 0), (0, 1.3), (-1.1, 0)),
    ((0, -1.2), (1.15, 0.85), (-1.15, 0.85)),
    ((0, 1.2), (1.15, -0.85), (-1.15, -0.85)),
)
"""Of each look's marker around its middle, in radii; the first is a circle."""
ROW = 20.0


def walk_line(pieces: Sequence[NDArray[np.float64]], look: int) -> Markup:
    """Return polylines as one line with a light edge, which lifts it off the ground below.

    Args:
        pieces: [N, 2] places on the drawing each.
        look: which of the five, counted on from the fifth.
    """
    path = "".join(
        "M" + "L".join(f"{number(x)} {number(y)}" for x, y in piece.tolist()) for piece in pieces if len(piece)
    )
    if not path:
        return Markup()
    edge = element("path", d=path, class_="walk-edge", fill="none")
    return element("g", edge, element("path", d=path, class_=f"walk walk-{look % NUM_LOOKS}", fill="none"))


def walk_mark(x: float, y: float, look: int, radius: float = 3.0) -> Markup:
    """Return a look's marker at a place."""
    kind = f"walk-mark walk-mark-{look % NUM_LOOKS}"
    corners = _CORNERS[look % NUM_LOOKS]
    if not corners:
        return element("circle", cx=x, cy=y, r=radius, class_=kind)
    path = "L".join(f"{number(x + a * radius)} {number(y + b * radius)}" for a, b in corners)
    return element("path", d=f"M{path}Z", class_=kind)


def walk_legend(names: Sequence[str], x: float, y: float) -> list[Markup]:
    """Return a row for each name, the first one's words on the height `y`."""
    parts: list[Markup] = []
    for look, name in enumerate(names):
        row = y + ROW * look
        parts.append(line(x, row - 4, x + 30, row - 4, class_=f"walk walk-{look % NUM_LOOKS}"))
        parts.append(walk_mark(x + 15, row - 4, look, 3.6))
        parts.append(text(x + 38, row, name, class_="key"))
    return parts


def star(x: float, y: float, radius: float = 7.0) -> Markup:
    """Return a star, the mark of a minimum."""
    angles = np.arange(10) * np.pi / 5
    sizes = radius * np.tile([1.0, 0.42], 5)
    path = "L".join(
        f"{number(x + size * np.sin(angle))} {number(y - size * np.cos(angle))}"
        for angle, size in zip(angles.tolist(), sizes.tolist(), strict=True)
    )
    return element("path", d=f"M{path}Z", class_="star")


def within(points: NDArray[np.float64], low: Sequence[float], high: Sequence[float]) -> list[NDArray[np.float64]]:
    """Return what of a polyline lies in a rectangle, as polylines (Liang and Barsky 1984).

    Args:
        points: [N, 2]; what is not finite ends it.
        low, high: the rectangle's corners.
    """
    bad = np.flatnonzero(~np.isfinite(points).all(axis=1))
    walked: list[list[float]] = (points[: bad[0]] if len(bad) else points).tolist()
    pieces: list[list[list[float]]] = []
    is_open = False
    for start, end in pairwise(walked):
        kept = _inside(start, end, low, high)
        if kept is None:
            is_open = False
            continue
        first, last = (
            [a + share * (b - a) for a, b in zip(start, end, strict=True)]
            if 0 < share < 1
            else [start, end][int(share)]
            for share in kept
        )
        if not is_open:
            pieces.append([first])
        pieces[-1].append(last)
        is_open = kept[1] == 1.0
    return [np.array(piece) for piece in pieces]


def _inside(
    start: Sequence[float], end: Sequence[float], low: Sequence[float], high: Sequence[float]
) -> tuple[float, float] | None:
    """Return between which shares of its way a straight line is in a rectangle; None: nowhere."""
    first, last = 0.0, 1.0
    for at, to, least, most in zip(start, end, low, high, strict=True):
        way = to - at
        if way == 0:
            if not least <= at <= most:
                return None
            continue
        enter, leave = sorted(((least - at) / way, (most - at) / way))
        first, last = max(first, enter), min(last, leave)
    return (first, last) if first <= last else None
