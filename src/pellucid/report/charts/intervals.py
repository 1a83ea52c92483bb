"""Scores beside each other, a dot and its interval each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pellucid.report.charts.axes import horizontal_axis
from pellucid.report.charts.lettering import text_width
from pellucid.report.charts.svg import Scale, drawing, element, line, text, ticks

WIDTH, ROW, EDGE = 420.0, 42.0, 10.0
LETTER = 14.0
"""Size of a row's words, as the style has it."""


@dataclass(frozen=True)
class IntervalRow:
    """One score.

    Attributes:
        name: whose score.
        value, low, high: the score and its interval's ends (None: no interval).
        words: the score as it is printed.
        is_model: whether it is the model, not something simple beside it.
    """

    name: str
    value: float
    low: float | None
    high: float | None
    words: str
    is_model: bool = False


def interval_chart(rows: Sequence[IntervalRow], *, title: str, label: str, is_share: bool) -> Markup:
    """Return one row per score; the model has a filled diamond, the others hollow circles."""
    low, high = _range(rows, is_share)
    bottom = 6 + ROW * len(rows)
    across = Scale(low, high, EDGE + 12, WIDTH - EDGE - 12)
    grid = [line(across(place), 4, across(place), bottom, class_="grid") for place in ticks(low, high)]
    drawn = [_row(row, 4 + ROW * index, across) for index, row in enumerate(rows)]
    axis = horizontal_axis(across, bottom, title=title, is_share=is_share)
    return drawing(*grid, *drawn, axis, width=WIDTH, height=bottom + 40, label=label)


def _range(rows: Sequence[IntervalRow], is_share: bool) -> tuple[float, float]:
    """Return the axis' ends: those of all scores, unless scores far off would squeeze what is to be compared."""
    near = [row for row in rows if not _is_far(row, rows)]
    ends = [end for row in near for end in (row.value, row.low, row.high) if end is not None and math.isfinite(end)]
    low, high = min(ends, default=0.0), max(ends, default=1.0)
    room = max((high - low) * 0.08, 0.005 if is_share else abs(high) * 0.02, 1e-9)
    low, high = low - room, high + room
    if is_share:
        return max(0.0, low), min(1.0, high)
    return (max(0.0, low) if min(ends, default=0.0) >= 0 else low), high


def _is_far(row: IntervalRow, rows: Sequence[IntervalRow]) -> bool:
    """Tell whether a score is further from the model's than three times what the nearer half spans."""
    model = next((one for one in rows if one.is_model), rows[0])
    distances = sorted(abs(one.value - model.value) for one in rows if one is not model)
    if len(distances) < 2:
        return False
    whisker = (model.high - model.low) if model.low is not None and model.high is not None else 0.0
    usual = max(distances[(len(distances) - 1) // 2], whisker)
    return abs(row.value - model.value) > 3 * usual


def _row(row: IntervalRow, top: float, across: Scale) -> Markup:
    look = "model" if row.is_model else "other"
    y = top + 29
    room = WIDTH - 2 * EDGE - LETTER - text_width(row.words, LETTER, is_bold=row.is_model)
    parts = [
        element("title", f"{row.name}: {row.words}"),
        text(EDGE, top + 15, _short(row.name, room), class_=f"row-name {look}"),
        text(WIDTH - EDGE, top + 15, row.words, anchor="end", class_=f"row-value {look}"),
    ]
    if not across.low <= row.value <= across.high:
        x, way = (across.start, -1) if row.value < across.low else (across.end, 1)
        parts.append(element("path", d=f"M{x + way * 8:.2f} {y:.2f}l{-way * 9} -5v10z", class_=f"off {look}"))
        parts.append(
            text(x - way * 8, y + 4, "far off this scale", anchor="start" if way < 0 else "end", class_="note")
        )
        return element("g", *parts)
    if row.low is not None and row.high is not None:
        x1, x2 = across(row.low), across(row.high)
        parts.append(line(x1, y, x2, y, class_=f"whisker {look}"))
        parts += [line(x, y - 4, x, y + 4, class_=f"whisker-end {look}") for x in (x1, x2)]
    x = across(row.value)
    if row.is_model:
        parts.append(element("path", d=f"M{x:.2f} {y - 7:.2f}l7 7l-7 7l-7-7z", class_="dot model"))
    else:
        parts.append(element("circle", cx=x, cy=y, r=5.0, class_="dot other"))
    return element("g", *parts)


def _short(name: str, room: float) -> str:
    """Return a name that ends before the value that stands in the same line."""
    if text_width(name, LETTER) <= room:
        return name
    while name and text_width(f"{name}…", LETTER) > room:
        name = name[:-1]
    return f"{name.rstrip()}…"
