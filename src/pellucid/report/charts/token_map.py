"""Tokens on a map: each written at its place, where there is room, and told apart by a mark and a colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pellucid.report.charts.clouds import mark
from pellucid.report.charts.lettering import text_width
from pellucid.report.charts.svg import Scale, drawing, element, text

WIDTH, EDGE, ROW, SIZE = 460.0, 22.0, 20.0, 16.0
LONGEST = 14
"""Letters of a token that are written; a longer one ends in dots."""


@dataclass(frozen=True)
class PlacedToken:
    """One token.

    Attributes:
        x, y: its place.
        group: index of its kind.
        name: as it is written.
        words: what a pointer resting on it reads.
    """

    x: float
    y: float
    group: int
    name: str
    words: str


def token_map(tokens: Sequence[PlacedToken], *, names: Sequence[str], label: str) -> Markup:
    """Return a map on which tokens are written; where one would cover another it is a mark alone.

    Args:
        tokens: at least one; the first ones are written first.
        names: of the groups, for the legend.
        label: what it shows, for who does not see it.
    """
    legend, top = _legend(sorted({token.group for token in tokens}), names)
    xs, ys = [token.x for token in tokens], [token.y for token in tokens]
    reach = max(max(xs) - min(xs), max(ys) - min(ys), 1e-9) / 2 * 1.04
    middle = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2
    across = Scale(middle[0] - reach, middle[0] + reach, EDGE, WIDTH - EDGE)
    up = Scale(middle[1] - reach, middle[1] + reach, top + WIDTH - EDGE, top + EDGE)
    taken: list[tuple[float, float, float, float]] = []
    parts = [element("rect", x=2.0, y=top, width=WIDTH - 4, height=WIDTH, rx=6.0, class_="field")]
    for token in tokens:
        x, y = across(token.x), up(token.y)
        drawn = [element("title", token.words), mark(token.group, x, y, 2.6)]
        name = token.name if len(token.name) <= LONGEST else f"{token.name[: LONGEST - 1]}…"
        wide = text_width(name, SIZE)
        for left, anchor in ((x + 5, "start"), (x - 5, "end")):
            start = left if anchor == "start" else left - wide
            box = (min(start, x - 3), y - SIZE / 2, max(start + wide, x + 3), y + SIZE / 2)
            if box[0] >= 2 and box[2] <= WIDTH and not any(_meet(box, other) for other in taken):
                taken.append(box)
                drawn.append(text(left, y + 5, name, anchor=anchor, class_="key"))
                break
        parts.append(element("g", *drawn))
    return drawing(*legend, *parts, width=WIDTH, height=top + WIDTH + 6, label=label, class_="cloud marks named")


def _legend(groups: Sequence[int], names: Sequence[str]) -> tuple[list[Markup], float]:
    parts: list[Markup] = []
    x, y = EDGE, 12.0
    for group in groups:
        wide = 30 + text_width(names[group], SIZE)
        if x + wide > WIDTH and x > EDGE:
            x, y = EDGE, y + ROW
        parts += [mark(group, x + 6, y, 4.6), text(x + 16, y + 4.5, names[group], class_="key")]
        x += wide
    return parts, y + ROW - 4


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
