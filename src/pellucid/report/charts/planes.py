"""Two classes of points in a plane: over a network's answers, or carried with the plane's grid."""

from __future__ import annotations

from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from pellucid.report.charts.svg import Scale, drawing, element, number

Floats = NDArray[np.float64]
SIDE, EDGE, MARK = 300.0, 6.0, 3.0
LEVELS = 10


def boundary_map(
    probabilities: Floats, reach: float, points: Floats, classes: NDArray[np.int64], *, label: str
) -> Markup:
    """Return a network's answers over a plane, the line where its probability is one half, and the points.

    Args:
        probabilities: [S, S] of class 1 over the square from -reach to reach, rows upwards.
        reach: see there.
        points: [N, 2].
        classes: [N], 0 (filled circles) or 1 (crosses).
        label: what the picture shows, for those who do not see it.
    """
    from contourpy import contour_generator

    across, up = Scale(-reach, reach, EDGE, SIDE - EDGE), Scale(-reach, reach, SIDE - EDGE, EDGE)
    axis = np.linspace(-reach, reach, len(probabilities))
    found: Any = contour_generator(axis, axis, probabilities)
    parts = [_field()]
    for level in range(LEVELS):
        low, high = level / LEVELS, (level + 1) / LEVELS
        outlines, _ = found.filled(low - (1 if level == 0 else 0), high + (1 if level == LEVELS - 1 else 0))
        path = "".join(_path(one, across, up) + "Z" for one in outlines)
        if path:
            strength = 0.08 + 0.34 * abs(low + high - 1)
            kind = f"answer answer-{int(low + high > 1)}"
            parts.append(element("path", d=path, class_=kind, fill_opacity=round(strength, 2)))
    half = "".join(_path(one, across, up) for one in found.lines(0.5))
    parts += [element("path", d=half, class_="half", fill="none")] if half else []
    parts += _marks(points, classes, across, up)
    return drawing(*parts, width=SIDE, height=SIDE, label=label, class_="walks")


def carried_plane(lines: Floats, points: Floats, classes: NDArray[np.int64], *, label: str) -> Markup:
    """Return a grid and points where a layer carries them.

    Args:
        lines: [L, S, 2] polylines.
        points: [N, 2].
        classes: [N], 0 or 1.
        label: what the picture shows, for those who do not see it.
    """
    every = np.concatenate([lines.reshape(-1, 2), points])
    low, high = every.min(axis=0), every.max(axis=0)
    middle, reach = (low + high) / 2, float((high - low).max()) / 2 * 1.04 or 1.0
    across = Scale(float(middle[0] - reach), float(middle[0] + reach), EDGE, SIDE - EDGE)
    up = Scale(float(middle[1] - reach), float(middle[1] + reach), SIDE - EDGE, EDGE)
    grid = "".join(_path(one[::2], across, up) for one in lines)
    carried = element("path", d=grid, class_="contour", fill="none")
    return drawing(
        _field(), carried, *_marks(points, classes, across, up), width=SIDE, height=SIDE, label=label, class_="walks"
    )


def _field() -> Markup:
    return element("rect", x=1.0, y=1.0, width=SIDE - 2, height=SIDE - 2, rx=6.0, class_="field")


def _path(points: Floats, across: Scale, up: Scale) -> str:
    return "M" + "L".join(f"{number(across(x))} {number(up(y))}" for x, y in points.tolist())


def _marks(points: Floats, classes: NDArray[np.int64], across: Scale, up: Scale) -> list[Markup]:
    """Return one path of circles and one of crosses."""
    places = [np.array([(across(x), up(y)) for x, y in points[classes == kind].tolist()]) for kind in (0, 1)]
    turn = f"a{MARK} {MARK} 0 1 0 {2 * MARK} 0a{MARK} {MARK} 0 1 0 {-2 * MARK} 0"
    circles = "".join(f"M{number(x - MARK)} {number(y)}{turn}" for x, y in places[0].tolist())
    arm = f"l{2 * MARK} {2 * MARK}m0 {-2 * MARK}l{-2 * MARK} {2 * MARK}"
    crosses = "".join(f"M{number(x - MARK)} {number(y - MARK)}{arm}" for x, y in places[1].tolist())
    return [
        *([element("path", d=circles, class_="point-0")] if circles else []),
        *([element("path", d=crosses, class_="point-1", fill="none")] if crosses else []),
    ]
