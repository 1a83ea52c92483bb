"""A CSV of series that are forecast: a time column and numbers, many series below one another, or a row a series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pellucid.data.cells import is_missing
from pellucid.data.dataset import Finding
from pellucid.data.delimited import Table, read_table
from pellucid.data.draft import Draft
from pellucid.data.forecasting import Found, SeriesOfFile, draft_forecast
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
from pellucid.data.strange_cells import first_rows, refuse_strange_cells
from pellucid.data.table_columns import TARGET_NAMES, TableChoice, without_dropped
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import TimeAxis, listed
from pellucid.records import Decision
from pellucid.words import counted

SERIES_NAMES = ("unique_id", "series", "series_id", "item_id", "id")
"""Names, lower case, of the column that tells several series apart."""
FUTURE_NAMES = ("y", *TARGET_NAMES)
"""Names, lower case, of the column that is forecast."""
_FEWEST_ROWS, _FEWEST_STEPS = 20, 20
_GAPS_SHOWN = 3


def is_series(table: Table, choice: TableChoice) -> bool:
    """Tell whether a table is to be forecast: it was asked for, or there is nothing else that it could be.

    A table with dates stays a table, unless it was said how far ahead to look; where nothing was said, a file of one
    time column in regular steps and numbers beside it has no target, and is a series.
    """
    if choice.layout == "table":
        return False
    if any(
        one is not None for one in (choice.horizon, choice.time_column, choice.series, choice.window, choice.season)
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


def read_forecast(table: Table, choice: TableChoice, *, name: str) -> Draft:
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
    return draft_forecast(found, choice, name=name)


def find_series(table: Table, choice: TableChoice) -> Found:
    """Return the series of a table, without a word on what is learned of them; see `read_forecast`."""
    table, dropped = without_dropped(table, choice)
    time = _time_column(table, choice)
    found = _rows_of_series(table, choice) if time is None else _columns_of_series(table, choice, time)
    found.decisions += dropped
    return found


# --- a row a series ---


def _rows_of_series(table: Table, choice: TableChoice) -> Found:
    """Read a file whose rows are series, as the M competitions have them: a name, values, blanks behind the end."""
    if len(table.header) <= _FEWEST_STEPS or table.numbers(table.header[0]) is not None:
        raise DataError(
            f"{table.path} has no column of times.",
            expected=f"One that is called {listed(sorted(TIME_NAMES), 5)} or holds dates; or a row for each series, "
            f"its name first and more than {_FEWEST_STEPS} values. Its columns: {listed(table.header)}.",
            fix="Name it with --time-column NAME (time_column=).",
        )
    if choice.target is not None:
        raise RecipeError(
            f"--target (target=) cannot be used: each row of {table.path} is a series, and that is forecast.",
            fix="Leave it out.",
        )
    names, values = _ragged(table)
    beside = _test_beside(table.path)
    tests: dict[str, NDArray[np.float64]] = {}
    decisions = [Decision(name="series", value=f"{len(names):,}", reason="a row each")]
    if beside is not None:
        tests = dict(zip(*_ragged(read_table(beside)), strict=True))
        reason = f"as {beside.name} has them, which lies beside it (--splits ignore leaves it out)"
        if choice.splits != "ignore":
            decisions.append(Decision(name="test", value="the values that follow", reason=reason))
        else:
            tests = {}
    whole = [np.concatenate([one, tests.get(name, one[:0])]) for name, one in zip(names, values, strict=True)]
    # The last values of all are the latest, as far as anybody knows: the axis is common, counted from the longest.
    longest = max(map(len, whole))
    series = [
        SeriesOfFile(name, one[:, None], np.arange(longest - len(one), longest), len(learned) if tests else None)
        for name, one, learned in zip(names, whole, values, strict=True)
    ]
    return Found(table.path, ("value",), "value", series, TimeAxis(), decisions)


def _ragged(table: Table) -> tuple[list[str], list[NDArray[np.float64]]]:
    names, columns = list(table.columns[0]), []
    for name in table.header[1:]:
        reading = table.reading(name)
        if (reading.strange & ~reading.missing).any():
            refuse_strange_cells(table, name, reading, what="column of values")
        columns.append(reading.values)
    rows = np.stack(columns, axis=1)
    found = []
    for name, row in zip(names, rows, strict=True):
        known = np.flatnonzero(~np.isnan(row))
        if not len(known):
            raise DataError(f"The series '{name}' of {table.path} holds no value.", fix="Take its row out.")
        if len(known) != known[-1] + 1:
            hole = int(np.flatnonzero(np.isnan(row))[0]) + 1
            raise DataError(
                f"The series '{name}' of {table.path} has a hole at step {hole}.",
                expected="Blanks behind the end of a series only.",
                fix="Fill it, or take the row out.",
            )
        found.append(row[: len(known)])
    return names, found


def _test_beside(path: Path) -> Path | None:
    stem = path.stem
    for word, other in (("train", "test"), ("Train", "Test"), ("TRAIN", "TEST")):
        if word in stem:
            beside = path.with_name(stem.replace(word, other) + path.suffix)
            return beside if beside.is_file() else None
    return None


# --- a column of times ---


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


def _columns_of_series(table: Table, choice: TableChoice, time: str) -> Found:
    by = _series_column(table, choice, time)
    target, about_target = _target_column(table, choice, {time, by})
    decisions = [about_target, _about_time(time, choice)]
    if by is not None and choice.series is None:
        reason = "known by its name, and stamps come again (--series NAME)"
        decisions.append(Decision(name="series", value=f"by '{by}'", reason=reason))
    others = [name for name in table.header if name not in (time, by, target)]
    numbers = [name for name in others if table.numbers(name) is not None]
    words = [name for name in others if name not in numbers]
    if numbers:
        reason = "numbers beside it, known up to the last row (--drop leaves columns out)"
        decisions.append(Decision(name="further channels", value=listed(numbers), reason=reason))
    if words:
        reason = "they hold words; a series has numbers"
        decisions.append(Decision(name="columns left out", value=listed(words), reason=reason))
    channels = (target, *numbers)
    columns = np.stack([_values(table, name, choice) for name in channels], axis=1)
    names, groups = [""], np.zeros(len(table), np.int64)
    if by is not None:
        names, groups = _groups(table.cells(by))
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
    found = Found(table.path, channels, target, series, axis, decisions, findings)
    return _with_gaps(found, choice)


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


def _about_time(time: str, choice: TableChoice) -> Decision:
    reason = "as asked for" if choice.time_column else "it holds times (--time-column NAME)"
    return Decision(name="time", value=f"'{time}'", reason=reason)


def _target_column(table: Table, choice: TableChoice, taken: set[str | None]) -> tuple[str, Decision]:
    if choice.target is not None:
        name = table.check_column(choice.target, option="target")
        if name in taken:
            raise RecipeError(f"--target (target=) '{name}' is the column of times or of series.", fix="Name another.")
        return name, Decision(name="target", value=f"'{name}'", reason="as asked for")
    left = [name for name in table.header if name not in taken]
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
        cells = sorted({reading.cells[row] or "nothing" for row in np.flatnonzero(blank).tolist()})
        raise DataError(
            f"The column '{name}' of {table.path} has {counted(int(blank.sum()), 'row')} without a number "
            f"({listed(cells, 3)}): {first_rows(blank)}.",
            expected="A number in each row of a series.",
            fix="--gaps fill (gaps=) puts the line between the neighbours there; rows taken out make a gap.",
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


def _with_gaps(found: Found, choice: TableChoice) -> Found:
    """Say which stamps are missing; fill them where that was asked for."""
    gaps = [(one.name, np.setdiff1d(np.arange(one.places[0], one.places[-1] + 1), one.places)) for one in found.series]
    missing = [(name, found.axis.stamp(int(place))) for name, places in gaps for place in places[:_GAPS_SHOWN].tolist()]
    total = sum(len(places) for _, places in gaps)
    holes = sum(int(np.isnan(one.values).sum()) for one in found.series)
    if total:
        shown = tuple(f"{name}: {stamp}" if name else stamp for name, stamp in missing[:_GAPS_SHOWN])
        filled = (
            "they are filled by the line between their neighbours" if choice.gaps == "fill" else "nothing is filled"
        )
        found.findings.append(
            Finding(
                kind="gaps",
                message=f"{counted(total, 'stamp is', 'stamps are')} missing; {filled}.",
                examples=shown,
                count=total,
            )
        )
    if choice.gaps != "fill" or not (total or holes):
        return found
    found.series = [_filled(one) for one in found.series]
    reason = "--gaps fill: the straight line between the neighbours"
    found.decisions.append(Decision(name="gaps", value=f"{total + holes:,} values filled", reason=reason))
    return found


def _filled(one: SeriesOfFile) -> SeriesOfFile:
    places = np.arange(one.places[0], one.places[-1] + 1)
    columns = []
    for column in one.values.T:
        known = ~np.isnan(column)
        columns.append(np.interp(places, one.places[known], column[known]))
    return replace(one, values=np.stack(columns, axis=1), places=places)
