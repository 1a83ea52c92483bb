"""The rows of a table as a table model takes them; a row that cannot be read is a sentence of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import MISSING_CATEGORY, ColumnReading, Table, describe_odd, is_blank_word, is_missing, spelling_key
from pellucid.errors import DataError, did_you_mean
from pellucid.preprocessing import CategoryColumn, NumberColumn, TablePreprocessing


@dataclass(frozen=True)
class Rows:
    """N rows of a table.

    Attributes:
        inputs: [M, D] float32, the M rows that could be read, encoded.
        errors: [N], per row what is wrong with it, or None.
        notes: [N], per row what in it is unlike the training's rows, a sentence each.
        unknown: [N], whether a row holds a word that the training never saw.
        cells: by the column's name, [M] numbers or words of the rows that could be read.
    """

    inputs: NDArray[np.float32]
    errors: list[str | None]
    notes: list[tuple[str, ...]]
    unknown: list[bool]
    cells: Mapping[str, NDArray[Any]]


def read_rows(table: Table, preprocessing: TablePreprocessing, *, impute: bool) -> Rows:
    """Read the rows of a table with the columns of training; others are ignored.

    Cells are read as those of a training are: what commas and points mean follows from this file's own delimiter and
    cells, and a number that could be two is an error of its row.

    Args:
        table: of the file, or of what was handed over.
        preprocessing: of the run.
        impute: whether empty cells are filled, as in training; else a row with one is an error.

    Raises:
        DataError: it lacks a column.
    """
    lacking = [column.name for column in preprocessing.columns if column.name not in table.header]
    if lacking:
        raise DataError(
            f"'{table.path}' lacks {'the column' if len(lacking) == 1 else 'the columns'} {', '.join(lacking)}."
            f"{did_you_mean(lacking[0], table.header)}",
            expected="Every input column of the training.",
        )
    errors: list[str | None] = [None] * len(table)
    notes: list[tuple[str, ...]] = [()] * len(table)
    unknown = [False] * len(table)
    columns: dict[str, NDArray[Any]] = {}
    for column in preprocessing.columns:
        reading = table.reading(column.name)
        if isinstance(column, NumberColumn):
            columns[column.name] = reading.values
            beyond = ~np.isfinite(column.scaled(reading.values))
            said = [
                _about_number(column, reading, row, impute=impute, beyond=bool(beyond[row]))
                for row in range(len(table))
            ]
        else:
            columns[column.name] = np.array(
                [MISSING_CATEGORY if gone else cell for cell, gone in zip(reading.cells, reading.missing, strict=True)],
                dtype=object,
            )
            said = _about_words(column, reading, impute=impute)
        for row, (error, note) in enumerate(said):
            errors[row] = errors[row] or error
            if note is not None:
                notes[row] = (*notes[row], note)
                unknown[row] = unknown[row] or isinstance(column, CategoryColumn)
    readable = np.array([error is None for error in errors], dtype=bool)
    kept = {name: cells[readable] for name, cells in columns.items()}
    return Rows(preprocessing.encode(kept), errors, notes, unknown, kept)


_Said = tuple[str | None, str | None]
"""What is wrong with a cell, and what is unlike the training's."""


def _about_number(column: NumberColumn, reading: ColumnReading, row: int, *, impute: bool, beyond: bool) -> _Said:
    cell, value = reading.cells[row], float(reading.values[row])
    if is_missing(cell) or (impute and np.isnan(value) and is_blank_word(cell)):
        return _about_blank(column.name, impute=impute), None
    if np.isnan(value):
        kind = reading.oddity(cell)
        what = f"{describe_odd(cell, kind)}" if kind is not None else f"'{cell:.60}', which is not a number."
        return f"The column '{column.name}' holds {what}", None
    if np.isinf(value):
        return f"The column '{column.name}' holds '{cell:.60}', which is not a finite number.", None
    if beyond:  # where float32 ends
        return f"The column '{column.name}' holds '{cell:.40}', too far beyond the numbers of training.", None
    outside = column.how_far_outside(value)
    if outside:
        far = "far " if outside > 1 else ""
        note = f"'{column.name}' is {value:g}, {far}outside the range of training, {column.low:g} to {column.high:g}."
        return None, note
    return None, None


def _about_words(column: CategoryColumn, reading: ColumnReading, *, impute: bool) -> list[_Said]:
    known = set(column.categories)
    spellings = {spelling_key(word): word for word in column.categories}
    said: list[_Said] = []
    for cell in reading.cells:
        if is_missing(cell):
            note = (
                f"'{column.name}' is empty, which it never was in training." if MISSING_CATEGORY not in known else None
            )
            said.append((_about_blank(column.name, impute=impute), note))
        elif cell in known:
            said.append((None, None))
        else:
            near = spellings.get(spelling_key(cell))
            hint = f" Did you mean '{near}'?" if near is not None else ""
            said.append((None, f"The training never saw '{cell:.60}' in '{column.name}'.{hint}"))
    return said


def _about_blank(name: str, *, impute: bool) -> str | None:
    return None if impute else f"The column '{name}' is empty, and the training had no empty cells."
