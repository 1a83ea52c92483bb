"""A CSV of series that are forecast: a time column and numbers, many series below one another, or a row a series."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pellucid.data.cells import is_missing
from pellucid.data.dataset import Finding
from pellucid.data.delimited import Table
from pellucid.data.forecast_gaps import with_gaps
from pellucid.data.forecasting import Found, SeriesOfFile, raw_forecast
from pellucid.data.known_ahead import columns_known_ahead, known_values, named_ahead, without_rows_to_come
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.rows_of_series import rows_of_series
from pellucid.data.stamps import (
    TIME_NAMES,
    Stamps,
    check_order,
    pattern_of,
    read_moments,
    stamps_of,
    stamps_of_numbers,
    whole_numbers,
)
from pellucid.data.strange_cells import first_rows, quoted, refuse_strange_cells
from pellucid.data.table_columns import TARGET_NAMES, TableChoice, without_dropped
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import KnownColumn, TimeAxis, listed
from pellucid.records import Decision
from pellucid.words import counted

SERIES_NAMES = ("unique_id", "series", "series_id", "item_id", "id")
"""Names, lower case, of the column that tells several series apart."""
FUTURE_NAMES = ("y", *TARGET_NAMES)
"""Names, lower case, of the column that is forecast."""
_FEWEST_ROWS = 20


def is_series(table: Table, choice: TableChoice) -> bool:
    """Tell whether a table is to be forecast: it was asked for, or there is nothing else that it could be.

    A table with dates stays a table, unless it was said how far ahead to look; where nothing was said, a file of one
    time column in regular steps and numbers beside it has no target, and is a series.
    """
    if choice.layout == "table":
        return False
    if any(
        one is not None
        for one in (choice.horizon, choice.time_column, choice.series, choice.window, choice.season, choice.future)
    ):
        return True
    if choice.task is not None or choice.target is not None or len(table) < _FEWEST_ROWS or len(table.header) < 2:
        return False
    if any(name.lower() in TARGET_NAMES for name in table.header):
        return False
    times = [name for name in table.header if _is_time(table, name)]
    others = [name for name in table.header if name not in times]
    if len(times) != 1 or any(table.numbers(name) is None for name in others):
        return False
    try:
        moments, pattern = read_moments(table.cells(times[0]), times[0], table.path)
        check_order(moments, table.cells(times[0]), times[0], table.path)
    except DataError:
        return False
    return stamps_of(moments, pattern).axis.is_known


def read_forecast(table: Table, choice: TableChoice, *, name: str) -> RawDataset:
    """Read a table whose rows, or whose columns, follow one another in time.

    Raises:
        DataError: no column of times or none to forecast, stamps out of order or twice, cells that are no numbers.
        RecipeError: an option that makes no sense here.
    """
    for option in ("group", "impute", "weight", "task"):
        if getattr(choice, option) is not None:
            raise RecipeError(
                f"--{option} ({option}=) cannot be used: {table.path} is a series that is forecast.",
                expected="It is for tables whose rows are examples.",
                fix="Leave it out; --layout table (layout=) reads the file as such a table.",
            )
    found = find_series(table, choice)
    if choice.horizon is None and choice.time_column is None:
        reason = "one column of times in regular steps, and numbers (--layout table reads rows as examples)"
        found.decisions.insert(0, Decision(name="layout", value="a series to forecast", reason=reason))
    return raw_forecast(found, choice, name=name)


def find_series(table: Table, choice: TableChoice, *, known: tuple[KnownColumn, ...] = ()) -> Found:
    """Return the series of a table, without a word on what is learned of them; see `read_forecast`.

    Args:
        table: the file.
        choice: what was said of it.
        known: columns that are known ahead, with the words that training found in them; () to look for these.
    """
    table, dropped = without_dropped(table, choice)
    time = _time_column(table, choice)
    found = rows_of_series(table, choice) if time is None else _columns_of_series(table, choice, time, known)
    found.decisions += dropped
    return found


def _is_time(table: Table, name: str) -> bool:
    cells = table.cells(name)
    pattern = pattern_of(cells)
    if pattern is None:
        return False
    return pattern != "%Y" or name.lower() in TIME_NAMES


def _time_column(table: Table, choice: TableChoice) -> str | None:
    if choice.time_column is not None:
        return table.check_column(choice.time_column, option="time-column")
    times = [name for name in table.header if _is_time(table, name)]
    named = [name for name in times if name.lower() in TIME_NAMES]
    return next(iter(named or times), None)


def _series_column(table: Table, choice: TableChoice, time: str) -> str | None:
    if choice.series is not None:
        return table.check_column(choice.series, option="series")
    if len(set(table.cells(time))) == len(table):
        return None
    by_name = {name.lower(): name for name in table.header if name != time}
    return next((by_name[name] for name in SERIES_NAMES if name in by_name), None)


def _columns_of_series(table: Table, choice: TableChoice, time: str, known: tuple[KnownColumn, ...]) -> Found:
    by = _series_column(table, choice, time)
    ahead = named_ahead(table, choice)
    target, about_target = _target_column(table, choice, {time, by}, ahead)
    decisions = [about_target, _about_time(time, choice)]
    if by is not None and choice.series is None:
        reason = "known by its name, and stamps come again (--series NAME)"
        decisions.append(Decision(name="series", value=f"by '{by}'", reason=reason))
    known = known or columns_known_ahead(table, ahead, (time, by, target))
    names, groups = [""], np.zeros(len(table), np.int64)
    if by is not None:
        names, groups = _groups(table.cells(by))
    to_come = None
    if known:
        reason = "their values at the steps that are forecast are seen, too (--future)"
        decisions.append(Decision(name="known ahead", value=listed([one.name for one in known]), reason=reason))
        table, groups, to_come, about_rows = without_rows_to_come(table, target, groups)
        decisions += about_rows
    numbers = _further_numbers(table, {time, by, target, *(one.name for one in known)}, decisions)
    told = [known_values(table, one, gaps=choice.gaps == "fill") for one in known]
    channels = (target, *numbers, *(name for one in known for name in one.channels))
    columns = np.concatenate([_values(table, name, choice)[:, None] for name in (target, *numbers)] + told, axis=1)
    firsts = _stamps_of_each(table, time, names, groups)
    series, findings = [], []
    axis = _common_axis([stamps for _, stamps, _ in firsts])
    uneven = [(name, stamps.irregular) for name, stamps, _ in firsts if stamps.irregular and not stamps.axis.is_known]
    if uneven:
        findings.append(
            Finding(
                kind="irregular-steps",
                message="Steps have different lengths: only the order of the rows counts, and what comes next has no "
                "date.",
                examples=tuple(f"{name or target}: {count:,} steps" for name, count in uneven[:8]),
                count=len(uneven),
            )
        )
    for name, stamps, rows in firsts:
        shift = _shift(axis, stamps)
        series.append(SeriesOfFile(name, columns[rows], stamps.places + shift))
    found = Found(
        table.path, channels, target, series, axis, decisions, findings, known=known, time=time, by=by, to_come=to_come
    )
    found.numbered = _numbered(table.cells(time), firsts)
    return with_gaps(found, choice)


def _further_numbers(table: Table, taken: set[str | None], decisions: list[Decision]) -> list[str]:
    """Return the columns of numbers that are seen beside the target, and say so."""
    others = [name for name in table.header if name not in taken]
    numbers = [name for name in others if table.numbers(name) is not None]
    words = [name for name in others if name not in numbers]
    if numbers:
        reason = "numbers beside it, known up to the last row (--future names those known ahead, --drop leaves out)"
        decisions.append(Decision(name="further channels", value=listed(numbers), reason=reason))
    if words:
        reason = "they hold words; a series has numbers (--future takes words that are known ahead)"
        decisions.append(Decision(name="columns left out", value=listed(words), reason=reason))
    return numbers


def _stamps_of_each(
    table: Table, time: str, names: Sequence[str], groups: NDArray[np.int64]
) -> list[tuple[str, Stamps, NDArray[np.int64]]]:
    """Return each series' name, its stamps, and its rows.

    Raises:
        DataError: stamps cannot be read, are out of order, or twice.
    """
    cells = table.cells(time)
    numbers = whole_numbers(cells)
    moments, pattern = ([], "") if numbers is not None else read_moments(cells, time, table.path)
    found = []
    for number, name in enumerate(names):
        rows = np.flatnonzero(groups == number)
        about = {"what": f"series '{name}'" if name else ""}
        own_cells = [cells[row] for row in rows.tolist()]
        if numbers is not None:
            counts = [numbers[row] for row in rows.tolist()]
            check_order(counts, own_cells, time, table.path, **about)
            found.append((name, stamps_of_numbers(counts), rows))
        else:
            own = [moments[row] for row in rows.tolist()]
            check_order(own, own_cells, time, table.path, **about)
            found.append((name, stamps_of(own, pattern), rows))
    return found


def _numbered(
    cells: Sequence[str], firsts: Sequence[tuple[str, Stamps, NDArray[np.int64]]]
) -> dict[str, tuple[int, int]]:
    """Return of each series whose times are whole numbers the last one, and their distance; 0 where it is uneven."""
    numbers = whole_numbers(cells)
    found = {}
    for name, stamps, rows in firsts if numbers is not None else ():
        assert numbers is not None
        own = np.array(numbers, np.int64)[rows]
        lengths, times = np.unique(np.diff(own), return_counts=True)
        found[name] = int(own[-1]), 0 if stamps.irregular or not len(lengths) else int(lengths[times.argmax()])
    return found


def _about_time(time: str, choice: TableChoice) -> Decision:
    reason = "as asked for" if choice.time_column else "it holds times (--time-column NAME)"
    return Decision(name="time", value=f"'{time}'", reason=reason)


def _target_column(
    table: Table, choice: TableChoice, taken: set[str | None], ahead: Sequence[str]
) -> tuple[str, Decision]:
    if choice.target is not None:
        name = table.check_column(choice.target, option="target")
        if name in taken:
            raise RecipeError(f"--target (target=) '{name}' is the column of times or of series.", fix="Name another.")
        return name, Decision(name="target", value=f"'{name}'", reason="as asked for")
    left = [name for name in table.header if name not in taken and name not in ahead]
    numbers = [name for name in left if table.numbers(name) is not None]
    known = [name for name in numbers if name.lower() in FUTURE_NAMES]
    if len(known) == 1 or len(left) == 1:
        name = known[0] if known else left[0]
        why = "known by its name" if known else "the only column beside the times"
        return name, Decision(name="target", value=f"'{name}'", reason=f"{why} (--target)")
    if len(numbers) == 1:
        return numbers[0], Decision(name="target", value=f"'{numbers[0]}'", reason="the only numbers (--target)")
    raise DataError(
        f"{table.path} has {counted(len(numbers), 'column')} of numbers that could be forecast: {listed(numbers)}.",
        expected="One that is forecast; the others are seen with it.",
        fix="Name it with --target NAME (target=).",
    )


def _values(table: Table, name: str, choice: TableChoice) -> NDArray[np.float64]:
    """Return [N] values of a column; NaN where a cell is blank and gaps are filled.

    Raises:
        DataError: a cell is no number, or blank.
    """
    reading = table.reading(name)
    blank = np.array([is_missing(cell) or cell in ("?", "NaN", "nan", "NA", "null") for cell in reading.cells])
    if (np.isnan(reading.values) & ~blank).any():
        refuse_strange_cells(table, name, reading, what="column of values")
    if blank.any() and choice.gaps != "fill":
        cells = sorted({reading.cells[row] for row in np.flatnonzero(blank).tolist()})
        written = "empty" if cells == [""] else f"written {quoted(cells)}"
        raise DataError(
            f"The column '{name}' of {table.path} has {counted(int(blank.sum()), 'row')} without a number: "
            f"{first_rows(blank)} ({written}).",
            expected="A number in each row of a series.",
            fix="Fill it in, or let --gaps fill (gaps=) put the straight line between its neighbours there. A row that "
            "is taken out is a gap, and nothing is learned across it.",
        )
    if np.isinf(reading.values).any():
        raise DataError(f"The column '{name}' of {table.path} holds an infinite number.", fix="Mend it.")
    values = reading.values.copy()
    values[blank] = np.nan
    return values


def _groups(cells: tuple[str, ...]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the names of series in the order in which they first come, and of each row the number of its series."""
    numbers: dict[str, int] = {}
    of = np.array([numbers.setdefault(cell, len(numbers)) for cell in cells], np.int64)
    return list(numbers), of


def _common_axis(found: list[Stamps]) -> TimeAxis:
    """Return the axis from the earliest stamp on; of rows where steps are unlike."""
    steps = {(stamps.axis.unit, stamps.axis.every) for stamps in found if len(stamps.places) > 1}
    if len(steps) != 1 or not all(stamps.axis.is_known for stamps in found if len(stamps.places) > 1):
        return TimeAxis()
    return min((stamps.axis for stamps in found if stamps.axis.first is not None), key=lambda axis: str(axis.first))


def _shift(axis: TimeAxis, stamps: Stamps) -> int:
    """Return the place of a series' first stamp on the common axis; 0 of rows."""
    if not axis.is_known or stamps.axis.first is None or axis.first is None:
        return 0
    if axis.unit in ("month", "year"):
        months = 12 * (stamps.axis.first.year - axis.first.year) + stamps.axis.first.month - axis.first.month
        return months // (axis.every * (12 if axis.unit == "year" else 1))
    seconds = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}[axis.unit] * axis.every
    return int((stamps.axis.first - axis.first).total_seconds() // seconds)
