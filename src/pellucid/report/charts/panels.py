"""Series as lines over their steps: a panel for each channel, perhaps with a band, or shaded by what steps matter."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from pellucid.report.charts.axes import LEFT, RIGHT, horizontal_axis, padded, vertical_axis
from pellucid.report.charts.svg import Scale, drawing, element, number, text, ticks

WIDTH = 420.0
_PANEL, _GAP, _TOP, _FOOT = 74.0, 20.0, 6.0, 42.0
_ZONE = 16.0
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
class Zone:
    """Steps that are shaded and named.

    Attributes:
        name: at the top of them.
        first, last: steps, counted from 1.
    """

    name: str
    first: int
    last: int


@dataclass(frozen=True)
class Panel:
    """One channel.

    Attributes:
        name: above it; "" for nothing.
        lines: drawn in this order.
        heat: [T] how much each step speaks for an answer, below 0 against it; None for no shades.
        band: [T] lower and upper borders of an area behind the lines; NaN where there is none.
        limits: values at the bottom and at the top, where panels of several drawings are to be compared; None to fit.
        zones: stretches of steps that are shaded.
    """

    name: str
    lines: Sequence[PanelLine]
    heat: NDArray[np.floating] | None = None
    band: tuple[NDArray[np.floating], NDArray[np.floating]] | None = None
    limits: tuple[float, float] | None = None
    zones: Sequence[Zone] = ()


def series_panels(
    panels: Sequence[Panel], *, label: str, note: str = "", width: float = WIDTH, tall: bool = False
) -> Markup:
    """Return panels below one another, on one axis of steps, counted from 1.

    Args:
        panels: at least one, with at least one line each.
        label: what the drawing shows, for those who do not see it.
        note: a few words at the bottom, e.g. what shades mean.
        width: of the drawing, in its own units.
        tall: whether each panel is twice as high.
    """
    steps = max(len(line.values) for panel in panels for line in panel.lines)
    across = Scale(1, max(steps, 2), LEFT + 4, width - RIGHT - 4)
    strongest = max((float(np.abs(panel.heat).max()) for panel in panels if panel.heat is not None), default=0.0)
    parts: list[Markup] = []
    high = _PANEL * (2 if tall else 1)
    top = _TOP + (_ZONE if any(panel.zones for panel in panels) else 0.0)
    for panel in panels:
        if panel.name:
            parts.append(text(LEFT, top + 10, panel.name, class_="tick"))
            top += 16
        parts += _zones(panel.zones, across, top, high, named=panel is panels[0])
        parts += _panel(panel, across, top, strongest, right=width - RIGHT, high=high)
        top += high + _GAP
    bottom = top - _GAP
    whole = [place for place in ticks(1, max(steps, 2), 6) if place == int(place)]
    parts.append(horizontal_axis(across, bottom, title="step", at=whole))
    if note:
        parts.append(text(width - RIGHT, bottom + 34, note, anchor="end", class_="note"))
    return drawing(*parts, width=width, height=bottom + _FOOT, label=label)


def _zones(zones: Sequence[Zone], across: Scale, top: float, high: float, *, named: bool) -> Iterator[Markup]:
    for zone in zones:
        left, right = across(zone.first - 0.5), min(across(zone.last + 0.5), across.end + 4)
        yield element("rect", x=left, y=top, width=right - left, height=high, class_="zone")
        if named:
            yield text((left + right) / 2, top - 5, zone.name, anchor="middle", class_="tick")


def _panel(panel: Panel, across: Scale, top: float, strongest: float, *, right: float, high: float) -> Iterator[Markup]:
    least, most = padded(panel.limits or _limits(panel))
    up = Scale(least, most, top + high, top)
    if panel.heat is not None and strongest > 0:
        yield from _shades(panel.heat / strongest, across, top)
    yield vertical_axis(up, LEFT, right, at=ticks(least, most, 3))
    if panel.band is not None:
        yield from _area(panel.band, across, up)
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


def _limits(panel: Panel) -> tuple[float, float]:
    curves = [line.values for line in panel.lines] + list(panel.band or ())
    known = np.concatenate([np.asarray(curve, np.float64) for curve in curves])
    known = known[np.isfinite(known)]
    return (float(known.min()), float(known.max())) if len(known) else (0.0, 1.0)


def _area(band: tuple[NDArray[np.floating], NDArray[np.floating]], across: Scale, up: Scale) -> Iterator[Markup]:
    """Yield the area between two curves that are known at the same steps, a part for each stretch without gaps."""
    for low, high in zip(*(_stretches(curve, across, up) for curve in band), strict=True):
        yield element("polygon", points=" ".join((*low, *reversed(high))).replace(" ", ","), class_="band")


def _shades(heat: NDArray[np.floating], across: Scale, top: float) -> Iterator[Markup]:
    """Yield a bar for each step, or for the mean of some: orange for what speaks for, blue for what speaks against."""
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
            class_="shade",
            fill="var(--orange)" if value > 0 else "var(--blue)",
            fill_opacity=round(0.6 * min(abs(value), 1.0), 3),
        )


def _paths(values: NDArray[np.floating], across: Scale, up: Scale) -> Iterator[str]:
    """Yield a path for each stretch without gaps."""
    for places in _stretches(values, across, up):
        yield f"M{'L'.join(places)}" if len(places) > 1 else f"M{places[0]}h0.01"


def _stretches(values: NDArray[np.floating], across: Scale, up: Scale) -> Iterator[list[str]]:
    """Yield the places of a curve, "x y" each, stretch by stretch without gaps."""
    size = max(1, math.ceil(len(values) / MOST_PLACES))
    places: list[str] = []
    for start in range(0, len(values), size):
        part = np.asarray(values[start : start + size], np.float64)
        part = part[np.isfinite(part)]
        if len(part):
            step = start + (min(size, len(values) - start) + 1) / 2
            places.append(f"{number(across(step))} {number(up(float(part.mean())))}")
        elif places:
            yield places
            places = []
    if places:
        yield places
