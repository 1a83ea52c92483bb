"""Series that are to be answered: from files in the layouts that datasets of series come in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from pellucid.data.npz import load_array, load_arrays
from pellucid.data.series_csv import read_series_csv
from pellucid.data.series_npz import new_series_arrays
from pellucid.data.series_pairs import SERIES_SUFFIX
from pellucid.data.ts_files import read_ts
from pellucid.data.ucr_files import looks_like_ucr, read_new_rows_of_numbers
from pellucid.errors import DataError
from pellucid.files import expand, reason_of

_TABLES = frozenset({".csv", ".tsv"})


@dataclass(frozen=True)
class NewSeries:
    """A series that is to be answered.

    Attributes:
        name: for people; "" where it has none.
        values: [C, T] numbers, NaN where one is missing; or in words why it cannot be read.
    """

    name: str
    values: NDArray[Any] | str


def new_series(path: str | Path, *, channels: Sequence[str], length: int) -> list[NewSeries]:
    """Read the series of a file, or of all CSV files in a folder, which are one each; labels are passed over.

    Args:
        path: of a .ts file, a file of the UCR archive, an .npz or .npy file, a CSV of one series, or a folder of these.
        channels: C names of the run's: a CSV whose columns are called so may have others beside them.
        length: steps of the longest series that the run knows.

    Raises:
        DataError: it cannot be read, or is no file of series.
    """
    file = expand(path, what="The path", error=DataError)
    try:
        if file.is_dir():
            return _of_folder(file, channels)
        if not file.exists():
            raise DataError(f"There is no file or folder {path}.")
        return _of_file(file, channels, length)
    except OSError as problem:
        raise DataError(f"{path} cannot be read ({reason_of(problem)}).") from None


def _of_file(file: Path, channels: Sequence[str], length: int) -> list[NewSeries]:
    suffix = file.suffix.lower()
    if suffix == SERIES_SUFFIX:
        found: Sequence[NDArray[Any]] = read_ts(file, needs_labels=False)[1].series
    elif suffix == ".npz":
        found = new_series_arrays(file, load_arrays(file), num_channels=len(channels))
    elif suffix == ".npy":
        found = new_series_arrays(file, {"series": load_array(file)}, num_channels=len(channels))
    elif looks_like_ucr(file):
        found = read_new_rows_of_numbers(file, length=length)
    elif suffix in _TABLES:
        return [_of_csv(file, str(file), channels)]
    else:
        raise DataError(
            f"{file} is no file of series that is known here.",
            expected="A .ts file, a .tsv of the UCR archive, an .npz with X, a CSV of one series, or a folder of such.",
        )
    return [NewSeries(f"{file} series {place}", one.T) for place, one in enumerate(found, start=1)]


def _of_folder(folder: Path, channels: Sequence[str]) -> list[NewSeries]:
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in _TABLES and file.is_file())
    if not files:
        raise DataError(f"{folder} holds no CSV files.", expected="A series each.")
    return [_of_csv(file, str(file), channels) for file in files]


def _of_csv(file: Path, name: str, channels: Sequence[str]) -> NewSeries:
    try:
        read = read_series_csv(file)
    except DataError as problem:
        return NewSeries(name, str(problem).removeprefix(f"{file}: "))
    places = [read.channels.index(channel) for channel in channels if channel in read.channels]
    values = read.values[:, places] if len(places) == len(channels) else read.values
    return NewSeries(name, values.T)
