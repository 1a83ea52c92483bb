"""Forecasts from the last rows of what is handed over; of nothing, from the last rows of what was trained on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import LatestWindow, latest_windows
from pellucid.errors import DataError
from pellucid.kinds import TimeAxis
from pellucid.prediction.given import Given
from pellucid.prediction.judging.future import FuturePrediction
from pellucid.prediction.records import Prediction
from pellucid.prediction.sources.base import Judge
from pellucid.preprocessing import SeriesPreprocessing
from pellucid.runs import RunRecord


def forecast(given: Given, record: RunRecord, judge: Judge) -> Iterator[Prediction]:
    """Go on from the last rows of every series.

    Args:
        given: a CSV like that of the training, or several; [C, T] or [T] numbers; None for the training's own file, of
            which inputs alone are read: that opens no split.
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
            stamp = window.axis.stamp(window.place + (step.step or 0)) if window.axis.is_known else f"+{step.step}"
            yield step.model_copy(update={"name": f"{window.series} {stamp}", "series": window.series, "stamp": stamp})


def windows_of(given: Given, record: RunRecord) -> list[LatestWindow]:
    """Return the last window of every series that is handed over.

    Raises:
        DataError: it is no file of series, and no numbers; or the training's own file is gone.
    """
    preprocessing = SeriesPreprocessing.of(record.preprocessing)
    if given is None or (isinstance(given, list | tuple) and not len(given)):
        given = _own_file(record)
    if isinstance(given, str | Path):
        return latest_windows(
            given, record.dataset.options, channels=preprocessing.channels, window=preprocessing.length
        )
    if isinstance(given, list | tuple) and any(isinstance(one, str | Path) for one in given):
        return [window for one in given for window in windows_of(one, record)]
    values = np.atleast_2d(np.asarray(given, np.float64))
    fault = ""
    if values.ndim != 2 or len(values) != len(preprocessing.channels):
        fault = f"it has the shape {values.shape}, and ({len(preprocessing.channels)}, T) is due: channels, and steps."
    elif values.shape[1] < preprocessing.length:
        fault = f"it has {values.shape[1]:,} steps, and the network looks at {preprocessing.length:,}."
    return [LatestWindow("series 1", fault or values[:, -preprocessing.length :], TimeAxis(), 0)]


def encode_window(window: LatestWindow, record: RunRecord) -> NDArray[np.float32] | str:
    """Return one window as the run's network takes it, [1, ...]; in words what is wrong where it cannot be."""
    if isinstance(window.values, str):
        return window.values
    preprocessing = SeriesPreprocessing.of(record.preprocessing)
    try:
        encoded = preprocessing.encode(window.values[None])
    except DataError as problem:
        return str(problem)
    return encoded if np.isfinite(encoded).all() else "it holds a number too far beyond those of training."


def _own_file(record: RunRecord) -> Any:
    known = [where for where in (record.dataset.moved_to, record.dataset.source) if where is not None]
    there = next((where for where in known if Path(where).is_file()), None)
    if there is None:
        raise DataError(
            f"The file of training is not there: {' or '.join(known)}.",
            fix="Hand over a file with its columns, the newest rows last.",
        )
    return there
