"""Series as lines over their steps: a panel for each channel, perhaps shaded by how much each step mattered."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from pellucid.report.charts.axes import LEFT, RIGHT, horizontal_axis, padded, vertical_axis
from pellucid.report.charts.svg import Scale, drawing, element, line, number, text, ticks

WIDTH = 420.0
_PANEL, _GAP, _TOP, _FOOT = 74.0, 20.0, 6.0, 42.0
MOST_PLACES = 400
"""Places along a line that are drawn: longer series are thinned to the means of steps that follow one another."""
_MOST_SHADES = 120
_LOOKS = {
    "one": ("var(--blue)", 1.6, 1.0),
    "faint": ("var(--soft)", 1.0, 0.45),
    "mean": ("var(--blue)", 2.0, 1.0),
    "other": ("var(--orange)", 2.0, 1.0),
}
"""Colour, width and opacity of a line."""


@dataclass(frozen=True)
class PanelLine:
    """One line of a panel.

    Attributes:
        values: [T]; NaN where there is none.
        look: "one", "faint", "mean" or "other".
    """

    values: NDArray[np.floating]
    look: str = "one"


@dataclass(frozen=True)
class Panel:
    """One channel.

    Attributes:
        name: above it; "" for nothing.
        lines: drawn in this order.
        heat: [T] how much each step speaks for an answer, below 0 against it; None for no shades.
    """

    name: str
    lines: Sequence[PanelLine]
    heat: NDArray[np.floating] | None = None


def series_panels(panels: Sequence[Panel], *, label: str, note: str = "") -> Markup:
    """Return panels below one another, on one axis of steps, counted from 1.

    Args:
        panels: at least one, with at least one line each.
        label: what the drawing shows, for those who do not see it.
        note: a few words at the bottom, e.g. what shades mean.
    """
    steps = max(len(one.values) for panel in panels for one in panel.lines)
    across = Scale(1, max(steps, 2), LEFT + 4, WIDTH - RIGHT - 4)
    strongest = max((float(np.abs(panel.heat).max()) for panel in panels if panel.heat is not None), default=0.0)
    parts: list[Markup] = []
    top = _TOP
    for panel in panels:
        if panel.name:
            parts.append(text(LEFT, top + 10, panel.name, class_="tick"))
            top += 16
        parts += _panel(panel, across, top, strongest)
        top += _PANEL + _GAP
    bottom = top - _GAP
    whole = [place for place in ticks(1, max(steps, 2), 6) if place == int(place)]
    parts.append(horizontal_axis(across, bottom, title="step", at=whole))
    if note:
        parts.append(text(WIDTH - RIGHT, bottom + 34, note, anchor="end", class_="note"))
    return drawing(*parts, width=WIDTH, height=bottom + _FOOT, label=label)


def _panel(panel: Panel, across: Scale, top: float, strongest: float) -> Iterator[Markup]:
    known = np.concatenate([np.asarray(one.values, np.float64) for one in panel.lines])
    known = known[np.isfinite(known)]
    low, high = padded([float(known.min()), float(known.max())]) if len(known) else (0.0, 1.0)
    up = Scale(low, high, top + _PANEL, top)
    if panel.heat is not None and strongest > 0:
        yield from _shades(panel.heat / strongest, across, top)
    yield vertical_axis(up, LEFT, WIDTH - RIGHT, at=ticks(low, high, 4))
    for one in panel.lines:
        colour, width, opacity = _LOOKS[one.look]
        for path in _paths(one.values, across, up):
            yield element(
                "path",
                d=path,
                fill="none",
                stroke=colour,
                stroke_width=width,
                stroke_opacity=opacity,
                stroke_linejoin="round",
            )


def _shades(heat: NDArray[np.floating], across: Scale, top: float) -> Iterator[Markup]:
    """Yield a bar for each step, or for the mean of some: orange speaks for, blue with a line below speaks against."""
    edges = np.unique(np.linspace(0, len(heat), min(len(heat), _MOST_SHADES) + 1).round().astype(int))
    for start, end in zip(edges.tolist(), edges[1:].tolist(), strict=False):
        value = float(heat[start:end].mean())
        if abs(value) < 0.02:
            continue
        left, right = across(start + 0.5), across(end + 0.5)
        yield element(
            "rect",
            x=left,
            y=top,
            width=max(right - left, 0.5),
            height=_PANEL,
            fill="var(--orange)" if value > 0 else "var(--blue)",
            fill_opacity=round(0.6 * min(abs(value), 1.0), 3),
        )
        if value < 0:
            yield line(left, top + _PANEL - 2, right, top + _PANEL - 2, class_="against")


def _paths(values: NDArray[np.floating], across: Scale, up: Scale) -> Iterator[str]:
    """Yield a path for each stretch without gaps."""
    size = max(1, math.ceil(len(values) / MOST_PLACES))
    places: list[str] = []
    for start in range(0, len(values), size):
        part = np.asarray(values[start : start + size], np.float64)
        part = part[np.isfinite(part)]
        if len(part):
            step = start + (min(size, len(values) - start) + 1) / 2
            places.append(f"{number(across(step))} {number(up(float(part.mean())))}")
        elif places:
            yield _path(places)
            places = []
    if places:
        yield _path(places)


def _path(places: Sequence[str]) -> str:
    return f"M{'L'.join(places)}" if len(places) > 1 else f"M{places[0]}h0.01"
