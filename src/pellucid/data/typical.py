"""What the series of a class are like, step by step: their mean, and between what the middle of them lies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.ordering import shuffled
from pellucid.data.series import SeriesInputs
from pellucid.kinds import SeriesInput

MIDDLE = (10, 90)
"""Percents of a class's series that lie below and above the borders: the middle 80 % lie between."""
_MOST = 2_000
"""Series of a class that are looked at."""
_KNOWN = 0.5
"""Share of the series that must have a value at a step, so that something is said of it."""


@dataclass(frozen=True)
class TypicalSeries:
    """What the training series of one class (or of all) are like.

    Attributes:
        name: of the class; of numbers the target's.
        count: training series of it.
        channels: C names.
        mean: [T, C] float64 of those that have a value at a step; NaN where less than half have one.
        low, high: [T, C] between which the middle 80 % of them lie; NaN likewise.
    """

    name: str
    count: int
    channels: tuple[str, ...]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types: [T][C] numbers, None where nothing is said."""
        curves = {name: _listed(getattr(self, name)) for name in ("mean", "low", "high")}
        return {"count": self.count, "channels": list(self.channels), **curves}


def typical_series(dataset: Dataset) -> tuple[TypicalSeries, ...]:
    """Return what the training series of each class (or label) are like; of a number one for all.

    Args:
        dataset: of series; where windows of a series have no classes, as in forecasting, () is returned: each begins at
            another moment, and their mean says nothing.
    """
    inputs, train = SeriesInputs.of(dataset.inputs), dataset.splits["train"]
    if not inputs.is_whole and not dataset.target.categories:
        return ()
    channels = SeriesInput.of(dataset.input).channels
    found = []
    for name, rows in dataset.target.members(dataset.targets[train]).items():
        if len(rows):
            some = shuffled(train[rows], len(dataset), seed=0)[:_MOST]
            found.append(TypicalSeries(name, len(rows), channels, *_summed_up(inputs, some)))
    return tuple(found)


def _summed_up(inputs: SeriesInputs, indices: NDArray[np.int64]) -> tuple[NDArray[np.float64], ...]:
    """Return [T, C] mean, low and high of some series, at least one."""
    windows = inputs.windows(indices, int(inputs.lengths[indices].max())).astype(np.float64)
    is_told = (~np.isnan(windows)).mean(axis=0) >= _KNOWN
    mean, low, high = (np.full(windows.shape[1:], np.nan) for _ in range(3))
    told = windows[:, is_told]
    if told.size:
        mean[is_told] = np.nanmean(told, axis=0)
        low[is_told], high[is_told] = np.nanpercentile(told, MIDDLE, axis=0)
    return mean.T, low.T, high.T


def _listed(curve: NDArray[np.float64]) -> list[list[float | None]]:
    return [[None if value != value else value for value in row] for row in curve.tolist()]
