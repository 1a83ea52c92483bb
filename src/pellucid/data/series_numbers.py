"""A series as its numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.kinds import Said, SplitName
from pellucid.records import brief


@dataclass(frozen=True)
class ChannelInspection:
    """One channel of a series, summed up.

    Attributes:
        name: of the channel.
        missing: steps at which no value is there.
        lowest, mean, highest: of the values that are there; None where there is none.
    """

    name: str
    missing: int
    lowest: float | None
    mean: float | None
    highest: float | None


@dataclass(frozen=True)
class SeriesInspection:
    """A series as its numbers.

    Attributes:
        name, index, split, target: of the example; None where it is in no dataset.
        channels: each summed up.
        values: [T][C] numbers; None where one is missing.
    """

    __repr__ = brief
    kind: ClassVar[str] = "series"
    """The kind of input it is an example of."""

    name: str
    index: int | None
    split: SplitName | None
    target: Said | None
    channels: tuple[ChannelInspection, ...]
    values: list[list[float | None]]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {**vars(self), "channels": [dict(vars(channel)) for channel in self.channels]}


def inspect_series(
    values: NDArray[np.float32],
    channels: Sequence[str],
    *,
    name: str,
    index: int | None = None,
    split: SplitName | None = None,
    target: Said | None = None,
) -> SeriesInspection:
    """Return a series as its numbers.

    Args:
        values: [T, C], NaN where one is missing.
        channels: C names.
        name, index, split, target: of the example.
    """
    listed = [[None if value != value else value for value in row] for row in values.astype(np.float64).tolist()]
    summed = tuple(_summed(called, column) for called, column in zip(channels, values.T, strict=True))
    return SeriesInspection(name, index, split, target, summed, listed)


def _summed(name: str, column: NDArray[np.float32]) -> ChannelInspection:
    known = column[~np.isnan(column)].astype(np.float64)
    missing = len(column) - len(known)
    if not len(known):
        return ChannelInspection(name, missing, None, None, None)
    return ChannelInspection(name, missing, float(known.min()), float(known.mean()), float(known.max()))
