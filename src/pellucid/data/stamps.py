"""A column of times: how its stamps are written, how far apart they are, and where some are missing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.errors import DataError
from pellucid.kinds import TimeAxis
from pellucid.words import counted

PATTERNS = (
    "%Y-%m-%d",
    "%Y-%m",
    "%Y/%m/%d",
    "%Y/%m",
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%Y%m%d",
    "%b %Y",
    "%b-%Y",
    "%b-%y",
    "%B %Y",
    "%d %b %Y",
    "%d %B %Y",
    "%Y",
)
"""How dates are written; a time may follow."""
TIMES = ("", " %H:%M", " %H:%M:%S", "T%H:%M", "T%H:%M:%S", " %H:%M:%S.%f", "T%H:%M:%S.%f", "T%H:%M:%S%z", " %H:%M:%S%z")
TIME_NAMES = frozenset(
    ["ds", "date", "time", "timestamp", "datetime", "month", "day", "year", "hour", "week", "period", "quarter", "t"]
)
"""Names, lower case, that a column of times has."""
MOST_IRREGULAR = 0.1
"""Share of steps of another length from which only the order of the rows counts."""
_LOOKED_AT, _TRIED = 200, 3
"""Cells that tell how stamps are written, and those of them that each way is tried on first."""
_FOUR_DIGITS = re.compile(r"\d{4}")
_NUMBER = re.compile(r"[+-]?\d*\.?\d*(?:[eE][+-]?\d+)?")
_OF_NUMBERS = ("%Y%m%d", "%Y")
"""Ways in which a stamp is a bare number: tables may have thousands of columns of these, and each way takes time."""
_CALENDAR = {1: ("month", 1), 12: ("year", 1)}


@dataclass(frozen=True)
class Stamps:
    """N stamps that follow one another.

    Attributes:
        axis: how they are counted; its first place is the first stamp.
        places: [N] int64 of each on the axis, rising; 0 to N - 1 where only the order counts.
        irregular: how many steps have another length than the axis says, where therefore only the order counts.
    """

    axis: TimeAxis
    places: NDArray[np.int64]
    irregular: int = 0

    @property
    def missing(self) -> NDArray[np.int64]:
        """The places between first and last that no stamp has."""
        return np.setdiff1d(np.arange(int(self.places[-1]) + 1), self.places)


def pattern_of(cells: Sequence[str]) -> str | None:
    """Return how most of some cells are written where they are stamps; None where they are none.

    Bare numbers are stamps only as years of four digits, all between 1000 and 2999.
    """
    seen = [cell for cell in cells[:_LOOKED_AT] if cell]
    if not seen:
        return None
    if all(_FOUR_DIGITS.fullmatch(cell) for cell in seen):
        return "%Y" if all("1000" <= cell < "3000" for cell in seen) and len(set(seen)) == len(seen) else None
    tried = seen[:_TRIED]
    ways = _OF_NUMBERS if all(map(_NUMBER.fullmatch, tried)) else _written()
    written = [one for one in ways if any(parse_stamp(cell, one) is not None for cell in tried)]
    if all(cell.isdigit() for cell in seen):
        written = [one for one in written if one == "%Y%m%d" and all(len(cell) == 8 for cell in seen)]
    if not written:
        return None
    found = [
        (sum(parse_stamp(cell, one) is not None for cell in seen), -place, one) for place, one in enumerate(written)
    ]
    hits, _, pattern = max(found)
    return pattern if 2 * hits > len(seen) else None


def read_moments(cells: Sequence[str], column: str, path: Path) -> tuple[list[datetime], str]:
    """Return when each cell is, and the pattern they are written in.

    Args:
        cells: of the column.
        column: its name.
        path: of the file, for messages.

    Raises:
        DataError: a cell is empty, is no time, or is written in another way than the others; or it cannot be told
            which of two numbers is the day.
    """
    written = pattern_of(cells)
    if written is None:
        raise DataError(
            f"The column '{column}' of {path} holds no times, e.g. '{cells[0]:.40}'.",
            expected="Dates such as 1949-01, 1949-01-31, 31.01.1949 or 1949-01-31 12:00, one way of writing for all.",
            fix="Name the column of times with --time-column NAME (time_column=).",
        )
    fitting = [one for one in _written() if all(parse_stamp(cell, one) is not None for cell in cells)]
    if not fitting:
        _refuse_cells(cells, column, path, written)
    chosen = fitting[0]
    moments = [[parse_stamp(cell, one) for cell in cells] for one in fitting]
    readings = {tuple(one) for one in moments}
    if len(readings) > 1:
        ordered = [place for place, one in enumerate(moments) if _rises_evenly([when for when in one if when])]
        if len(ordered) != 1:
            raise DataError(
                f"The column '{column}' of {path}: in '{cells[0]:.40}' it cannot be told which number is the day and "
                "which the month.",
                expected="Dates that can be read in one way only.",
                fix="Write them as 1949-01-31.",
            )
        chosen = fitting[ordered[0]]
        return [when for when in moments[ordered[0]] if when is not None], chosen
    return [when for when in moments[0] if when is not None], chosen


def read_stamps(cells: Sequence[str], column: str, path: Path, *, what: str = "") -> Stamps:
    """Return the stamps of one series, and how far apart they are: the commonest distance is the step.

    Args:
        cells: in the order of the file.
        column: their name.
        path: of the file, for messages.
        what: whose they are, e.g. "series 'H1'"; "" where there is one series.

    Raises:
        DataError: see `read_moments`; or stamps are out of order, or twice.
    """
    moments, pattern = read_moments(cells, column, path)
    check_order(moments, cells, column, path, what=what)
    return stamps_of(moments, pattern)


def whole_numbers(cells: Sequence[str]) -> list[int] | None:
    """Return cells as whole numbers where all are such, and no dates: steps that are merely counted."""
    plain = all(cell.removeprefix("-").isdigit() for cell in cells)
    return [int(cell) for cell in cells] if plain and cells and pattern_of(cells) is None else None


def stamps_of_numbers(numbers: Sequence[int]) -> Stamps:
    """Return stamps that are whole numbers and rise: places without dates."""
    steps = np.diff(np.array(numbers, np.int64))
    if not len(steps):
        return Stamps(TimeAxis(), np.arange(len(numbers)))
    lengths, times = np.unique(steps, return_counts=True)
    step = int(lengths[times.argmax()])
    uneven = int((steps != step).sum())
    if bool(np.mod(steps, step).any()) or uneven > MOST_IRREGULAR * len(steps):
        return Stamps(TimeAxis(), np.arange(len(numbers)), irregular=uneven)
    return Stamps(TimeAxis(), np.array(numbers, np.int64) // step)


def stamps_of(moments: Sequence[datetime], pattern: str) -> Stamps:
    """Return stamps that rise, with the step that most of them have."""
    if len(moments) < 2:
        return Stamps(TimeAxis(), np.arange(len(moments)))
    first = moments[0]
    if len({(when.day, when.hour, when.minute, when.second) for when in moments}) == 1 and first.day <= 28:
        counted_in, places = "month", np.array([12 * when.year + when.month for when in moments], np.int64)
    else:
        counted_in = "second"
        places = np.array([round((when - first).total_seconds()) for when in moments], np.int64)
    steps = np.diff(places)
    lengths, times = np.unique(steps, return_counts=True)
    step = int(lengths[times.argmax()])
    off = bool(np.mod(steps, step).any()) if step else True
    uneven = int((steps != step).sum())
    if off or uneven > MOST_IRREGULAR * len(steps):
        return Stamps(TimeAxis(), np.arange(len(moments)), irregular=uneven)
    axis = _axis(first, counted_in, step, pattern)
    return Stamps(axis, (places - places[0]) // step)


def check_order(moments: Sequence[Any], cells: Sequence[str], column: str, path: Path, *, what: str = "") -> None:
    """Look whether stamps rise.

    Raises:
        DataError: one is twice, or earlier than the one before it.
    """
    of = f" of {what}" if what else ""
    for place, (before, when) in enumerate(pairwise(moments), start=2):
        if when == before:
            raise DataError(
                f"The column '{column}'{of} of {path} has the stamp '{cells[place - 1]}' twice (rows {place - 1} and "
                f"{place}).",
                expected="One row for each stamp of a series.",
                fix="Take one of them out; or name the column that tells series apart: --series NAME (series=).",
            )
        if when < before:
            raise DataError(
                f"The column '{column}'{of} of {path} is out of order: '{cells[place - 1]}' (row {place}) comes after "
                f"'{cells[place - 2]}'.",
                expected="Stamps that rise from row to row.",
                fix="Sort the file by time; or name the column that tells several series apart: --series NAME "
                "(series=).",
            )


def _axis(first: datetime, counted_in: str, step: int, pattern: str) -> TimeAxis:
    if counted_in == "month":
        years = step % 12 == 0
        return TimeAxis(
            unit="year" if years else "month", every=step // 12 if years else step, first=first, pattern=pattern
        )
    for unit, seconds in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if step % seconds == 0:
            return TimeAxis.from_dict(
                {"unit": unit, "every": step // seconds, "first": first, "pattern": pattern}, source="A time axis"
            )
    return TimeAxis(unit="second", every=step, first=first, pattern=pattern)


@lru_cache(maxsize=1)
def _written() -> list[str]:
    return [date + time for date in PATTERNS for time in TIMES if not time or date not in ("%Y", "%Y-%m", "%Y/%m")]


def parse_stamp(cell: str, pattern: str) -> datetime | None:
    """Return when a cell is, of a time zone in UTC and without it; None where it is not written so."""
    try:
        when = datetime.strptime(cell, pattern)
    except ValueError:
        return None
    if when.tzinfo is not None:
        when = when.astimezone(UTC).replace(tzinfo=None)
    # strptime takes "1949-1" and a year of two digits for four: what is written back must be as long.
    return when if pattern != "%Y" or len(cell) == 4 else None


def _rises_evenly(moments: Sequence[datetime]) -> bool:
    if any(after <= before for before, after in pairwise(moments)):
        return False
    return len(moments) < 3 or stamps_of(moments, "").irregular == 0


def _refuse_cells(cells: Sequence[str], column: str, path: Path, written: str) -> None:
    """Raise for the first cell that is not written as most are."""
    odd = [(row, cell) for row, cell in enumerate(cells, start=1) if parse_stamp(cell, written) is None]
    row, cell = odd[0]
    usual = next(cell for cell in cells if parse_stamp(cell, written) is not None)
    if not cell:
        raise DataError(
            f"The column '{column}' of {path} has no time in row {row}.",
            expected="A stamp in each row.",
            fix="Fill it in, or take the row out.",
        )
    other = pattern_of([cell])
    raise DataError(
        f"The column '{column}' of {path} mixes ways of writing: '{usual}', but '{cell:.40}' in row {row} "
        f"({counted(len(odd), 'cell')} so)."
        if other is not None
        else f"The column '{column}' of {path} holds '{cell:.40}' in row {row}, which is no time.",
        expected=f"One way of writing for all stamps, here that of '{usual}'.",
        fix="Write them all alike; 1949-01-31 can be read in one way only.",
    )
