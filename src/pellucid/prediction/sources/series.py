"""Series that are handed over: files of them, arrays and lists of arrays."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import NewSeries, new_series
from pellucid.errors import DataError
from pellucid.prediction.given import Given
from pellucid.prediction.outputs import BATCH
from pellucid.prediction.records import Prediction
from pellucid.prediction.sources.base import Judge
from pellucid.prediction.sources.forecasts import encode_window, forecast, windows_of
from pellucid.preprocessing import SeriesPreprocessing
from pellucid.runs import RunRecord
from pellucid.words import counted


class SeriesSources:
    """Opens series."""

    reads = "series"
    hand_over = "Hand over a file of series, or an array, [N, C, T] or [C, T]."

    def predict(self, given: Given, record: RunRecord, judge: Judge) -> Iterator[Prediction]:
        """Answer series, as many at once as go through the network together; go on with them where that is learned."""
        if record.dataset.target.continues:
            yield from forecast(given, record, judge)
            return
        series = given_series(given, record)
        for start in range(0, len(series), BATCH):
            yield from _answer(series[start : start + BATCH], record, judge)

    def first(self, given: Given, record: RunRecord) -> NDArray[np.float32]:
        """Return the first series that can be read, [1, ...]."""
        if record.dataset.target.continues:
            encoded = encode_window(windows_of(given, record)[0], record)
            if isinstance(encoded, str):
                raise DataError(f"The series cannot be gone on with: {encoded}")
            return encoded
        return first_series(given, record)[1]


def first_series(given: Given, record: RunRecord) -> tuple[NewSeries, NDArray[np.float32]]:
    """Return the first of what is handed over that can be read, and the same as the run's network takes it, [1, ...].

    Raises:
        DataError: there is none.
    """
    fault = ""
    for one in given_series(given, record):
        prepared = prepare_one(one, record)
        if not isinstance(prepared, str):
            return one, prepared
        fault = fault or prepared
    raise DataError("What was handed over has no series that can be read.", expected=fault)


def given_series(given: Given, record: RunRecord) -> list[NewSeries]:
    """Return all series that are handed over.

    Args:
        given: a path; [N, C, T], or [C, T] of one series, or [T] of one channel; or a list of these.
        record: of the run that answers.

    Raises:
        DataError: it is none of these.
    """
    found = _found(given, SeriesPreprocessing.of(record.preprocessing))
    return [one if one.name else NewSeries(f"series {place}", one.values) for place, one in enumerate(found, start=1)]


def _found(given: Given, preprocessing: SeriesPreprocessing) -> list[NewSeries]:
    """Return all series that are handed over; those of arrays without names."""
    channels = preprocessing.channels
    if isinstance(given, str | Path):
        return new_series(given, channels=channels, length=preprocessing.length)
    if isinstance(given, list | tuple) and any(isinstance(one, str | Path) or np.ndim(one) > 0 for one in given):
        return [one for part in given for one in _found(part, preprocessing)]
    return [NewSeries("", one) for one in _arrays(given, num_channels=len(channels))]


def _arrays(given: Any, *, num_channels: int) -> list[NDArray[Any]]:
    array = np.asarray(given)
    shape = f" of the shape {array.shape}" if array.ndim else ""
    if array.dtype.kind not in "fiub" or array.ndim not in (1, 2, 3):
        raise DataError(
            f"This run answers series, not {type(given).__name__}{shape}.",
            expected=f"[N, {num_channels}, T] numbers, [{num_channels}, T] of one series, a list of these, or a file.",
        )
    if array.ndim == 3:
        return list(array)
    return list(array[:, None]) if array.ndim == 2 and num_channels == 1 and len(array) > 1 else [np.atleast_2d(array)]


def prepare_one(one: NewSeries, record: RunRecord) -> NDArray[np.float32] | str:
    """Return one series as the run's network takes it, [1, ...]; in words what is wrong where it cannot be."""
    preprocessing = SeriesPreprocessing.of(record.preprocessing)
    if isinstance(one.values, str):
        return one.values
    values, width, length = one.values, len(preprocessing.channels), preprocessing.length
    if values.ndim != 2 or len(values) != width:
        return f"it has {counted(len(values), 'channel')}, and the run's series have {width}."
    steps = values.shape[1]
    if steps > length:
        return f"it has {counted(steps, 'step')}, and the run's series have at most {length:,}."
    if steps < length and not preprocessing.masked:
        return f"it has {counted(steps, 'step')}, and the run's series all have {length:,}."
    if steps == 0 or not np.isfinite(values).any():
        return "it holds no number."
    if np.isinf(values).any():
        return "it holds an infinite number."
    window = np.full((1, width, length), np.nan, np.float64)
    window[0, :, :steps] = values
    try:
        encoded = preprocessing.encode(window)
    except DataError as problem:
        return str(problem)
    return encoded if np.isfinite(encoded).all() else "it holds a number too far beyond those of training."


def _answer(series: list[NewSeries], record: RunRecord, judge: Judge) -> Iterator[Prediction]:
    prepared = [prepare_one(one, record) for one in series]
    readable = [one for one in prepared if not isinstance(one, str)]
    answered = iter(judge(np.concatenate(readable)) if readable else ())
    for one, found in zip(series, prepared, strict=True):
        if isinstance(found, str):
            yield Prediction(name=one.name, decision="error", error=found)
        else:
            yield next(answered).model_copy(update={"name": one.name})
