"""Series that are forecast: windows of them and what follows each, as a raw dataset."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Finding
from pellucid.data.delimited import Table
from pellucid.data.futures import FutureWindows
from pellucid.data.known_ahead import ahead_names, moved_ahead
from pellucid.data.raw_dataset import EXAMPLES_SHOWN, RawDataset
from pellucid.data.seasons import find_season
from pellucid.data.series import SeriesInputs
from pellucid.data.splits import TEST, TRAIN
from pellucid.data.table_columns import TableChoice
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import FutureTarget, KnownColumn, TimeAxis
from pellucid.records import Decision
from pellucid.words import counted

LONGEST_SEASON_SEEN = 60
"""Steps of a season up to which a window holds two of them; of a longer one the calendar tells the place."""
_SHORTEST_WINDOW, _WINDOW_OF_LONG = 16, 28
_LEARNED_SHARE = 0.6
"""Of a series, at its beginning: what season and window are found in, so that nothing is known of later."""
_YEAR_IN_DAYS = 365.25
_HARMONICS = (1, 2)
_MOST_FOLLOWED = 60


@dataclass(frozen=True)
class SeriesOfFile:
    """One series as a file has it.

    Attributes:
        name: of it; "" where there is one alone.
        values: [T, C] float64, the target among them; no value is missing.
        places: [T] int64 on the axis, rising.
        given: the step from which the data says that it is the test; None where it says nothing.
    """

    name: str
    values: NDArray[np.float64]
    places: NDArray[np.int64]
    given: int | None = None


@dataclass
class Found:
    """What a file holds: series of the same channels on one axis.

    Attributes:
        channels: C names, the target first, those of the columns that are known ahead last.
        known: the columns that are known ahead.
        time, by: the columns of times and of series; "" and None of a file that has none.
        to_come: rows behind the end of the series, of which only what is known ahead is there; None where there are
            none.
        numbered: by the name of a series whose times are whole numbers: the last one, and how far apart they are; 0
            where they are uneven.
    """

    path: Path
    channels: tuple[str, ...]
    target: str
    series: list[SeriesOfFile]
    axis: TimeAxis
    decisions: list[Decision] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    known: tuple[KnownColumn, ...] = ()
    time: str = ""
    by: str | None = None
    to_come: Table | None = None
    numbered: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    @property
    def channel(self) -> int:
        """The place of the target among the channels."""
        return self.channels.index(self.target)


def raw_forecast(found: Found, choice: TableChoice, *, name: str) -> RawDataset:
    """Return windows, and what follows each, of the series of a file.

    Raises:
        DataError: no series is as long as a window and what is forecast.
        RecipeError: a number is out of range.
    """
    season, about_season = _season(found, choice)
    horizon, about_horizon = _horizon(found, choice, season)
    window, about_window = _window(found, choice, season, horizon)
    channels, columns = _channels(found, season, horizon)
    records, origins, given, torn = _examples(found, window, horizon)
    if not len(records):
        longest = max(len(one.values) for one in found.series)
        raise DataError(
            f"{found.path} is too short: {counted(longest, 'row')} without a gap hold no window of {window:,} and the "
            f"{horizon:,} behind it.",
            expected=f"At least {window + horizon:,} rows in a row.",
            fix="Choose a shorter --window or --horizon; --gaps fill closes gaps.",
        )
    offsets = np.concatenate([[0], np.cumsum([len(one) for one in columns])]).astype(np.int64)
    values = np.concatenate(columns)
    addresses = np.stack([records, origins - window + 1, np.full(len(records), window)], axis=1)
    names = [one.name or found.target for one in found.series]
    inputs = SeriesInputs(values.astype(np.float32), offsets, addresses=addresses, names=names)
    targets = FutureWindows(values[:, found.channel].copy(), offsets, records, origins, horizon=horizon, season=season)
    places = np.concatenate([one.places for one in found.series])
    first = offsets[records] + origins + 1
    spans = np.stack([places[first], places[first + horizon - 1]], axis=1)
    target = FutureTarget(
        name=found.target, horizon=horizon, season=season, axis=found.axis, begins=int(spans[:, 0].min())
    )
    if torn:
        found.findings.append(_torn(found, torn))
    return RawDataset(
        name=name,
        source=str(found.path),
        input=inputs.described(channels, step=found.axis.words, known=found.known),
        target=target,
        inputs=inputs,
        targets=targets,
        content=inputs.content_digests(),
        given=given,
        spans=spans,
        least_held=2 * horizon,
        decisions=[*found.decisions, *about_season, *about_horizon, *about_window],
        findings=found.findings,
    )


def _channels(found: Found, season: int, horizon: int) -> tuple[list[str], list[NDArray[np.float64]]]:
    """Return the names of all channels, and [T, C] values of each series: what is known ahead, and the calendar, too.

    Raises:
        DataError: two channels have one name.
    """
    channels, columns = list(found.channels), [one.values for one in found.series]
    if found.known:
        channels += ahead_names(found.known, horizon)
        width = len(ahead_names(found.known, horizon))
        columns = [np.concatenate([one, moved_ahead(one[:, -width:], horizon)], axis=1) for one in columns]
    if season > LONGEST_SEASON_SEEN and found.axis.is_known and found.axis.unit in ("day", "hour"):
        channels += calendar_names()
        calendars = [calendar_channels(found.axis, one.places) for one in found.series]
        columns = [np.concatenate(both, axis=1) for both in zip(columns, calendars, strict=True)]
        reason = f"the season of {season:,} steps is longer than a window, and known of every day to come"
        found.decisions.append(Decision(name="calendar", value="place in the year", reason=reason))
    twice = next((name for name in channels if channels.count(name) > 1), None)
    if twice is not None:
        raise DataError(f"Two channels of {found.path} would be called '{twice}'.", fix="Rename the column.")
    return channels, columns


def calendar_names() -> list[str]:
    """Return what the channels are called that tell the place in the year."""
    return [f"year {wave}{'' if k == 1 else f' {k}'}" for k in _HARMONICS for wave in ("sine", "cosine")]


def calendar_channels(axis: TimeAxis, places: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return [T, 4] sines and cosines of the place in the year, once and twice round."""
    assert axis.first is not None
    days = {"day": 1.0, "hour": 1 / 24}[axis.unit] * axis.every
    begun = (axis.first - axis.first.replace(month=1, day=1, hour=0, minute=0, second=0)).total_seconds() / 86400
    # From year to year the place moves by a quarter of a day, as the sun's does.
    phase = 2 * np.pi * (begun + places * days) / _YEAR_IN_DAYS
    return np.stack([wave(k * phase) for k in _HARMONICS for wave in (np.sin, np.cos)], axis=1)


def learned_part(one: SeriesOfFile) -> int:
    """Return how many rows, at the beginning of a series, may be looked at while choices are made."""
    return max(2, int(_LEARNED_SHARE * len(one.values))) if one.given is None else one.given


def _season(found: Found, choice: TableChoice) -> tuple[int, list[Decision]]:
    if choice.season is not None:
        if choice.season < 1:
            raise RecipeError(f"--season (season=) is {choice.season}.", expected="Steps, from 1 on; 1 for none.")
        return choice.season, [Decision(name="season", value=_steps(choice.season), reason="as asked for")]
    seen = found.series[:: max(1, len(found.series) // 20)]
    votes = [find_season(one.values[: learned_part(one), found.channel], found.axis) for one in seen]
    season = max(set(votes), key=votes.count)
    how = "the series resembles itself so many steps before, in its first part"
    reason = f"{how if season > 1 else 'nothing repeats itself there'} (--season N; 1 for none)"
    return season, [Decision(name="season", value=_steps(season) if season > 1 else "none", reason=reason)]


def _horizon(found: Found, choice: TableChoice, season: int) -> tuple[int, list[Decision]]:
    if choice.horizon is not None:
        if choice.horizon < 1:
            raise RecipeError(f"--horizon (horizon=) is {choice.horizon}.", expected="Steps ahead, from 1 on.")
        return choice.horizon, []
    horizon = season if 1 < season <= _MOST_FOLLOWED else 1
    why = "one season" if horizon > 1 else "the next value"
    return horizon, [Decision(name="horizon", value=_steps(horizon), reason=f"{why} (--horizon N)")]


def _window(found: Found, choice: TableChoice, season: int, horizon: int) -> tuple[int, list[Decision]]:
    if choice.window is not None:
        if choice.window < 2:
            raise RecipeError(f"--window (window=) is {choice.window}.", expected="Steps that are seen, from 2 on.")
        if found.known and choice.window < horizon:
            raise RecipeError(
                f"--window (window=) is {choice.window}, and {horizon:,} steps are forecast.",
                expected=f"At least {horizon:,}: what is known ahead is read within the window.",
            )
        return choice.window, []
    longest = max(learned_part(one) for one in found.series)
    if season <= LONGEST_SEASON_SEEN:
        # One step more than two seasons: how far a value lies above that of two seasons before is then seen.
        seasons = 2 * season + 1 if season > 1 else 0
        wanted, why = max(seasons, 2 * horizon, _SHORTEST_WINDOW), "two seasons and a step, or twice what is forecast"
    else:
        wanted, why = max(2 * horizon, _WINDOW_OF_LONG), "twice what is forecast, or four weeks of days"
    window = max(2, min(wanted, longest // 2 - horizon))
    if found.known:
        window = max(window, horizon)  # what is known ahead is read within the window
    if window < wanted:
        why = "as much as the series' length allows"
    return window, [Decision(name="window", value=_steps(window), reason=f"{why} (--window N)")]


def _steps(number: int) -> str:
    return counted(number, "step")


def _examples(
    found: Found, window: int, horizon: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int8] | None, list[tuple[str, int]]]:
    """Return series and origin of each example, the split that the data names, and what gaps tear."""
    records, origins, splits, torn = [], [], [], []
    for record, one in enumerate(found.series):
        possible = np.arange(window - 1, len(one.values) - horizon, dtype=np.int64)
        unbroken = one.places[possible + horizon] - one.places[possible - window + 1] == window + horizon - 1
        if len(possible) and not unbroken.all():
            torn.append((one.name or found.target, int((~unbroken).sum())))
        possible = possible[unbroken]
        if one.given is not None:
            inside = (possible + horizon < one.given) | (possible + 1 >= one.given)
            possible = possible[inside]
            splits.append(np.where(possible + 1 >= one.given, TEST, TRAIN).astype(np.int8))
        records.append(np.full(len(possible), record, np.int64))
        origins.append(possible)
    given = np.concatenate(splits) if splits else None
    return np.concatenate(records), np.concatenate(origins), given, torn


def _torn(found: Found, torn: Sequence[tuple[str, int]]) -> Finding:
    number = sum(count for _, count in torn)
    return Finding(
        kind="torn-windows",
        message=f"left out, as they lie across a gap: {counted(number, 'window')}; --gaps fill closes gaps.",
        examples=tuple(f"{name}: {count:,}" for name, count in torn[:EXAMPLES_SHOWN]) if len(torn) > 1 else (),
        count=number,
    )
