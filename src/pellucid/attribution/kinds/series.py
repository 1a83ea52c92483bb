"""Series: maps are a number for each channel and step."""

from __future__ import annotations

from pellucid.attribution.kinds.base import Shown
from pellucid.data import Dataset
from pellucid.prediction import Asked
from pellucid.preprocessing import SeriesPreprocessing


class SeriesExplained:
    """A series shows its values."""

    nothing = "the mean of each channel"

    def shown(self, preprocessing: SeriesPreprocessing, asked: Asked) -> Shown:
        """Return nothing yet but the numbers themselves."""
        return Shown()

    def thumbnail(self, dataset: Dataset, index: int) -> None:
        """Return nothing: a series is no picture."""
