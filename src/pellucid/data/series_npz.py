"""Series in a file of NumPy arrays: X of three axes, with y."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.npz_labels import read_labels, read_target
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.series import channel_names
from pellucid.data.series_reading import Learned, ReadSeries, Source, Values, raw_of_targets, without_end
from pellucid.data.series_shapes import check_series
from pellucid.data.splits import TEST, TRAIN, VAL
from pellucid.data.table_columns import Axes, TableChoice
from pellucid.errors import DataError
from pellucid.records import Decision

_SPLIT = {TRAIN: "train", VAL: "val", TEST: "test"}
_NAMES = (("X", "y"), ("series", "labels"), ("series", "y"))
"""Names of arrays that say that they hold series."""
_ALSO = (("x", "y"), ("images", "labels"))
"""Those that hold pictures where nobody says otherwise."""


def raw_of_series_arrays(
    path: Path, arrays: Mapping[str, NDArray[Any]], choice: TableChoice, *, name: str
) -> RawDataset | None:
    """Return the raw dataset of arrays of series and labels; None of arrays that are called otherwise, or are pictures.

    Args:
        path: of the file.
        arrays: by name: X [N, T, C] or [N, C, T] and y, perhaps as X_train, y_train, X_test, y_test.
        choice: what the user said.
        name: of the dataset.

    Raises:
        DataError: shapes do not fit, or nothing says which axis is time.
    """
    asked = choice.layout == "series"
    named = (_parts(arrays, *names) for names in (*_NAMES, *(_ALSO if asked else ())))
    found = next(filter(None, named), None)
    if found is None or choice.layout not in (None, "series"):
        return None
    given = [arrays[series] for series, _ in found.values()]
    if not asked and not all(_may_be_series(array) for array in given):
        return None
    axes, said = _axes(path, found, arrays, choice, asked=asked)
    parts: dict[int, ReadSeries] = {}
    labels = []
    for split, (series_name, labels_name) in found.items():
        series = _series_of(path, series_name, arrays[series_name], axes)
        label = read_labels(path, labels_name, arrays[labels_name], task=choice.task)
        if len(label) != len(series):
            raise DataError(
                f"{path}: '{series_name}' holds {len(series):,} series, but '{labels_name}' {len(label):,} labels.",
                expected="There must be one label per series.",
            )
        parts[split] = ReadSeries(series, (), channel_names(series[0].shape[1]))
        labels.append(label)
    names = ", ".join(f"{series}, {label}" for series, label in found.values())
    source = Source(path, name, Decision(name="format", value="arrays of series", reason=names), decisions=[said])
    return raw_of_targets(parts, source, Learned(*read_target(path, labels, task=choice.task)))


def new_series_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], *, num_channels: int) -> list[Values]:
    """Return [T, C] series of arrays that are to be answered.

    Raises:
        DataError: nothing says which array holds them, or no axis has as many places as the run has channels.
    """
    called = [name for name in ("X", "x", "series", "X_test", "x_test") if name in arrays] or (
        list(arrays) if len(arrays) == 1 else []
    )
    if not called:
        raise DataError(f"{path} holds {', '.join(arrays) or 'no array'}.", expected="An array called X.")
    array = arrays[called[0]]
    if array.ndim == 2 and num_channels == 1:
        array = array[:, None]
    if array.ndim != 3 or num_channels not in array.shape[1:]:
        raise DataError(
            f"'{called[0]}' in {path} has the shape {array.shape}.", expected=f"[N, {num_channels}, T] numbers."
        )
    axes: Axes = "NCT" if array.shape[1] == num_channels else "NTC"
    return _series_of(path, called[0], array, axes)


def _parts(arrays: Mapping[str, NDArray[Any]], series: str, labels: str) -> dict[int, tuple[str, str]]:
    found = {split: (f"{series}_{word}", f"{labels}_{word}") for split, word in _SPLIT.items()}
    if all(name in arrays for name in found[TRAIN]):
        return {split: pair for split, pair in found.items() if all(name in arrays for name in pair)}
    return {TRAIN: (series, labels)} if series in arrays and labels in arrays else {}


def _may_be_series(array: NDArray[Any]) -> bool:
    return array.ndim in (2, 3) and array.dtype.kind in "fi"


def _axes(
    path: Path,
    found: Mapping[int, tuple[str, str]],
    arrays: Mapping[str, NDArray[Any]],
    choice: TableChoice,
    *,
    asked: bool,
) -> tuple[Axes, Decision]:
    """Return what the axes are, and why."""
    name = next(iter(found.values()))[0]
    shape = arrays[name].shape
    if len(shape) == 2:
        if not asked:
            raise DataError(
                f"'{name}' in {path} has the shape {shape}: columns of a table, or steps of series of one channel.",
                fix="--layout series (layout=) reads series of one channel; a table is given as a CSV file.",
            )
        return "NCT", Decision(name="axes", value="examples, steps", reason="two axes: one channel")
    if len(shape) != 3:
        raise DataError(f"'{name}' in {path} has the shape {shape}.", expected="[N, T, C], [N, C, T] or [N, T].")
    if choice.axes is None and shape[1] == shape[2]:
        raise DataError(
            f"'{name}' in {path} has the shape {shape}: nothing says which axis is time.",
            fix="--axes NTC (axes=) reads examples, steps, channels; --axes NCT examples, channels, steps.",
        )
    axes: Axes = choice.axes or ("NTC" if shape[1] > shape[2] else "NCT")
    other = "NCT" if axes == "NTC" else "NTC"
    reason = (
        "as asked for (--axes)"
        if choice.axes
        else f"the longer axis is time; --axes {other} (axes=) reads it otherwise"
    )
    order = {"NTC": "examples, steps, channels", "NCT": "examples, channels, steps"}[axes]
    return axes, Decision(name="axes", value=f"{order}: {' x '.join(map(str, shape))}", reason=reason)


def _series_of(path: Path, name: str, array: NDArray[Any], axes: Axes) -> list[Values]:
    if array.dtype.kind not in "fiub" or array.ndim not in (2, 3) or not array.size:
        raise DataError(
            f"'{name}' in {path} has the shape {array.shape} and the type {array.dtype}.", expected="[N, T, C] numbers."
        )
    if array.ndim == 2:
        array = array[:, None]
    steps_first = array if axes == "NTC" else array.transpose(0, 2, 1)
    series = []
    for place, one in enumerate(steps_first):
        values = without_end(np.asarray(one, np.float64))
        check_series(values, what=f"Series {place} of '{name}' in {path}")
        series.append(values.astype(np.float32))
    return series
