"""Series that are to be answered: from files in the layouts that datasets of series come in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from pellucid.errors import DataError


@dataclass(frozen=True)
class NewSeries:
    """A series that is to be answered.

    Attributes:
        name: for people; "" where it has none.
        values: [C, T] numbers, NaN where one is missing; or in words why it cannot be read.
    """

    name: str
    values: NDArray[Any] | str


def new_series(path: str | Path, *, num_channels: int) -> list[NewSeries]:
    """Read the series of a file.

    Args:
        path: of the file.
        num_channels: of the run's series.

    Raises:
        DataError: it cannot be read, or is no file of series.
    """
    raise DataError(f"{path} is no file of series that is known here.", fix="Hand over an array, [N, C, T].")
