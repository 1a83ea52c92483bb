"""Walks over a loss: over its contours, along its curve, and how far they are above its minimum step by step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from pellucid.report.charts.axes import BOTTOM, LEFT, RIGHT, TOP, horizontal_axis, padded, vertical_axis
from pellucid.report.charts.looks import ROW, star, walk_legend, walk_line, walk_mark, within
from pellucid.report.charts.svg import Scale, drawing, element, number, text, ticks

Floats = NDArray[np.float64]
WIDTH, FIELD = 420.0, 300.0
SMALL_WIDTH, SMALL_FIELD = 300.0, 200.0
MARKS = 12
"""Steps that get a marker; further ones are only a line."""
LEVELS = 14
FLOOR, CEILING = 1e-9, 1e3
"""Times the first loss above the minimum: what is nearer is drawn at the floor, what has run away at the ceiling."""


@dataclass(frozen=True)
class Walk:
    """A polyline that begins at its first point.

    Attributes:
        name: in the legend; "" for none.
        points: [N, 2], in the units of the axes.
        look: which of the five looks.
    """

    name: str
    points: Floats
    look: int


def walk_map(
    axes: Sequence[Floats],
    heights: Floats,
    walks: Sequence[Walk],
    *,
    names: Sequence[str],
    minima: Sequence[Sequence[float]],
    label: str,
    is_small: bool = False,
) -> Markup:
    """Return walks over the contours of a loss of two parameters, its minima starred.

    Args:
        axes: [S] places along the first parameter, [T] along the second.
        heights: [T, S]; the darker the ground, the lower.
        walks: over it; what lies outside is not drawn.
        names: of the two parameters.
        minima: places.
        label: what the picture shows, for those who do not see it.
        is_small: whether it is one of several panels.
    """
    across, up, legend = _field(axes[0][[0, -1]].tolist(), axes[1][[0, -1]].tolist(), walks, is_small)
    parts = [*_ground(axes, heights, across, up), *_axes(across, up, names)]
    low, high = [float(axis[0]) for axis in axes], [float(axis[-1]) for axis in axes]
    parts += _walked(walks, low, high, across, up)
    parts += [star(across(x), up(y)) for x, y in minima]
    return _finished(parts, walks, across, up, legend, label)


def walk_curve(
    axis: Floats,
    losses: Floats,
    walks: Sequence[Walk],
    *,
    name: str,
    minima: Sequence[Sequence[float]],
    label: str,
    is_small: bool = False,
) -> Markup:
    """Return walks along the curve of a loss of one parameter; as in `walk_map`, with the loss upwards."""
    low, high = padded([float(losses.min()), float(losses.max())])
    across, up, legend = _field(axis[[0, -1]].tolist(), [low, high], walks, is_small)
    curve = np.column_stack([axis, losses])
    path = "L".join(f"{number(across(x))} {number(up(y))}" for x, y in curve.tolist())
    parts = [*_axes(across, up, (name, "loss")), element("path", d=f"M{path}", class_="ideal", fill="none")]
    parts += _walked(walks, [float(axis[0]), low], [float(axis[-1]), high], across, up)
    parts += [star(across(x), up(y)) for x, y in minima]
    return _finished(parts, walks, across, up, legend, label)


def loss_lines(losses: Sequence[tuple[str, Floats]], *, label: str) -> Markup:
    """Return how far losses are above their minimum over the steps, on a logarithmic scale.

    Args:
        losses: (name, [steps + 1] at least 0) of each walk.
        label: what the picture shows, for those who do not see it.
    """
    first = max(float(values[0]) for _, values in losses) or 1.0
    ends = FLOOR * first, CEILING * first
    shown = [(name, np.clip(np.nan_to_num(values, nan=ends[1], posinf=ends[1]), *ends)) for name, values in losses]
    low, high = min(float(values.min()) for _, values in shown), max(float(values.max()) for _, values in shown)
    steps = max(len(values) for _, values in shown) - 1
    across = Scale(0.0, float(max(steps, 1)), LEFT + 14, WIDTH - RIGHT)
    up = Scale(low / 1.5, high * 1.5, TOP + FIELD - 60, TOP, log=True)
    powers = range(int(np.ceil(np.log10(up.low))), int(np.floor(np.log10(up.high))) + 1)
    places = [10.0**power for power in powers][:: max(1, len(powers) // 6)]
    parts = [
        vertical_axis(up, across.start, across.end, at=places),
        horizontal_axis(across, up.start, title="step"),
        text(across.end, up.start + 34, "logarithmic scale", anchor="end", class_="note"),
    ]
    for look, (_, values) in reversed(list(enumerate(shown))):
        every = np.unique(np.linspace(0, len(values) - 1, min(len(values), 400)).round().astype(int))
        places_of = np.array([(across(float(step)), up(float(values[step]))) for step in every])
        parts.append(walk_line([places_of], look))
        parts.append(walk_mark(float(places_of[-1, 0]), float(places_of[-1, 1]), look))
    bottom = up.start + BOTTOM + 10
    parts += walk_legend([name for name, _ in shown], across.start, bottom + ROW - 6)
    return drawing(*parts, width=WIDTH, height=bottom + ROW * len(shown) + 4, label=label, class_="walks")


def _field(
    first: Sequence[float], second: Sequence[float], walks: Sequence[Walk], is_small: bool
) -> tuple[Scale, Scale, float]:
    """Return the scales, and where the legend begins."""
    width, tall = (SMALL_WIDTH, SMALL_FIELD) if is_small else (WIDTH, FIELD)
    across = Scale(first[0], first[1], LEFT + (6 if is_small else 14), width - RIGHT)
    up = Scale(second[0], second[1], TOP + tall, TOP)
    return across, up, up.start + BOTTOM + 10


def _axes(across: Scale, up: Scale, names: Sequence[str]) -> list[Markup]:
    is_small = across.end < SMALL_WIDTH
    middle, x = (up.start + up.end) / 2, 11.0
    turned = element(
        "text",
        names[1],
        x=x,
        y=middle,
        text_anchor="middle",
        class_="axis-title",
        transform=f"rotate(-90 {x} {middle})",
    )
    places = ticks(across.low, across.high, 4 if is_small else 6)
    sides = [horizontal_axis(across, up.start, title=names[0], at=places)]
    return [vertical_axis(up, across.start, across.end), *sides, turned]


def _ground(axes: Sequence[Floats], heights: Floats, across: Scale, up: Scale) -> list[Markup]:
    from contourpy import contour_generator

    found: Any = contour_generator(axes[0], axes[1], heights)
    levels = np.linspace(float(heights.min()), float(heights.max()), LEVELS + 1)[1:]
    rect = element(
        "rect", x=across.start, y=up.end, width=across.end - across.start, height=up.start - up.end, class_="field"
    )
    parts = [rect]
    for level in levels[::-1].tolist():
        outlines, _ = found.filled(-np.inf, level)
        path = "".join(_path(points, across, up) + "Z" for points in outlines)
        if path:
            parts.append(element("path", d=path, class_="depth", fill_opacity=0.045))
    lines = [points for level in levels[:-1].tolist() for points in found.lines(level)]
    parts.append(element("path", d="".join(_path(points, across, up) for points in lines), class_="contour"))
    return parts


def _path(points: Floats, across: Scale, up: Scale) -> str:
    return "M" + "L".join(f"{number(across(x))} {number(up(y))}" for x, y in points.tolist())


def _walked(
    walks: Sequence[Walk], low: Sequence[float], high: Sequence[float], across: Scale, up: Scale
) -> list[Markup]:
    parts = []
    for walk in reversed(walks):  # the first on top
        pieces = [np.array([(across(x), up(y)) for x, y in piece.tolist()]) for piece in within(walk.points, low, high)]
        parts.append(walk_line(pieces, walk.look))
    for walk in reversed(walks):
        first = walk.points[:MARKS]
        seen = first[((first >= low) & (first <= high)).all(axis=1)]
        parts += [walk_mark(across(x), up(y), walk.look) for x, y in seen.tolist()]
    return parts


def _finished(
    parts: Sequence[Markup], walks: Sequence[Walk], across: Scale, up: Scale, legend: float, label: str
) -> Markup:
    names = [walk.name for walk in walks if walk.name]
    legend -= 0 if names else 10
    rows = [*walk_legend(names, LEFT - 30, legend + ROW - 6)] if names else []
    return drawing(
        *parts, *rows, width=across.end + RIGHT, height=legend + ROW * len(names) + 4, label=label, class_="walks"
    )
