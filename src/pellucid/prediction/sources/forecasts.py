"""Forecasts from the last rows of what is handed over; of nothing, from the last rows of what was trained on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import LatestWindow, SeriesReader
from pellucid.errors import DataError
from pellucid.kinds import FutureTarget, SeriesInput, TimeAxis
from pellucid.prediction.given import Given
from pellucid.prediction.judging.future import FuturePrediction
from pellucid.prediction.records import Prediction
from pellucid.prediction.sources.base import Judge
from pellucid.preprocessing import SeriesPreprocessing
from pellucid.runs import RunRecord
from pellucid.words import counted


def forecast(given: Given, record: RunRecord, judge: Judge) -> Iterator[Prediction]:
    """Go on from the last rows of every series.

    Args:
        given: a CSV like that of the training, or several; a CSV of what is known ahead; [C, T] or [T] numbers; None
            for the training's own file, of which inputs alone are read: that opens no split.
        record: of the run.
        judge: the run's predictor.

    Yields:
        for each series, step after step, a prediction with its stamp.
    """
    for window in windows_of(given, record):
        encoded = encode_window(window, record)
        if isinstance(encoded, str):
            yield Prediction(name=window.series, decision="error", error=encoded)
            continue
        answered = judge(encoded)[0]
        steps = answered.following if isinstance(answered, FuturePrediction) else ()
        if not steps:
            yield answered.model_copy(update={"name": window.series})
        for step in steps:
            yield dated(step, window)


def dated(step: FuturePrediction, window: LatestWindow) -> FuturePrediction:
    """Return a step ahead with the series that goes on, and its stamp."""
    stamp = window.axis.stamp(window.place + (step.step or 0)) if window.axis.is_known else f"+{step.step}"
    return step.model_copy(update={"name": f"{window.series} {stamp}", "series": window.series, "stamp": stamp})


def windows_of(given: Given, record: RunRecord, *, steps: int = 0) -> list[LatestWindow]:
    """Return the last window of every series that is handed over.

    Args:
        given: as of `forecast`.
        record: of the run.
        steps: how many are to come, where these are more than the network forecasts at once.

    Raises:
        DataError: it is no file of series, and no numbers; or the training's own file is gone; or what must be known of
            the steps to come is not.
    """
    reader, steps = reader_of(record), max(steps, FutureTarget.of(record.dataset.target).horizon)
    paths = paths_among(given)
    if paths is not None:
        ahead = [path for path in paths if reader.tells_only_ahead(path)]
        past = [path for path in paths if path not in ahead] or [own_file(record)]
        if len(ahead) > 1 or (ahead and len(past) > 1):
            raise DataError(
                f"{counted(len(past), 'file')} of the past and {len(ahead)} of what is known ahead cannot be told to "
                "belong together.",
                expected="One of each.",
            )
        return [window for path in past for window in reader.windows(path, ahead=next(iter(ahead), None), steps=steps)]
    if isinstance(given, list | tuple) and any(isinstance(one, str | Path) for one in given):
        return [window for one in given for window in windows_of(one, record, steps=steps)]
    return [_of_numbers(given, record)]


def reader_of(record: RunRecord) -> SeriesReader:
    """Return what reads files as those of a run's training were read."""
    dataset = record.dataset
    length = SeriesPreprocessing.of(record.preprocessing).length
    return SeriesReader(dataset.options, SeriesInput.of(dataset.input), FutureTarget.of(dataset.target), length)


def paths_among(given: Given) -> list[str | Path] | None:
    """Return the files that are handed over, [] of nothing; None where it is anything else."""
    listed = [] if given is None else list(given) if isinstance(given, list | tuple) else [given]
    return listed if all(isinstance(one, str | Path) for one in listed) else None


def own_file(record: RunRecord) -> Any:
    """Return the file of a run's training.

    Raises:
        DataError: it is gone.
    """
    known = [where for where in (record.dataset.moved_to, record.dataset.source) if where is not None]
    there = next((where for where in known if Path(where).is_file()), None)
    if there is None:
        raise DataError(
            f"The file of training is not there: {' or '.join(known)}.",
            fix="Hand over a file with its columns, the newest rows last.",
        )
    return there


def encode_window(window: LatestWindow, record: RunRecord) -> NDArray[np.float32] | str:
    """Return one window as the run's network takes it, [1, ...]; in words what is wrong where it cannot be."""
    return window.values if isinstance(window.values, str) else encode_windows(window.values[None], record)


def encode_windows(windows: NDArray[np.float64], record: RunRecord) -> NDArray[np.float32] | str:
    """Return [N, C, T] windows as the run's network takes them; in words what is wrong where they cannot be."""
    try:
        encoded = SeriesPreprocessing.of(record.preprocessing).encode(windows)
    except DataError as problem:
        return str(problem)
    return encoded if np.isfinite(encoded).all() else "it holds a number too far beyond those of training."


def _of_numbers(given: Given, record: RunRecord) -> LatestWindow:
    preprocessing = SeriesPreprocessing.of(record.preprocessing)
    values = np.atleast_2d(np.asarray(given, np.float64))
    fault = ""
    if values.ndim != 2 or len(values) != len(preprocessing.channels):
        fault = f"it has the shape {values.shape}, and ({len(preprocessing.channels)}, T) is due: channels, and steps."
    elif values.shape[1] < preprocessing.length:
        fault = f"it has {values.shape[1]:,} steps, and the network looks at {preprocessing.length:,}."
    last = fault or values[:, -preprocessing.length :]
    return LatestWindow("series 1", last, TimeAxis(), 0, np.zeros((0, 0)))
