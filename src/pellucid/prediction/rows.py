"""The rows of a table as a table model takes them; a row that cannot be read is a sentence of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.delimited import is_missing, is_number
from pellucid.data.new_inputs import new_rows
from pellucid.data.table_csv import MISSING_CATEGORY
from pellucid.errors import DataError
from pellucid.preprocessing import NumberColumn, TablePreprocessing
from pellucid.preprocessing.table import ColumnPreprocessing


@dataclass(frozen=True)
class Rows:
    """N rows of a table.

    Attributes:
        inputs: [M, D] float32, the M rows that could be read, encoded.
        errors: [N], per row what is wrong with it, or None.
    """

    inputs: NDArray[np.float32]
    errors: list[str | None]


def read_rows(path: Path, preprocessing: TablePreprocessing, *, impute: bool) -> Rows:
    """Read a CSV or Parquet file, or the table in an archive, with the columns of training; others are ignored.

    Args:
        path: of the file.
        preprocessing: of the run.
        impute: whether empty cells are filled, as in training; else a row with one is an error.

    Raises:
        DataError: the file is no table, or lacks a column.
    """
    table = new_rows(path)
    lacking = [column.name for column in preprocessing.columns if column.name not in table.header]
    if lacking:
        raise DataError(
            f"'{path}' lacks {'the column' if len(lacking) == 1 else 'the columns'} {', '.join(lacking)}.",
            expected="Every input column of the training.",
        )
    errors: list[str | None] = [None] * len(table)
    for column in preprocessing.columns:
        for place, cell in enumerate(table.cells(column.name)):
            fault = _fault(column.name, column.kind, cell, impute=impute)
            if fault is not None and errors[place] is None:
                errors[place] = fault
    for column in preprocessing.columns:
        for place in _too_far(column, table.cells(column.name), errors):
            cell = table.cells(column.name)[place]
            errors[place] = f"The column '{column.name}' holds '{cell:.40}', too far beyond the numbers of training."
    readable = [place for place, error in enumerate(errors) if error is None]
    columns: dict[str, NDArray[Any]] = {}
    for column in preprocessing.columns:
        cells = table.cells(column.name)
        if column.kind == "number":
            columns[column.name] = np.array([_number(cells[place]) for place in readable], dtype=np.float64)
        else:
            words = [MISSING_CATEGORY if is_missing(cells[place]) else cells[place] for place in readable]
            columns[column.name] = np.array(words, dtype=object)
    return Rows(preprocessing.encode(columns), errors)


def _fault(name: str, kind: str, cell: str, *, impute: bool) -> str | None:
    if is_missing(cell):
        return None if impute else f"The column '{name}' is empty, and the training had no empty cells."
    if kind == "number" and not is_number(cell):
        return f"The column '{name}' holds '{cell}', which is not a number."
    return None


def _too_far(column: ColumnPreprocessing, cells: Sequence[str], errors: Sequence[str | None]) -> list[int]:
    """Return the rows, none wrong so far, whose number lies so far beyond training's that arithmetic overflows."""
    if not isinstance(column, NumberColumn):
        return []
    values = [float("nan") if error else _number(cell) for cell, error in zip(cells, errors, strict=True)]
    beyond: list[int] = np.flatnonzero(~np.isfinite(column.scaled(np.array(values)))).tolist()
    return beyond


def _number(cell: str) -> float:
    return float("nan") if is_missing(cell) else float(cell.replace(",", "."))
