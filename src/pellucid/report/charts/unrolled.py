"""A recurrent layer unrolled: a row for each step, and in it a bar for every gate."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pellucid.report.charts.svg import drawing, element, line, text

WIDTH = 420.0
_NAMES, _ROW, _BAR, _TOP = 104.0, 17.0, 10.0, 24.0
_LETTERS = 15
MOST_ROWS = 60


def unrolled_chart(names: Sequence[str], rows: Sequence[tuple[str, Sequence[float]]], *, label: str) -> Markup:
    """Return rows of bars from 0 to 1, or to the largest of a column where that is more.

    Args:
        names: of the columns.
        rows: what each step read, and its numbers, as many as there are columns, 0 or more; of many the first 60 are
            drawn.
        label: what the drawing shows, for those who do not see it.
    """
    shown = rows[:MOST_ROWS]
    room = (WIDTH - _NAMES) / len(names)
    bottom = _TOP + _ROW * len(shown)
    parts: list[Markup] = []
    for column, name in enumerate(names):
        left, right = _NAMES + column * room, _NAMES + (column + 1) * room - 8
        most = max(1.0, *(values[column] for _, values in shown))
        parts.append(text(left, 14, name, class_="tick"))
        parts += [line(at, _TOP - 4, at, bottom, class_="grid") for at in (left, right)]
        for number, (_, values) in enumerate(shown):
            top = _TOP + number * _ROW + (_ROW - _BAR) / 2
            width = (right - left) * values[column] / most
            parts.append(element("rect", x=left, y=top, width=max(width, 0.5), height=_BAR, class_="bar"))
    for number, (read, _) in enumerate(shown):
        words = read if len(read) <= _LETTERS else f"{read[: _LETTERS - 1]}…"
        parts.append(text(_NAMES - 8, _TOP + number * _ROW + 13, words, anchor="end", class_="tick"))
    return drawing(*parts, width=WIDTH, height=bottom + 4, label=label)
