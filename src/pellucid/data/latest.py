"""The last rows of a file of series, from which a forecast goes on, and what is known of the steps to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.delimited import Table, read_table
from pellucid.data.forecast_csv import find_series
from pellucid.data.forecasting import Found, calendar_channels, calendar_names
from pellucid.data.known_ahead import ahead_names
from pellucid.data.rows_ahead import read_rows_ahead, span_of, stamp_ahead, write_rows_ahead
from pellucid.data.table_columns import OF_FORECASTS, TableChoice
from pellucid.errors import DataError
from pellucid.files import expand
from pellucid.kinds import FutureTarget, SeriesInput, TimeAxis, listed
from pellucid.words import counted


@dataclass(frozen=True)
class LatestWindow:
    """The last values of one series.

    Attributes:
        series: its name.
        values: [C, T] float64, the newest last; in words why there are none.
        axis: when its steps are.
        place: on the axis, of the last value.
        ahead: [n, k] what is known of the n steps to come, of each channel of the columns that are known ahead.
    """

    series: str
    values: NDArray[np.float64] | str
    axis: TimeAxis
    place: int
    ahead: NDArray[np.float64]

    @property
    def stamp(self) -> str:
        """When the last value is."""
        return self.axis.stamp(self.place)


@dataclass(frozen=True)
class SeriesReader:
    """Reads files of series as those of a training were read.

    Attributes:
        options: of the dataset that was trained on, as `load_dataset` was told them.
        given: what a network takes.
        target: what it forecasts.
        window: T, the steps that it sees.
    """

    options: Mapping[str, Any]
    given: SeriesInput
    target: FutureTarget
    window: int

    def tells_only_ahead(self, path: str | Path) -> bool:
        """Tell whether a file holds what is known ahead, and nothing of the past: it lacks what is forecast."""
        return bool(self.given.known) and self.target.name not in read_table(_place(path)).header

    def windows(self, path: str | Path, *, ahead: str | Path | None = None, steps: int) -> list[LatestWindow]:
        """Return the last window of each series of a file.

        Args:
            path: of a CSV of the past.
            ahead: of a CSV of what is known ahead; None where `path` has its rows, or nothing is.
            steps: n, how many are to come; at least as many as the network forecasts.

        Raises:
            DataError: it is no such file, lacks a channel, or what must be known of the steps to come is not.
        """
        found = self._find(path)
        self._check_channels(found)
        to_come = found.to_come if ahead is None else read_table(_place(ahead))
        values_ahead = self._ahead(found, to_come, steps, only=ahead is not None)
        return [
            LatestWindow(
                one.name or found.target,
                self._fault(one.places) or self._channels(found, place, values_ahead[one.name])[-self.window :].T,
                found.axis,
                int(one.places[-1]),
                values_ahead[one.name],
            )
            for place, one in enumerate(found.series)
        ]

    def write_template(self, out: Path, path: str | Path, *, steps: int) -> int:
        """Write the rows that must be filled in before a forecast, and return how many there are.

        Args:
            out: of the CSV that is written.
            path: of the past.
            steps: n of each series.
        """
        found = self._find(path)
        return write_rows_ahead(
            out, _to_come(found, steps), found.axis, time=found.time, by=found.by, known=self.given.known
        )

    def _find(self, path: str | Path) -> Found:
        names = (*OF_FORECASTS, "target", "drop")
        said = {name: self.options[name] for name in names if self.options.get(name) is not None}
        return find_series(read_table(_place(path)), TableChoice(**said, splits="ignore"), known=self.given.known)

    def _check_channels(self, found: Found) -> None:
        """Raise DataError where the file lacks what the network looks at."""
        made = (*calendar_names(), *ahead_names(self.given.known, self.target.horizon))
        wanted = [name for name in self.given.channels if name not in made]
        lacking = [name for name in wanted if name not in found.channels]
        if lacking:
            raise DataError(
                f"{found.path} lacks the column {', '.join(lacking)}.",
                expected=f"The columns of training: {', '.join(wanted)}.",
            )
        if self._needs_calendar and not found.axis.is_known:
            raise DataError(
                f"{found.path} does not tell when its rows are: their steps are uneven.",
                expected="Dates in regular steps, as in training: the network looks at the place in the year.",
            )

    @property
    def _needs_calendar(self) -> bool:
        return calendar_names()[0] in self.given.channels

    def _fault(self, places: NDArray[np.int64]) -> str:
        """Return why a series cannot be gone on with; "" where it can."""
        if len(places) < self.window:
            return f"it has {len(places):,} rows, and the network looks at {self.window:,}."
        if int(places[-1] - places[-self.window]) != self.window - 1:
            return f"one of its last {self.window:,} stamps is missing (--gaps fill closes gaps)."
        return ""

    def _channels(self, found: Found, place: int, ahead: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return [rows, C] all values of a series as the network takes them."""
        one, horizon = found.series[place], self.target.horizon
        names, columns = list(found.channels), [one.values]
        if self.given.known:
            names += ahead_names(self.given.known, horizon)
            whole = np.concatenate([one.values[:, -ahead.shape[1] :], ahead[:horizon]])
            columns.append(whole[horizon:])
        if self._needs_calendar:
            names += calendar_names()
            columns.append(calendar_channels(found.axis, one.places))
        chosen: NDArray[np.float64] = np.concatenate(columns, axis=1)[
            :, [names.index(name) for name in self.given.channels]
        ]
        return chosen

    def _ahead(self, found: Found, to_come: Table | None, steps: int, *, only: bool) -> dict[str, NDArray[np.float64]]:
        """Return [n, k] of each series what is known ahead."""
        known, places = self.given.known, _to_come(found, steps)
        if not known:
            return {name: np.zeros((steps, 0)) for name in places}
        if to_come is None:
            of = next(iter(places.values()))
            stamps = [stamp_ahead(found.axis, place, of[0] - 1) for place in of]
            raise DataError(
                f"{listed([column.name for column in known])} must be known of "
                f"{counted(steps, 'step')} to come ({span_of(stamps)}), and {found.path} has no rows of them.",
                expected="A file of what is known ahead.",
                fix=f"pellucid predict RUN --horizon {steps} --template next.csv writes its rows; fill them in, and "
                "add next.csv to the command.",
            )
        return read_rows_ahead(
            to_come,
            places,
            found.axis,
            time=found.time,
            by=found.by,
            known=known,
            numbered=found.numbered,
            only=only,
        )


def _to_come(found: Found, steps: int) -> dict[str, Sequence[int]]:
    """Return of each series the places of the steps to come."""
    return {one.name: range(int(one.places[-1]) + 1, int(one.places[-1]) + 1 + steps) for one in found.series}


def _place(path: str | Path) -> Path:
    return expand(path, what="The path", error=DataError)
