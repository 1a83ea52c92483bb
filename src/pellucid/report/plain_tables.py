"""A table of words: as text for a prompt, as a fragment of HTML for a notebook."""

from __future__ import annotations

from collections.abc import Sequence

from pellucid.report.rendering import render
from pellucid.words import visible


def plain_table(head: Sequence[str], rows: Sequence[Sequence[str]], *, widest: int) -> list[str]:
    """Return the lines of a table: columns of numbers to the right, words to the left.

    Args:
        head: the names of the M columns.
        rows: M cells each.
        widest: signs of a cell that are shown, at most.
    """
    cells = [[_cut(cell, widest) for cell in row] for row in (head, *rows)]
    right = [_is_numbers([row[place] for row in rows]) for place in range(len(head))]
    widths = [max(len(row[place]) for row in cells) for place in range(len(head))]
    lines = (
        "  ".join(
            cell.rjust(width) if to_right else cell.ljust(width)
            for cell, width, to_right in zip(row, widths, right, strict=True)
        )
        for row in cells
    )
    return [f"  {line}".rstrip() for line in lines]


def table_html(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a static fragment of HTML: a table below its title.

    Args:
        title: above it.
        head: the names of the M columns.
        rows: M cells each.
    """
    numbers = [_is_numbers([row[place] for row in rows]) for place in range(len(head))]
    return render("notebook_table.html.jinja", title=title, head=list(zip(head, numbers, strict=True)), rows=rows)


def _cut(cell: str, widest: int) -> str:
    shown = visible(cell)
    return shown if len(shown) <= widest else f"{shown[: widest - 3]}..."


def _is_numbers(cells: Sequence[str]) -> bool:
    return all(cell[:1].isdigit() or cell[:1] in ("-", "+", "") or cell in ("...", "nan", "inf") for cell in cells)
