"""Examples on a map: a mark per example, its class told by shape and colour; or the pictures themselves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from pellucid.report.charts.svg import Scale, drawing, element, number, text

WIDTH, EDGE, ROW = 520.0, 14.0, 20.0
THUMBNAIL = 30.0
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a8a8a")
"""After Okabe and Ito, told apart also by the colour-blind."""
SHAPES = ("circle", "square", "triangle", "diamond", "cross", "down", "plus", "star")
WRONG = "#c4302b"
_CORNERS = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "triangle": ((0, -1.15), (1.1, 0.85), (-1.1, 0.85)),
    "down": ((0, 1.15), (1.1, -0.85), (-1.1, -0.85)),
    "diamond": ((0, -1.3), (1.1, 0), (0, 1.3), (-1.1, 0)),
    "star": tuple(
        (math.sin(k * math.pi / 5) * size, -math.cos(k * math.pi / 5) * size) for k, size in enumerate([1.4, 0.6] * 5)
    ),
}
_STROKES = {"cross": ((1, 1), (1, -1)), "plus": ((1.25, 0), (0, 1.25))}
MANY_CLASSES = 24
"""Classes beyond which a legend would be longer than the map."""


@dataclass(frozen=True)
class CloudPoint:
    """One example.

    Attributes:
        x, y: its place.
        group: index of its class; -1 for none.
        wrong: whether the answer is wrong.
        words: its name, target and answer.
        picture: of it as a data URI, or "".
    """

    x: float
    y: float
    group: int
    wrong: bool
    words: str
    picture: str = ""


def cloud(points: Sequence[CloudPoint], *, names: Sequence[str], label: str, many: bool = False) -> Markup:
    """Return a mark per example; mistakes have a ring around them.

    Args:
        points: at least one.
        names: of the groups, for the legend.
        label: what the picture shows, for those who do not see it.
        many: whether to draw smaller marks.
    """
    shown = sorted({point.group for point in points if point.group >= 0})
    legend, top = _legend(shown, names, any(point.wrong for point in points))
    across, up = _scales(points, top, WIDTH)
    radius = 2.4 if many else 3.6
    parts = [element("rect", x=EDGE / 2, y=top, width=WIDTH - EDGE, height=WIDTH, rx=6.0, class_="field")]
    # Mistakes last, so that no other mark hides them.
    for point in sorted(points, key=lambda one: one.wrong):
        x, y = across(point.x), up(point.y)
        drawn = mark(point.group, x, y, radius)
        ring = [element("circle", cx=x, cy=y, r=radius + 3.2, fill="none", stroke=shade(WRONG), stroke_width=1.8)]
        parts.append(element("g", element("title", point.words), drawn, *(ring if point.wrong else [])))
    return drawing(*legend, *parts, width=WIDTH, height=top + WIDTH + 8, label=label, class_="cloud marks wide")


def thumbnail_map(points: Sequence[CloudPoint], *, label: str, size: float = 900.0) -> Markup:
    """Return pictures at their places: as many as fit without touching, mistakes first and in a frame with their words.

    Args:
        points: with pictures; the first come first.
        label: what the picture shows, for those who do not see it.
        size: of the drawing, which gets a row of its own.
    """
    across, up = _scales(points, 0.0, size)
    taken: set[tuple[int, int]] = set()
    parts = [element("rect", x=2.0, y=0.0, width=size - 4, height=size, rx=6.0, class_="field")]
    cell = THUMBNAIL + 4
    for point in sorted(points, key=lambda one: not one.wrong):
        x, y = across(point.x), up(point.y)
        place = (math.floor(x / cell), math.floor(y / cell))
        if place in taken or not point.picture:
            continue
        taken.add(place)
        left, above = place[0] * cell + 2, place[1] * cell + 2
        image = element("image", href=point.picture, x=left, y=above, width=THUMBNAIL, height=THUMBNAIL)
        frame = element(
            "rect",
            x=left - 0.5,
            y=above - 0.5,
            width=THUMBNAIL + 1,
            height=THUMBNAIL + 1,
            fill="none",
            stroke=shade(WRONG if point.wrong else COLOURS[point.group % len(COLOURS)]),
            stroke_width=3.0 if point.wrong else 1.0,
            stroke_dasharray="4 2" if point.wrong else None,
        )
        parts.append(element("g", element("title", point.words), image, frame))
    return drawing(*parts, width=size, height=size, label=label, class_="cloud wide")


def shade(colour: str) -> str:
    """Return a colour a little nearer to the page's ink: darker in light, lighter in dark, so that it stands out."""
    return f"color-mix(in srgb, {colour} 72%, currentColor)"


def _scales(points: Sequence[CloudPoint], top: float, size: float) -> tuple[Scale, Scale]:
    """Return scales of one unit length in both directions, the cloud in the middle of its square."""
    xs, ys = [point.x for point in points], [point.y for point in points]
    reach = max(max(xs) - min(xs), max(ys) - min(ys), 1e-9) / 2 * 1.06
    middle = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    across = Scale(middle[0] - reach, middle[0] + reach, EDGE, size - EDGE)
    return across, Scale(middle[1] - reach, middle[1] + reach, top + size - EDGE, top + EDGE)


def _legend(groups: Sequence[int], names: Sequence[str], mistakes: bool) -> tuple[list[Markup], float]:
    """Return marks with their names, in rows, and the height they take."""
    parts, x, y = [], EDGE, 12.0
    entries = [(mark, group, names[group]) for group in groups] if len(groups) <= MANY_CLASSES else []
    for draw, group, name in entries:
        words = name if len(name) <= 24 else f"{name[:23]}…"
        if x + 22 + 7.4 * len(words) > WIDTH and x > EDGE:
            x, y = EDGE, y + ROW
        parts += [draw(group, x + 6, y, 4.6), text(x + 16, y + 4.5, words, class_="key")]
        x += 30 + 7.4 * len(words)
    if mistakes:
        if x + 120 > WIDTH:
            x, y = EDGE, y + ROW
        parts.append(element("circle", cx=x + 6, cy=y, r=6.5, fill="none", stroke=shade(WRONG), stroke_width=1.8))
        parts.append(text(x + 18, y + 4.5, "wrong answer", class_="key"))
    return parts, (y + ROW - 4 if entries or mistakes else 4.0)


def mark(group: int, x: float, y: float, r: float) -> Markup:
    """Return a group's mark: shapes change from group to group, colours with another period."""
    if group < 0:
        return element("circle", cx=x, cy=y, r=r * 0.9, fill=shade(COLOURS[0]))
    colour, shape = shade(COLOURS[group % len(COLOURS)]), SHAPES[group % len(SHAPES)]
    if shape == "circle":
        return element("circle", cx=x, cy=y, r=r, fill=colour)
    if shape in _CORNERS:
        path = "L".join(f"{number(x + a * r)} {number(y + b * r)}" for a, b in _CORNERS[shape])
        return element("path", d=f"M{path}Z", fill=colour)
    strokes = "".join(
        f"M{number(x + a * r)} {number(y + b * r)}L{number(x - a * r)} {number(y - b * r)}" for a, b in _STROKES[shape]
    )
    return element("path", d=strokes, fill="none", stroke=colour, stroke_width=r * 0.6)


def marks(group: int, places: Sequence[tuple[float, float]], r: float) -> Markup:
    """Return a group's marks at several places, as one path."""
    colour, shape = shade(COLOURS[group % len(COLOURS)]), SHAPES[group % len(SHAPES)]
    if shape in _STROKES:
        strokes = "".join(
            f"M{number(x + a * r)} {number(y + b * r)}l{number(-2 * a * r)} {number(-2 * b * r)}"
            for x, y in places
            for a, b in _STROKES[shape]
        )
        return element("path", d=strokes, fill="none", stroke=colour, stroke_width=r * 0.6)
    if shape == "circle":
        turn = f"a{number(r)} {number(r)} 0 1 0 {number(2 * r)} 0a{number(r)} {number(r)} 0 1 0 {number(-2 * r)} 0"
        return element("path", d="".join(f"M{number(x - r)} {number(y)}{turn}" for x, y in places), fill=colour)
    corners = [(a * r, b * r) for a, b in _CORNERS[shape]]
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(corners)]
    outline = "".join(f"l{number(a)} {number(b)}" for a, b in steps) + "z"
    first = corners[0]
    path = "".join(f"M{number(x + first[0])} {number(y + first[1])}{outline}" for x, y in places)
    return element("path", d=path, fill=colour)
