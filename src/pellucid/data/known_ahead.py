"""Columns whose values are known of the time that is forecast: a price that is set, a holiday, a plan.

Their values at the steps to come enter the network beside the past: each of their channels stands there twice, once as
it is and once as many steps earlier as are forecast, so that the last steps of a window hold what is known of those
behind it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from pellucid.data.cells import is_missing
from pellucid.data.delimited import Table
from pellucid.data.strange_cells import first_rows, refuse_strange_cells
from pellucid.data.table_columns import TableChoice
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import KnownColumn, listed
from pellucid.records import Decision
from pellucid.words import counted

MOST_WORDS = 60
"""Words of a column that is known ahead, at most: each is a channel."""
_MOSTLY = 0.5


def named_ahead(table: Table, choice: TableChoice) -> tuple[str, ...]:
    """Return the columns that were said to be known ahead.

    Raises:
        DataError: there is no such column.
    """
    if choice.future is None:
        return ()
    parts = [choice.future] if choice.future in table.header else [part.strip() for part in choice.future.split(",")]
    return tuple(dict.fromkeys(table.check_column(part, option="future") for part in parts if part))


def columns_known_ahead(table: Table, names: Sequence[str], taken: Sequence[str | None]) -> tuple[KnownColumn, ...]:
    """Return columns that are known ahead, with the words of those that hold some.

    Args:
        table: with all rows, those to come included.
        names: of these columns.
        taken: the columns of times, of series, and of what is forecast.

    Raises:
        DataError: a cell is blank, or it holds too many words.
        RecipeError: it has another part already.
    """
    for name in names:
        if name in taken:
            raise RecipeError(
                f"--future (future=) names '{name}', which is the column of times, of series, or of what is forecast.",
                expected="Columns that are known of the steps to come, such as a price or a holiday.",
                fix="Leave it out.",
            )
    return tuple(KnownColumn(name=name, words=_words_of(table, name)) for name in names)


def _words_of(table: Table, name: str) -> tuple[str, ...]:
    """Return the words of a column in the order of the alphabet; () where it holds numbers."""
    reading = table.reading(name)
    numbers = ~np.isnan(reading.values)
    if numbers.sum() >= _MOSTLY * len(table):
        return ()
    blank = np.array([is_missing(cell) for cell in reading.cells])
    if blank.any():
        raise DataError(
            f"The column '{name}' of {table.path}, known ahead, has {counted(int(blank.sum()), 'blank cell')}: "
            f"{first_rows(blank)}.",
            expected="A word in each row, also where nothing happens, such as 'none'.",
            fix="Fill them in.",
        )
    words = sorted(set(reading.cells))
    if len(words) > MOST_WORDS:
        raise DataError(
            f"The column '{name}' of {table.path}, known ahead, holds {len(words):,} different words, e.g. "
            f"{listed(words, 3)}.",
            expected=f"Numbers, or at most {MOST_WORDS} words, each of which becomes a channel.",
            fix="Join rare ones, or take it out of --future (future=).",
        )
    return tuple(words)


def known_values(table: Table, column: KnownColumn, *, gaps: bool = False) -> NDArray[np.float64]:
    """Return [N, k] the channels of a column that is known ahead.

    Args:
        table: with the column.
        column: as training found it.
        gaps: whether blanks among numbers become NaN, to be filled.

    Raises:
        DataError: a cell is blank, is no number among numbers, or a word that training never saw.
    """
    cells = table.cells(column.name)
    blank = np.array([is_missing(cell) for cell in cells])
    if blank.any() and not (gaps and not column.words):
        raise DataError(
            f"The column '{column.name}' of {table.path}, known ahead, has "
            f"{counted(int(blank.sum()), 'blank cell')}: {first_rows(blank)}.",
            expected="A value in each row, those to come included.",
            fix="Fill them in.",
        )
    if column.words:
        unseen = np.array([cell not in column.words for cell in cells])
        if unseen.any():
            words = sorted({cells[row] for row in np.flatnonzero(unseen).tolist()})
            raise DataError(
                f"The column '{column.name}' of {table.path} holds {listed(words, 3)}, which training never saw: "
                f"{first_rows(unseen)}.",
                expected=f"One of {listed(column.words)}.",
                fix="Write it as in training, or train again with rows that hold it.",
            )
        return np.array([[cell == word for word in column.words] for cell in cells], np.float64)
    reading = table.reading(column.name)
    if (np.isnan(reading.values) & ~blank).any():
        refuse_strange_cells(table, column.name, reading, what="column of values")
    if np.isinf(reading.values).any():
        raise DataError(f"The column '{column.name}' of {table.path} holds an infinite number.", fix="Mend it.")
    values = reading.values.copy()
    values[blank] = np.nan
    return values[:, None]


def without_rows_to_come(
    table: Table, target: str, groups: NDArray[np.int64]
) -> tuple[Table, NDArray[np.int64], Table | None, list[Decision]]:
    """Return a table without the rows, behind the end of each series, of which only what is known ahead is there.

    Args:
        table: of one series or several.
        target: the column that is forecast.
        groups: [N] number of each row's series.

    Returns:
        the table, the groups of its rows, the rows to come or None, and what is said of them.

    Raises:
        DataError: no row of a series has a value.
    """
    known = np.array([not is_missing(cell) for cell in table.cells(target)])
    last = np.full(int(groups.max()) + 1, -1, np.int64)
    np.maximum.at(last, groups[known], np.flatnonzero(known))
    if (last < 0).any():
        row = int(np.flatnonzero(np.isin(groups, np.flatnonzero(last < 0)))[0]) + 1
        raise DataError(
            f"A series of {table.path} has no value of '{target}' at all, that of row {row}.", fix="Take it out."
        )
    to_come = np.arange(len(table)) > last[groups]
    if not to_come.any():
        return table, groups, None, []
    reason = f"they hold what is known ahead and no '{target}'; predict goes on with them"
    said = Decision(name="rows to come", value=f"{int(to_come.sum()):,}", reason=reason)
    return _rows(table, ~to_come), groups[~to_come], _rows(table, to_come), [said]


def _rows(table: Table, chosen: NDArray[np.bool_]) -> Table:
    places = np.flatnonzero(chosen).tolist()
    return replace(table, columns=tuple(tuple(column[place] for place in places) for column in table.columns))


def ahead_names(known: Sequence[KnownColumn], horizon: int) -> tuple[str, ...]:
    """Return what the channels are called that hold the values as many steps ahead as are forecast."""
    return tuple(f"{name} +{horizon}" for column in known for name in column.channels)


def moved_ahead(values: NDArray[np.float64], horizon: int) -> NDArray[np.float64]:
    """Return [T, k] at each step what [T, k] values are so many steps later; NaN behind the end."""
    moved = np.full_like(values, np.nan)
    moved[:-horizon] = values[horizon:]
    return moved
