"""Rows of what is known ahead: the template that is to be filled in, and the reading of it."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pellucid.data.delimited import Table
from pellucid.data.known_ahead import known_values
from pellucid.errors import DataError
from pellucid.files import write_atomically
from pellucid.kinds import KnownColumn, TimeAxis, listed
from pellucid.words import counted, for_spreadsheet

Steps = Mapping[str, Sequence[int]]
"""By the name of a series, "" where there is one alone: the places on the axis that are to come."""


def stamp_ahead(axis: TimeAxis, place: int, last: int) -> str:
    """Return how a step to come is written: its stamp, or "+1", "+2", ... where only the order of the rows counts."""
    return axis.stamp(place) if axis.is_known else f"+{place - last}"


def write_rows_ahead(
    path: Path, steps: Steps, axis: TimeAxis, *, time: str, by: str | None, known: Sequence[KnownColumn]
) -> int:
    """Write the rows in which what is known ahead is to be filled in, and return how many.

    Args:
        path: of the CSV.
        steps: of each series.
        axis: when they are.
        time, by: the columns of times and of series.
        known: the columns that are to be filled in.
    """
    header = [*([] if by is None else [by]), time, *(column.name for column in known)]
    rows = [
        [*([] if by is None else [for_spreadsheet(name)]), stamp_ahead(axis, place, places[0] - 1), *[""] * len(known)]
        for name, places in steps.items()
        for place in places
    ]

    def write(beside: Path) -> None:
        with beside.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])

    write_atomically(path, write)
    return len(rows)


def read_rows_ahead(
    table: Table,
    steps: Steps,
    axis: TimeAxis,
    *,
    time: str,
    by: str | None,
    known: Sequence[KnownColumn],
    only: bool = True,
) -> dict[str, NDArray[np.float64]]:
    """Return of each series what is known ahead, [n, k].

    Args:
        table: the rows.
        steps: of each series the n places that are needed.
        axis: when they are.
        time, by: the columns of times and of series.
        known: as training found them.
        only: whether rows of later steps are refused.

    Raises:
        DataError: a column, a series or a row is lacking, a row is of another time, a cell is blank, is no number, or a
            word that training never saw.
    """
    wanted = [*([] if by is None else [by]), time, *(column.name for column in known)]
    lacking = [name for name in wanted if name not in table.header]
    if lacking:
        raise DataError(
            f"{table.path} lacks the column {listed(lacking)}.",
            expected=f"Rows of what is known ahead: {listed(wanted)}.",
            fix="pellucid predict RUN --template next.csv writes them, to be filled in.",
        )
    values = np.concatenate([known_values(table, column) for column in known], axis=1)
    owners = (
        [name if name in steps else name.removeprefix("'") for name in table.cells(by)] if by else [""] * len(table)
    )
    strange = [row for row, name in enumerate(owners) if name not in steps]
    if strange:
        raise DataError(
            f"{table.path} has a row of the series '{owners[strange[0]]:.60}' (row {strange[0] + 1}), of which there "
            "is no past.",
            expected=f"Rows of {listed(list(steps))}.",
        )
    cells = table.cells(time)
    found = {}
    for name, places in steps.items():
        rows = [row for row, owner in enumerate(owners) if owner == name]
        found[name] = values[_in_order(table.path, name, rows, cells, places, axis, only=only)]
    return found


def _in_order(
    path: Path,
    name: str,
    rows: Sequence[int],
    cells: Sequence[str],
    places: Sequence[int],
    axis: TimeAxis,
    *,
    only: bool,
) -> list[int]:
    """Return the rows of a series in the order of its steps; where these have no dates, the file's order counts.

    Raises:
        DataError: one is lacking, there twice, or of another time.
    """
    of = f" of the series '{name}'" if name else ""
    stamps = [stamp_ahead(axis, place, places[0] - 1) for place in places]
    due = f"{counted(len(stamps), 'row')}{of}: {span_of(stamps)}."
    wanted = [axis.at(place) if axis.is_known else stamp for place, stamp in zip(places, stamps, strict=True)]
    written = dict(zip(stamps, wanted, strict=True))
    at: dict[object, int] = {}
    for order, row in enumerate(rows, start=1):
        when = written.get(cells[row]) or _moment(cells[row], axis) if axis.is_known else f"+{order}"
        if when is None or when in at:
            what = f"is not written as '{stamps[0]}' is" if when is None else "is there twice"
            raise DataError(f"{path}: the stamp '{cells[row]:.40}'{of} (row {row + 1}) {what}.", expected=due)
        at[when] = row
    beyond = [row for when, row in at.items() if when not in wanted]
    if beyond and only:
        raise DataError(
            f"{path}: '{cells[beyond[0]]:.40}'{of} (row {beyond[0] + 1}) is none of the steps that are forecast.",
            expected=due,
            fix="Take the row out; --horizon N (horizon=) forecasts further.",
        )
    lacking = [stamp for stamp, when in zip(stamps, wanted, strict=True) if when not in at]
    if lacking:
        raise DataError(
            f"{path} lacks {counted(len(lacking), 'row')}{of} of what is known ahead, the first of {lacking[0]}.",
            expected=due,
            fix="pellucid predict RUN --template next.csv writes the rows, to be filled in.",
        )
    return [at[when] for when in wanted]


def span_of(stamps: Sequence[str]) -> str:
    """Return the first and the last of some stamps."""
    return stamps[0] if len(stamps) == 1 else f"{stamps[0]} to {stamps[-1]}"


def _moment(cell: str, axis: TimeAxis) -> datetime | None:
    """Return when a cell is; None where it is not written as the series' stamps are."""
    try:
        return datetime.strptime(cell, axis.pattern).replace(tzinfo=None)
    except ValueError:
        return None
