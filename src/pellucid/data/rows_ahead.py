"""Rows of what is known ahead: the template that is to be filled in, and the reading of it."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pellucid.data.delimited import Table
from pellucid.data.known_ahead import known_values
from pellucid.data.stamps import check_order, parse_stamp, pattern_of, read_moments
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
    numbered: Mapping[str, tuple[int, int]],
    only: bool = True,
) -> dict[str, NDArray[np.float64]]:
    """Return of each series what is known ahead, [n, k].

    Args:
        table: the rows.
        steps: of each series the n places that are needed.
        axis: when they are.
        time, by: the columns of times and of series.
        known: as training found them.
        numbered: of series whose times are whole numbers the last one and their distance, see `Found`.
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
        found[name] = values[_in_order(table.path, name, rows, cells, places, axis, numbered.get(name), only=only)]
    return found


def _in_order(
    path: Path,
    name: str,
    rows: Sequence[int],
    cells: Sequence[str],
    places: Sequence[int],
    axis: TimeAxis,
    number: tuple[int, int] | None,
    *,
    only: bool,
) -> list[int]:
    """Return the rows of a series in the order of its steps.

    Raises:
        DataError: one is lacking, there twice, or of another time.
    """
    of = f" of the series '{name}'" if name else ""
    stamps = [stamp_ahead(axis, place, places[0] - 1) for place in places]
    due = f"{counted(len(stamps), 'row')}{of}: {span_of(stamps)}."
    wanted: list[object] = [
        axis.at(place) if axis.is_known else stamp for place, stamp in zip(places, stamps, strict=True)
    ]
    own = [cells[row] for row in rows]
    said: Sequence[object] = (
        [parse_stamp(cell, axis.pattern) for cell in own] if axis.is_known else _counted_on(own, number, path)
    )
    at: dict[object, int] = {}
    for row, when in zip(rows, said, strict=True):
        if when is None or when in at:
            what = f"is not written as '{stamps[0]}' is" if when is None else "is there twice"
            raise DataError(f"{path}: the stamp '{cells[row]:.40}'{of} (row {row + 1}) {what}.", expected=due)
        at[when] = row
    beyond = [row for when, row in at.items() if when not in wanted]
    lacking = [stamp for stamp, when in zip(stamps, wanted, strict=True) if when not in at]
    if beyond and only:
        raise DataError(
            f"{path}: '{cells[beyond[0]]:.40}'{of} (row {beyond[0] + 1}) is none of the steps that are forecast.",
            expected=due,
            fix=f"Correct it: there is no row of {lacking[0]}."
            if lacking
            else "Take the row out, or forecast more steps with --horizon N (horizon=).",
        )
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


def _counted_on(cells: Sequence[str], number: tuple[int, int] | None, path: Path) -> list[str | None]:
    """Return which step each cell of steps without dates is, "+1", "+2", ...; None where it does not say so.

    "+3" says so; so does a whole number where the past has such at even distances. Of uneven times the rows count on in
    their order, which has to be that of the times.

    Args:
        cells: of one series.
        number: the last number of the past, and their distance; None where its times are no numbers.
        path: of the file.

    Raises:
        DataError: times are out of order, or twice.
    """
    if all(_STEP.fullmatch(cell) for cell in cells):
        return [f"+{int(cell)}" for cell in cells]
    if all(_NUMBER.fullmatch(cell) for cell in cells) and (number is not None or pattern_of(cells) is None):
        last, distance = number or (0, 1)  # a spreadsheet makes 1 of "+1"
        if distance:
            steps = [divmod(int(cell) - last, distance) for cell in cells]
            return [f"+{step}" if step > 0 and not rest else None for step, rest in steps]
        rising = [last, *map(int, cells)]
        return [f"+{order}" if rising[order] > rising[order - 1] else None for order in range(1, len(rising))]
    if pattern_of(cells) is None:
        return [f"+{int(cell)}" if _STEP.fullmatch(cell) else None for cell in cells]
    moments, _ = read_moments(cells, "time", path)
    check_order(moments, cells, "time", path)
    return [f"+{order}" for order in range(1, len(cells) + 1)]


_STEP, _NUMBER = re.compile(r"\+0*[1-9][0-9]{0,8}"), re.compile(r"-?[0-9]{1,15}")
