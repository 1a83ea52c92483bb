"""Rows that are handed over: tables in files, dicts, rows of cells and data frames."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Table
from pellucid.errors import DataError
from pellucid.prediction.given import Given, given_tables
from pellucid.prediction.records import Prediction
from pellucid.prediction.rows import Rows, read_rows
from pellucid.prediction.sources.base import Judge
from pellucid.preprocessing import TablePreprocessing
from pellucid.runs import RunRecord


class TableSources:
    """Opens tables."""

    reads = "rows of a table"
    hand_over = "Hand over a CSV file, or a row."

    def predict(self, given: Given, record: RunRecord, judge: Judge) -> Iterator[Prediction]:
        """Answer the rows of each table; rows that come without a file are numbered on."""
        count = 0
        for word, table in given_tables(given, TablePreprocessing.of(record.preprocessing)):
            yield from _answer(word, _rows(table, record), judge, after=0 if word else count)
            count += 0 if word else len(table)

    def first(self, given: Given, record: RunRecord) -> NDArray[np.float32]:
        """Return the first row that can be read, [1, D]."""
        return np.concatenate([rows.inputs for rows in read_all(given, record)])[:1]


def read_all(given: Given, record: RunRecord) -> list[Rows]:
    """Return the tables that are handed over, of which at least one row can be read.

    Raises:
        DataError: there is none.
    """
    tables = given_tables(given, TablePreprocessing.of(record.preprocessing))
    found = [_rows(table, record) for _, table in tables]
    if not any(len(rows.inputs) for rows in found):
        faults = next(filter(None, (error for rows in found for error in rows.errors)), "")
        what = f"'{given}'" if isinstance(given, str | Path) else "What was handed over"
        raise DataError(f"{what} has no row that can be read.", expected=faults)
    return found


def _rows(table: Table, record: RunRecord) -> Rows:
    preprocessing = TablePreprocessing.of(record.preprocessing)
    return read_rows(table, preprocessing, impute=bool(record.dataset.options.get("impute")))


def _answer(word: str, rows: Rows, judge: Judge, *, after: int) -> Iterator[Prediction]:
    """Answer the rows of a table, called after a word and their numbers, which go on after others'."""
    answered = iter(judge(rows.inputs) if len(rows.inputs) else ())
    for number, error in enumerate(rows.errors, start=1):
        name = f"{word}row {after + number}"
        if error is not None:
            yield Prediction(name=name, decision="error", error=error)
            continue
        update = {"name": name, "notes": rows.notes[number - 1]}
        if rows.unknown[number - 1]:
            update["decision"] = "unknown"
        yield next(answered).model_copy(update=update)
