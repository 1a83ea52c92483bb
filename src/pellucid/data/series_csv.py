"""A CSV file that is one series: a row a step, a column a channel."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pellucid.data.delimited import Table, read_table
from pellucid.data.series_reading import Values, without_end
from pellucid.data.series_shapes import check_series
from pellucid.data.table_columns import GROUP_NAME
from pellucid.errors import DataError

TIME_NAMES = re.compile(
    r"(time|times|timestamp|time[ _-]?stamp|t|date|datetime|ds|index|step|seconds?|ms)", re.IGNORECASE
)
"""Names of columns that say when, and are no channel."""


@dataclass(frozen=True)
class SeriesFile:
    """One series with what its file says beside it.

    Attributes:
        values: [T, C].
        channels: C names.
        times: name of the column of times that was left out; "" where there is none.
        group: what a column of persons, patients, ... holds in every row; "" where there is none.
        group_column: its name.
    """

    values: Values
    channels: tuple[str, ...]
    times: str = ""
    group: str = ""
    group_column: str = ""


def read_series_csv(path: Path, *, group: str | None = None) -> SeriesFile:
    """Read one series.

    Args:
        path: of the file.
        group: the column that says whose it is; None for one called patient, subject, ...

    Raises:
        DataError: it cannot be read, a column holds other than numbers, or no value is there.
    """
    table = read_table(path)
    times = next((name for name in table.header if TIME_NAMES.fullmatch(name)), "") if len(table.header) > 1 else ""
    column = _group_column(table, group)
    names = [name for name in table.header if name not in (times, column)]
    if not names:
        raise DataError(f"{path} has no column of values.", expected="A column of numbers for each channel.")
    columns = [_numbers(table, name) for name in names]
    values = without_end(np.stack(columns, axis=1))
    check_series(values, what=str(path))
    channels = tuple(names) if not table.nameless else tuple(f"channel {place}" for place in range(1, len(names) + 1))
    return SeriesFile(
        values.astype(np.float32),
        ("value",) if len(names) == 1 and table.nameless else channels,
        times,
        table.cells(column)[0] if column else "",
        column,
    )


def _group_column(table: Table, asked: str | None) -> str:
    """Return the column that says whose a series is, where it says the same in every row; "" for none."""
    if asked is not None:
        table.check_column(asked, option="group")
    name = asked or next((name for name in table.header if GROUP_NAME.fullmatch(name)), "")
    if not name:
        return ""
    if len(set(table.cells(name))) > 1:
        if asked is None:
            return ""
        held = ", ".join(sorted(set(table.cells(name)))[:4])
        raise DataError(
            f"The column '{name}' of {table.path} holds several groups: {held}.",
            expected="One in each file, which is one series.",
        )
    return name


def _numbers(table: Table, name: str) -> np.ndarray:
    reading = table.reading(name)
    if reading.strange.any():
        row = int(reading.strange.argmax())
        cell = table.cells(name)[row]
        raise DataError(
            f"The column '{name}' of {table.path} holds '{cell[:40]}' in row {row + 1}, which is no number.",
            expected="Numbers, or nothing for a missing value; a column called time or timestamp is left out.",
        )
    return reading.values.astype(np.float64)
