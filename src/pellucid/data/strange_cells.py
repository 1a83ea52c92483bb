"""What is said of cells that are no numbers where numbers are due: which, in which rows, and how to mend them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pellucid.data.cells import ODDITIES, ColumnReading, OddKind
from pellucid.data.delimited import Table
from pellucid.errors import DataError
from pellucid.words import counted

_SHOWN = 8
_WORDS_SHOWN = 5


def first_rows(flags: Sequence[bool] | NDArray[np.bool_]) -> str:
    """Return the numbers of the first rows flagged, e.g. "rows 3, 17, ..."; row 1 is the first below the names."""
    rows = np.flatnonzero(np.asarray(flags)) + 1
    shown = ", ".join(str(row) for row in rows[:_SHOWN])
    return f"row{'s' if len(rows) > 1 else ''} {shown}{', ...' if len(rows) > _SHOWN else ''}"


def quoted(cells: Sequence[str]) -> str:
    """Return the different ones among cells in quotes, the first few, long ones cut off."""
    distinct = list(dict.fromkeys(cells))
    more = f" and {len(distinct) - _WORDS_SHOWN:,} more" if len(distinct) > _WORDS_SHOWN else ""
    return ", ".join(f"'{cell:.40}'" for cell in distinct[:_WORDS_SHOWN]) + more


def refuse_strange_cells(
    table: Table, name: str, reading: ColumnReading, *, what: str = "column", fix: str = "", blanks: bool = False
) -> None:
    """Raise if a column in which numbers are due holds anything else.

    Args:
        table: the file.
        name: of the column.
        reading: of it.
        what: what the column is, for the message.
        fix: a way out beside that of mending the cells.
        blanks: whether words that stand for a blank among numbers are accepted.

    Raises:
        DataError: quoting the first cell that stands for a number, else the words, with their rows.
    """
    fix = fix and f" {fix}"
    if reading.odd:
        place, kind = next(iter(reading.odd.items()))
        meaning, mend = ODDITIES[kind]
        flags = np.zeros(len(reading.cells), dtype=bool)
        flags[list(reading.odd)] = True
        more = (
            f" {counted(len(reading.odd), 'cell is', 'cells are')} such: {first_rows(flags)}."
            if flags.sum() > 1
            else ""
        )
        raise DataError(
            f"The {what} '{name}' of {table.path} holds '{reading.cells[place]:.60}' (row {place + 1}): {meaning}."
            f"{more}",
            fix=mend + fix,
        )
    words = reading.strange & ~reading.blank_words if blanks else reading.strange
    if words.any():
        shown = quoted([reading.cells[place] for place in np.flatnonzero(words).tolist()])
        raise DataError(
            f"The {what} '{name}' of {table.path} holds numbers, but "
            f"{counted(int(words.sum()), 'cell is', 'cells are')} none: {shown} ({first_rows(words)}).",
            fix="Mend these cells" + (f".{fix}" if fix else "."),
        )


def describe_odd(cell: str, kind: OddKind) -> str:
    """Return what a cell is that stands for a number, and how to mend it, e.g. "'$5', an amount of money. Take ..."."""
    meaning, mend = ODDITIES[kind]
    return f"'{cell:.60}', {meaning}. {mend}"
