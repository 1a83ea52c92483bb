"""The shapes of which drawings of networks are made: volumes, tokens, neurons, arrows.

Each glyph stands at a left edge `x`, centred on the height `MIDDLE`, and says where its right edge is and between which
heights arrows and lines may touch it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pellucid.report.charts.lettering import text_width
from pellucid.report.charts.svg import element, line, text

MIDDLE = 122.0
TALLEST = 128.0
SLANT = 0.42
MOST_NEURONS = 12
MOST_TOKENS = 9
RADIUS = 5.5
FEW_WEIGHTS = 8
"""Connections between two columns up to which their weights are written."""
WEIGHT = 11.0
"""Size of the letters of a weight."""
SHARES = (0.5, 0.35, 0.65, 0.25, 0.75, 0.18, 0.82, 0.42, 0.58)
"""Where along its line a weight may be written, best first."""


@dataclass(frozen=True)
class Glyph:
    """One drawn thing.

    Attributes:
        picture: its SVG.
        width: from its left edge on.
        top, bottom: its heights.
        face: corners of its far face (x, y) clockwise from the upper left, where windows are drawn; () for none.
        points: heights of its neurons, where it has some.
    """

    picture: Markup
    width: float
    top: float
    bottom: float
    face: tuple[tuple[float, float], ...] = ()
    points: tuple[float, ...] = ()


def volume(x: float, sizes: tuple[int, ...], largest: int, *, copies: int = 1, patch: int = 0) -> Glyph:
    """Return a box: its depth along the flow tells the channels, its far face the height and width.

    Args:
        x: left edge.
        sizes: (height, width, channels).
        largest: side in the whole drawing, that is drawn `TALLEST`.
        copies: boxes behind one another, at most 3 are drawn.
        patch: side of the patches that the input is cut into; 0 for none.
    """
    height, width, channels = sizes
    scale = TALLEST / largest**0.55
    tall, across = max(scale * height**0.55, 5.0), max(scale * width**0.55, 5.0) * SLANT
    deep, rise = 3.0 + 4.6 * math.log2(1 + channels), across * 0.55
    shift = 6.0
    parts = []
    shown = min(copies, 3)
    if shown > 1:
        deep *= 0.62
    top = MIDDLE - tall / 2 + rise / 2
    for copy in range(shown):
        parts.append(_box(x + copy * (deep + shift), top, tall, across, deep, rise))
    left = x + (shown - 1) * (deep + shift) + deep
    face = ((left, top), (left + across, top - rise), (left + across, top - rise + tall), (left, top + tall))
    if patch:
        parts.append(_grid(face, height / patch, width / patch))
    return Glyph(element("g", *parts), left + across - x, top - rise, top + tall, face)


def _box(x: float, top: float, tall: float, across: float, deep: float, rise: float) -> Markup:
    front = f"M{x:.1f} {top:.1f}h{deep:.1f}v{tall:.1f}h{-deep:.1f}z"
    lid = f"M{x:.1f} {top:.1f}l{across:.1f} {-rise:.1f}h{deep:.1f}l{-across:.1f} {rise:.1f}z"
    side = f"M{x + deep:.1f} {top:.1f}l{across:.1f} {-rise:.1f}v{tall:.1f}l{-across:.1f} {rise:.1f}z"
    # Opaque below the tint, so that boxes hide what stands behind them.
    outline = f"M{x:.1f} {top:.1f}l{across:.1f} {-rise:.1f}h{deep:.1f}v{tall:.1f}l{-across:.1f} {rise:.1f}h{-deep:.1f}z"
    faces = [("ground", outline), ("front", front), ("lid", lid), ("side", side)]
    return element("g", *(element("path", d=path, class_=f"face {name}") for name, path in faces))


def _grid(face: tuple[tuple[float, float], ...], rows: float, columns: float) -> Markup:
    """Return lines on a far face, at most 14 each way."""
    (x0, y0), (x1, y1), _, (_, y3) = face
    down, along = y3 - y0, y1 - y0
    path = []
    for share in _shares(rows):
        path.append(f"M{x0:.1f} {y0 + share * down:.1f}L{x1:.1f} {y1 + share * down:.1f}")
    for share in _shares(columns):
        x, y = x0 + share * (x1 - x0), y0 + share * along
        path.append(f"M{x:.1f} {y:.1f}v{down:.1f}")
    return element("path", d="".join(path), class_="patches")


def _shares(count: float) -> list[float]:
    step = max(1, math.ceil(count / 14))
    return [number / count for number in range(step, math.ceil(count), step)]


def window(
    face: tuple[tuple[float, float], ...], sizes: tuple[int, ...], kernel: tuple[int, ...], x: float, y: float
) -> Markup:
    """Return a window on a far face, and the lines from it to a point of the next stage.

    Args:
        face: corners of the far face.
        sizes: (height, width, channels) of that volume.
        kernel: (height, width) of the window.
        x, y: the point.
    """
    (x0, y0), (x1, y1), _, (_, y3) = face
    down, rise = y3 - y0, y1 - y0
    tall = min(max(kernel[0] / sizes[0], 0.1), 1.0)
    wide = min(max(kernel[1] / sizes[1], 0.16), 1.0)
    first, left = 0.5 - tall / 2, min(0.62, 1 - wide) if wide < 1 else 0.0

    def place(across: float, downwards: float) -> tuple[float, float]:
        return x0 + across * (x1 - x0), y0 + across * rise + downwards * down

    corners = [
        place(left, first),
        place(left + wide, first),
        place(left + wide, first + tall),
        place(left, first + tall),
    ]
    outline = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in corners) + "z"
    rays = "".join(f"M{a:.1f} {b:.1f}L{x:.1f} {y:.1f}" for a, b in corners[1:3])
    return element("g", element("path", d=outline, class_="window"), element("path", d=rays, class_="ray"))


def tokens(x: float, sizes: tuple[int, ...], *, copies: int = 1, largest: int = 1) -> Glyph:
    """Return tokens [tokens, numbers] as bars below one another; more than 9 are drawn as 9 with a gap."""
    count, width = sizes
    shown = count if count <= MOST_TOKENS else MOST_TOKENS - 1
    long, high, pitch = 16.0 + 6.0 * math.log2(1 + width), 8.0, 12.5
    gap = 0.0 if shown == count else 11.0
    tall = shown * pitch + gap - (pitch - high)
    top = MIDDLE - tall / 2
    parts = []
    copies = min(copies, 3)
    for copy in range(copies):
        left = x + (copies - 1 - copy) * 6.0
        up = (copies - 1 - copy) * -5.0
        for number in range(shown):
            y = top + up + number * pitch + (gap if gap and number >= shown - 2 else 0.0)
            parts.append(element("rect", x=left, y=y, width=long, height=high, rx=2.5, class_="face ground"))
            parts.append(element("rect", x=left, y=y, width=long, height=high, rx=2.5, class_="face token"))
    wide = long + (copies - 1) * 6.0
    if gap:
        y = top + (shown - 2) * pitch + 1.5
        parts += [
            element("circle", cx=x + long / 2, cy=y + dot * 4.0 - 1.0, r=1.2, class_="dots-between")
            for dot in (0, 1, 2)
        ]
    return Glyph(element("g", *parts), wide, top - (copies - 1) * 5.0, top + tall)


def neurons(x: float, count: int, *, is_large: bool = False) -> Glyph:
    """Return a column of neurons; more than 12 are drawn as a few with dots between them."""
    shown = count if count <= MOST_NEURONS else 8
    # No column is taller than a volume may be: words stand below.
    pitch, gap = min(15.0, TALLEST / max(shown - 1, 1)), 0.0 if shown == count else 16.0
    radius = RADIUS
    if is_large:
        pitch = min(62.0, TALLEST / max(count - 1, 1))
        radius = min(13.0, 0.36 * pitch)
    tall = (shown - 1) * pitch + gap
    top = MIDDLE - tall / 2
    points = tuple(top + number * pitch + (gap if gap and number >= shown - 3 else 0.0) for number in range(shown))
    parts = [element("circle", cx=x + radius, cy=y, r=radius, class_="neuron") for y in points]
    if gap:
        middle = (points[-4] + points[-3]) / 2
        parts += [
            element("circle", cx=x + RADIUS, cy=middle + dot * 5.0, r=1.3, class_="dots-between") for dot in (-1, 0, 1)
        ]
    return Glyph(element("g", *parts), 2 * radius, top - radius, top + tall + radius, points=points)


def arrow(x1: float, x2: float, y: float = MIDDLE) -> Markup:
    """Return a straight arrow to the right."""
    head = element("path", d=f"M{x2:.1f} {y:.1f}l-6 -3.6v7.2z", class_="flow-head")
    return element("g", line(x1, y, x2 - 5, y, class_="flow"), head)


def fan(x1: float, before: tuple[float, ...], x2: float, after: tuple[float, ...]) -> Markup:
    """Return a line from every neuron of a column to every one of the next."""
    path = "".join(f"M{x1:.1f} {a:.1f}L{x2:.1f} {b:.1f}" for a in before for b in after)
    return element("path", d=path, class_="synapses")


def weighted_fan(
    x1: float,
    before: tuple[float, ...],
    x2: float,
    after: tuple[float, ...],
    weights: Sequence[Sequence[float]],
) -> Markup:
    """Return the weights between two columns: thick where large, dashed where negative, numbers where they are few."""
    largest = max((abs(weight) for row in weights for weight in row), default=0.0) or 1.0
    is_few = len(before) * len(after) <= FEW_WEIGHTS
    lines: list[Markup] = []
    words: list[Markup] = []
    taken: list[tuple[float, float, float]] = []
    for goal, row in zip(after, weights, strict=True):
        for start, weight in zip(before, row, strict=True):
            kind = "weight-line" if weight >= 0 else "weight-line negative"
            width = f"{0.4 + 3.2 * abs(weight) / largest:.2f}"
            title = element("title", f"{weight:.4g}")
            lines.append(element("line", title, x1=x1, y1=start, x2=x2, y2=goal, class_=kind, stroke_width=width))
            if is_few:
                said = signed(weight)
                x, y = _free_place((x1, start), (x2, goal), text_width(said, WEIGHT), taken)
                words.append(text(x, y - 3, said, anchor="middle", class_="weight"))
    return element("g", *lines, *words)


def signed(value: float) -> str:
    """Return a weight with its sign, to two places; what is 0 to two places has none."""
    return "0.00" if round(value, 2) == 0 else f"{value:+.2f}".replace("-", "−")


def _free_place(
    start: tuple[float, float], goal: tuple[float, float], width: float, taken: list[tuple[float, float, float]]
) -> tuple[float, float]:
    """Return where on a line words lie on no others, or least on them; and write the place down as taken."""
    best, least = (0.0, 0.0), math.inf
    for share in SHARES:
        x, y = start[0] + share * (goal[0] - start[0]), start[1] + share * (goal[1] - start[1])
        on_others = sum(
            max(0.0, (width + other) / 2 + 2 - abs(x - left)) * max(0.0, WEIGHT + 1 - abs(y - top))
            for left, top, other in taken
        )
        if on_others < least:
            best, least = (x, y), on_others
    taken.append((*best, width))
    return best


def wedge(x1: float, top: float, bottom: float, x2: float, points: tuple[float, ...]) -> Markup:
    """Return the two lines between which a volume is unrolled into a column."""
    path = f"M{x1:.1f} {top:.1f}L{x2:.1f} {points[0]:.1f}M{x1:.1f} {bottom:.1f}L{x2:.1f} {points[-1]:.1f}"
    return element("path", d=path, class_="ray")


def arc(x1: float, y1: float, x2: float, y2: float, height: float, *, class_: str = "skip-way") -> Markup:
    """Return an arrow that leaves upwards, goes over something at a height, and comes down with its head."""
    r = 9.0
    turn = r if x2 - x1 > 2 * r else (x2 - x1) / 2
    path = (
        f"M{x1:.1f} {y1:.1f}V{height + turn:.1f}Q{x1:.1f} {height:.1f} {x1 + turn:.1f} {height:.1f}"
        f"H{x2 - turn:.1f}Q{x2:.1f} {height:.1f} {x2:.1f} {height + turn:.1f}V{y2 - 5:.1f}"
    )
    head = element("path", d=f"M{x2:.1f} {y2:.1f}l-3.6 -6h7.2z", class_=f"{class_}-head")
    return element("g", element("path", d=path, class_=class_), head)


def loop(x1: float, x2: float, top: float) -> Markup:
    """Return an arrow that leaves on the right and comes back on the left: what reads its own last output."""
    y = top - 16.0
    path = f"M{x2 - 6:.1f} {top - 3:.1f}C{x2 + 6:.1f} {y - 14:.1f} {x1 - 6:.1f} {y - 14:.1f} {x1 + 5:.1f} {top - 8:.1f}"
    head = element("path", d=f"M{x1 + 6:.1f} {top - 2:.1f}l-5.5 -5l7 -2.2z", class_="skip-way-head")
    return element("g", element("path", d=path, class_="skip-way"), head)


def badge(x: float, y: float, words: str) -> Markup:
    """Return words in a pill, centred on a point."""
    wide = 12.0 + 7.0 * len(words)
    pill = element("rect", x=x - wide / 2, y=y - 10, width=wide, height=20.0, rx=10, class_="badge")
    return element("g", pill, text(x, y + 4.5, words, anchor="middle", class_="badge-words"))
