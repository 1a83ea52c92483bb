"""Grid, axes and their words, alike in every chart."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pellucid.report.charts.svg import Scale, element, line, log_ticks, step_of, text, tick_label, ticks

LEFT, RIGHT, TOP, BOTTOM = 50.0, 12.0, 14.0, 40.0
"""Room for words around the field that is drawn in, in the drawing's units."""


def horizontal_axis(
    scale: Scale, y: float, *, title: str, is_share: bool = False, at: Sequence[float] | None = None
) -> Markup:
    """Return the axis below a field that ends at height `y`."""
    places = list(at) if at is not None else ticks(scale.low, scale.high)
    step = step_of(places)
    parts = [line(scale.start, y, scale.end, y, class_="axis")]
    for place in places:
        parts.append(
            text(scale(place), y + 16, tick_label(place, is_share=is_share, step=step), anchor="middle", class_="tick")
        )
    parts.append(text((scale.start + scale.end) / 2, y + 34, title, anchor="middle", class_="axis-title"))
    return element("g", *parts)


def vertical_axis(
    scale: Scale, x1: float, x2: float, *, is_share: bool = False, at: Sequence[float] | None = None
) -> Markup:
    """Return the grid lines across a field from `x1` to `x2`, with their words on the left."""
    places = (
        list(at) if at is not None else log_ticks(scale.low, scale.high) if scale.log else ticks(scale.low, scale.high)
    )
    step = step_of(places)
    parts = []
    for place in places:
        y = scale(place)
        fine = place if scale.log else step
        parts.append(line(x1, y, x2, y, class_="grid"))
        parts.append(text(x1 - 6, y + 4, tick_label(place, is_share=is_share, step=fine), anchor="end", class_="tick"))
    return element("g", *parts)


def padded(values: Sequence[float], *, share: float = 0.06, at_least: float = 1e-9) -> tuple[float, float]:
    """Return the range of some values with a little room at both ends."""
    low, high = min(values), max(values)
    room = max((high - low) * share, abs(high) * 0.02 if high == low else 0.0, at_least)
    return low - room, high + room
