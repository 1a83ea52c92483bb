"""Series, as `data` sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset, Finding, Targets
from pellucid.data.inputs import Inputs
from pellucid.data.kinds.base import InputSummary, split_of
from pellucid.data.kinds.equal import find_equal, find_equal_of_other_class, num_repeated
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.series import SeriesInputs
from pellucid.data.series_numbers import SeriesInspection, inspect_series
from pellucid.data.series_pictures import SIDE, draw_example, sheets_of_series
from pellucid.data.series_shapes import LARGEST
from pellucid.data.telling import find_telling_lengths
from pellucid.data.typical import typical_series
from pellucid.data.whole_series import whole_series
from pellucid.errors import DataError
from pellucid.kinds import Input, SeriesInput, Target
from pellucid.words import counted

MOST_SHOWN = 12
"""Series of a class on a sheet: they need more room than pictures."""


class SeriesOfNumbers:
    """The row of series."""

    def header(self, given: Input) -> dict[str, Any]:
        """Return the names of the channels."""
        return {"channels": list(SeriesInput.of(given).channels)}

    def check_magnitudes(self, inputs: Inputs) -> None:
        """Look at every value.

        Raises:
            DataError: one is too large.
        """
        series = SeriesInputs.of(inputs)
        beyond = np.flatnonzero((np.abs(series.values) > LARGEST).any(axis=1))  # NaN compares as False
        if len(beyond):
            record = int(np.searchsorted(series.offsets, beyond[0], side="right")) - 1
            raise DataError(
                f"{series.series_name(record)} holds a number beyond {LARGEST:g}, which is too large to compute with.",
                fix="Correct it, give the numbers in another unit, or take their logarithm.",
            )

    def equal_findings(self, raw: RawDataset, equal: Sequence[Sequence[int]]) -> list[Finding]:
        """Return findings: equal series, and equal series of different classes."""
        more = counted(num_repeated(equal), "series equals", "series equal")
        found = find_equal(raw, equal, kind="equal-series", message=f"{more} another one, value for value.")
        return found + find_equal_of_other_class(raw, equal, things="series")

    def telling(self, inputs: Inputs, target: Target, targets: Targets, train: NDArray[np.int64]) -> list[Finding]:
        """Return classes that the number of steps alone tells; values at steps are what is to be learned from."""
        return find_telling_lengths(SeriesInputs.of(inputs).lengths, target, targets, train)

    def summary(self, dataset: Dataset, *, sheet_pictures: int, side: int) -> InputSummary:
        """Return sheets of small pictures, and what the series of each class are like, or those that are forecast."""
        sheets = sheets_of_series(dataset, most=min(sheet_pictures, MOST_SHOWN), side=SIDE)
        return InputSummary(sheets=sheets, typical=typical_series(dataset), whole=whole_series(dataset))

    def example(self, dataset: Dataset, index: int) -> SeriesInspection:
        """Return a series as its numbers."""
        return inspect_series(
            SeriesInputs.of(dataset.inputs).one(index),
            SeriesInput.of(dataset.input).channels,
            name=dataset.inputs.name(index),
            index=index,
            split=split_of(dataset, index),
            target=dataset.target.say(dataset.targets[index]),
        )

    def stranger(self, path: str) -> None:
        """Return nothing: a file is no example of a dataset of series."""
        return

    def thumbnail(self, dataset: Dataset, index: int, *, side: int) -> NDArray[np.uint8]:
        """Return the series as lines."""
        return draw_example(dataset, index, side=side)

    def cells(self, dataset: Dataset, index: int) -> None:
        """Return nothing: a series has no cells."""
        return
