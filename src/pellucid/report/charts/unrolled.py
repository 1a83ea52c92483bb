"""A recurrent layer unrolled: a row for each step, and in it a bar for every gate."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pellucid.report.charts.lettering import text_width
from pellucid.report.charts.svg import drawing, element, line, text

WIDTH = 420.0
_NAMES, _ROW, _BAR, _TOP = 104.0, 17.0, 10.0, 24.0
_LETTERS, _LETTER, _SECOND = 15, 13.0, 15.0
"""Letters of what was read, the size of a letter on a phone, and the height of a second row of names."""
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
    # Names that are wider than their columns stand in two rows, in turns.
    is_wide = any(text_width(name, _LETTER) > room - 4 for name in names)
    top_row = _TOP + (_SECOND if is_wide else 0.0)
    bottom = top_row + _ROW * len(shown)
    parts: list[Markup] = []
    for column, name in enumerate(names):
        left, right = _NAMES + column * room, _NAMES + (column + 1) * room - 8
        most = max(1.0, *(values[column] for _, values in shown))
        y = 14 + (_SECOND if is_wide and column % 2 else 0.0)
        is_last = column == len(names) - 1
        parts.append(text(WIDTH if is_last else left, y, name, anchor="end" if is_last else "start", class_="tick"))
        parts += [line(at, top_row - 4, at, bottom, class_="grid") for at in (left, right)]
        for number, (_, values) in enumerate(shown):
            top = top_row + number * _ROW + (_ROW - _BAR) / 2
            width = (right - left) * values[column] / most
            parts.append(element("rect", x=left, y=top, width=max(width, 0.5), height=_BAR, class_="bar"))
    for number, (read, _) in enumerate(shown):
        words = read if len(read) <= _LETTERS else f"{read[: _LETTERS - 1]}…"
        parts.append(text(_NAMES - 8, top_row + number * _ROW + 13, words, anchor="end", class_="tick"))
    return drawing(*parts, width=WIDTH, height=bottom + 4, label=label)
