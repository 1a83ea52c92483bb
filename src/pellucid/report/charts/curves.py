"""Lines over epochs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from pellucid.report.charts.axes import BOTTOM, LEFT, RIGHT, TOP, horizontal_axis, padded, vertical_axis
from pellucid.report.charts.svg import Scale, drawing, element, line, number, text, ticks
from pellucid.report.wording import decimal, percent

WIDTH = 420.0
LEGEND = 22.0
LOG_BEYOND = 60.0
"""Largest over smallest value beyond which a logarithmic scale shows more."""
MAX_TOOLTIPS = 200
MOST_PLACES = 1000
"""Places along a line that are drawn, more than it has pixels: of 20,000 epochs every twentieth."""


@dataclass(frozen=True)
class Series:
    """One line.

    Attributes:
        name: in the legend and the tooltip.
        values: one per place on the horizontal axis; None where there is none.
        look: "train" (dashed, hollow marks), "val" (solid, filled marks) or "rate" (plain).
    """

    name: str
    values: Sequence[float | None]
    look: str


def line_chart(
    series: Sequence[Series],
    *,
    epochs: Sequence[float],
    label: str,
    best: float | None = None,
    is_share: bool = False,
    height: float = 250.0,
    may_be_log: bool = False,
    across_title: str = "epoch",
) -> Markup:
    """Return curves over epochs, or over whatever else the horizontal axis has; the best epoch marked.

    Args:
        series: at least one line with at least one finite value.
        epochs: the horizontal places, ascending.
        label: what the picture shows, for those who do not see it.
        best: the epoch to mark.
        is_share: whether the values are shares of 1, to be shown in percent.
        height: of the drawing, in its own units (it is 420 wide).
        may_be_log: whether a logarithmic vertical scale is sensible.
        across_title: words of the horizontal axis.
    """
    series, epochs = _thinned(series, epochs)
    finite = [value for one in series for value in one.values if value is not None and math.isfinite(value)]
    if not finite:
        return drawing(
            text(WIDTH / 2, 30, "no finite values", anchor="middle", class_="tick"),
            width=WIDTH,
            height=60.0,
            label=label,
        )
    top = TOP + (LEGEND if len(series) > 1 or best is not None else 0)
    log = may_be_log and min(finite) > 0 and max(finite) / min(finite) > LOG_BEYOND
    low, high = (min(finite) / 1.1, max(finite) * 1.1) if log else padded(finite, at_least=0.01 if is_share else 1e-9)
    if is_share:
        low, high = max(low, 0.0), min(high, 1.0) if high > low else high
    elif min(finite) >= 0 and not log:
        low = 0.0 if any(one.look == "rate" for one in series) else max(low, 0.0)
    across = Scale(epochs[0], epochs[-1], LEFT + 6, WIDTH - RIGHT - 6)
    up = Scale(low, high, height - BOTTOM, top, log=log)
    whole = [place for place in ticks(epochs[0], epochs[-1], 6) if place == int(place)]
    parts = [
        vertical_axis(up, LEFT, WIDTH - RIGHT, is_share=is_share),
        horizontal_axis(across, height - BOTTOM, title=across_title, at=_with_first(whole, epochs)),
        *_best_mark(best, across, top, height - BOTTOM),
        *(_curve(one, epochs, across, up) for one in series),
        *_legend(series, best),
        *([text(WIDTH - RIGHT, height - 6, "logarithmic scale", anchor="end", class_="note")] if log else []),
        *_tooltips(series, epochs, across, top, height - BOTTOM, is_share, across_title),
    ]
    return drawing(*parts, width=WIDTH, height=height, label=label)


def _thinned(series: Sequence[Series], epochs: Sequence[float]) -> tuple[Sequence[Series], Sequence[float]]:
    """Return lines with as many places as can be seen, the last one among them."""
    places = thin(len(epochs), MOST_PLACES)
    return [replace(one, values=[one.values[at] for at in places]) for one in series], [epochs[at] for at in places]


def thin(count: int, most: int) -> range | list[int]:
    """Return the places of `count` that are shown where no more than about `most` can be: evenly, and the last."""
    step = -(-count // most) or 1
    return range(count) if step == 1 else [*range(0, count - 1, step), count - 1]


def _with_first(places: list[float], epochs: Sequence[float]) -> list[float]:
    if len(epochs) > 1 and len(places) > 1 and places[0] - epochs[0] >= 0.6 * (places[1] - places[0]):
        return [epochs[0], *places]
    return places or [epochs[0]]


def _curve(one: Series, epochs: Sequence[float], across: Scale, up: Scale) -> Markup:
    points = [
        (across(epoch), up(value))
        for epoch, value in zip(epochs, one.values, strict=True)
        if value is not None and math.isfinite(value)
    ]
    path = " ".join(f"{'L' if index else 'M'}{number(x)} {number(y)}" for index, (x, y) in enumerate(points))
    parts = [element("path", d=path, class_=f"curve {one.look}")]
    if one.look != "rate" and len(points) <= 30:
        parts += [element("circle", cx=x, cy=y, r=2.6, class_=f"mark {one.look}") for x, y in points]
    elif points:
        parts.append(element("circle", cx=points[-1][0], cy=points[-1][1], r=3.0, class_=f"mark {one.look}"))
    return element("g", *parts)


def _best_mark(best: float | None, across: Scale, top: float, bottom: float) -> list[Markup]:
    if best is None or not across.low <= best <= across.high:
        return []
    x = across(best)
    return [line(x, top - 4, x, bottom, class_="best")]


def _legend(series: Sequence[Series], best: float | None) -> list[Markup]:
    if len(series) < 2 and best is None:
        return []
    parts, x = [], LEFT
    for one in series if len(series) > 1 else ():
        parts.append(line(x, 14, x + 24, 14, class_=f"curve {one.look}"))
        parts.append(element("circle", cx=x + 12, cy=14, r=2.8, class_=f"mark {one.look}"))
        parts.append(text(x + 30, 18, one.name, class_="key"))
        x += 48 + 7.0 * len(one.name)
    if best is not None:
        parts.append(line(x + 6, 6, x + 6, 22, class_="best"))
        parts.append(text(x + 14, 18, f"best: epoch {best:g}", class_="key"))
    return parts


def _tooltips(
    series: Sequence[Series],
    epochs: Sequence[float],
    across: Scale,
    top: float,
    bottom: float,
    is_share: bool,
    across_title: str,
) -> list[Markup]:
    """Return one invisible column per epoch that says its numbers."""
    every = max(1, math.ceil(len(epochs) / MAX_TOOLTIPS))
    width = (across.end - across.start) / max(len(epochs) - 1, 1) * every
    columns = []
    for index in range(0, len(epochs), every):
        lines = [f"{across_title} {epochs[index]:g}"]
        for one in series:
            value = one.values[index]
            lines.append(f"{one.name}: {percent(value, 2) if is_share else decimal(value, 4)}")
        place = across(epochs[index]) - width / 2
        title = element("title", "\n".join(lines))
        columns.append(element("rect", title, x=place, y=top, width=width, height=bottom - top, class_="hover"))
    return columns
