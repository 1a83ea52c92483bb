"""The series that windows are cut from, as far as training sees them, and where the splits lie in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.series import LENGTH, RECORD, START, SeriesInputs
from pellucid.kinds import SPLITS, SeriesInput

MOST = 3
"""Series that are shown: the first of which some is for training."""


@dataclass(frozen=True)
class WholeSeries:
    """A series from which windows are cut to be gone on with.

    Attributes:
        name: of the series.
        channels: C names.
        values: [T, C] float64; NaN where one is missing, and from the first step that val or test forecast.
        spans: each split that forecasts some of it, with the first and the last of these steps, counted from 1.
    """

    name: str
    channels: tuple[str, ...]
    values: NDArray[np.float64]
    spans: tuple[tuple[str, int, int], ...]

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, without the values."""
        return {"name": self.name, "steps": len(self.values), "spans": [list(span) for span in self.spans]}


def whole_series(dataset: Dataset) -> tuple[WholeSeries, ...]:
    """Return the first series that are forecast; () where nothing is.

    What val and test forecast is not among the values: it is as sealed as any other target.

    Args:
        dataset: of series.
    """
    inputs = SeriesInputs.of(dataset.inputs)
    if inputs.is_whole or dataset.target.categories:
        return ()
    horizon = len(dataset.target.answers)
    channels = SeriesInput.of(dataset.input).channels
    found: list[WholeSeries] = []
    for record in range(inputs.num_series):
        spans = []
        for split in SPLITS:
            places = inputs.addresses[dataset.splits[split]]
            origins = (places[:, START] + places[:, LENGTH])[places[:, RECORD] == record]
            if len(origins):
                spans.append((split, int(origins.min()) + 1, int(origins.max()) + horizon))
        if not any(split == "train" for split, _, _ in spans):
            continue
        values = inputs.values[inputs.offsets[record] : inputs.offsets[record + 1]].astype(np.float64)
        held_back = min((first for split, first, _ in spans if split != "train"), default=len(values) + 1)
        values[held_back - 1 :] = np.nan
        found.append(WholeSeries(inputs.series_name(record), channels, values, tuple(spans)))
        if len(found) == MOST:
            break
    return tuple(found)
