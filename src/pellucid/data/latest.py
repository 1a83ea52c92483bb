"""The last rows of a file of series, from which a forecast goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.delimited import read_table
from pellucid.data.forecast_csv import find_series
from pellucid.data.forecasting import calendar_channels, calendar_names
from pellucid.data.table_columns import OF_FORECASTS, TableChoice
from pellucid.errors import DataError
from pellucid.files import expand
from pellucid.kinds import TimeAxis


@dataclass(frozen=True)
class LatestWindow:
    """The last values of one series.

    Attributes:
        series: its name.
        values: [C, T] float64, the newest last; in words why there are none.
        axis: when its steps are.
        place: on the axis, of the last value.
    """

    series: str
    values: NDArray[np.float64] | str
    axis: TimeAxis
    place: int

    @property
    def stamp(self) -> str:
        """When the last value is."""
        return self.axis.stamp(self.place)


def latest_windows(
    path: str | Path, options: Mapping[str, Any], *, channels: Sequence[str], window: int
) -> list[LatestWindow]:
    """Return the last window of each series of a file, read as the training's was.

    Args:
        path: of a CSV.
        options: of the dataset that was trained on, as `load_dataset` was told them.
        channels: C names that a network takes, the calendar's among them.
        window: T, steps.

    Raises:
        DataError: it is no such file, or lacks a channel.
    """
    place = expand(path, what="The path", error=DataError)
    said = {name: options[name] for name in (*OF_FORECASTS, "target", "drop") if options.get(name) is not None}
    found = find_series(read_table(place), TableChoice(**said, splits="ignore"))
    calendar = calendar_names()
    wanted = [name for name in channels if name not in calendar]
    lacking = [name for name in wanted if name not in found.channels]
    if lacking:
        raise DataError(
            f"{place} lacks the column {', '.join(lacking)}.", expected=f"The columns of training: {', '.join(wanted)}."
        )
    if len(wanted) < len(channels) and not found.axis.is_known:
        raise DataError(
            f"{place} does not tell when its rows are: their steps are uneven.",
            expected="Dates in regular steps, as in training: the network looks at the place in the year.",
        )
    columns = [found.channels.index(name) for name in wanted]
    windows = []
    for one in found.series:
        last, values = int(one.places[-1]), one.values[:, columns]
        if len(wanted) < len(channels):
            values = np.concatenate([values, calendar_channels(found.axis, one.places)], axis=1)
        fault = ""
        if len(values) < window:
            fault = f"it has {len(values):,} rows, and the network looks at {window:,}."
        elif last - int(one.places[-window]) != window - 1:
            fault = f"one of its last {window:,} stamps is missing (--gaps fill closes gaps)."
        name = one.name or found.target
        windows.append(LatestWindow(name, fault or values[-window:].T, found.axis, last))
    return windows
