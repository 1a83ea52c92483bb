"""Series: maps are a number for each channel and step."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from pellucid.attribution.kinds.base import Shown
from pellucid.data import Dataset, draw_example
from pellucid.prediction import Asked
from pellucid.preprocessing import SeriesPreprocessing

MASK = "where values are"


class SeriesExplained:
    """A series shows its values; what tells where it ends is no part of what is explained."""

    nothing = "the mean of each channel"

    def shown(self, preprocessing: SeriesPreprocessing, asked: Asked) -> Shown:
        """Return the values, the names of the channels, and a series of means that ends where this one does."""
        baseline = np.zeros_like(asked.prepared, np.float32)
        if preprocessing.masked:
            baseline[:, -1] = asked.prepared[:, -1]
        channels = (*preprocessing.channels, *([MASK] if preprocessing.masked else ()))
        return Shown(series=asked.series, channels=channels, baseline=baseline)

    def by_degrees(self, model: nn.Module, inputs: Tensor) -> tuple[nn.Module, Tensor]:
        """Return both as they are: values are measured."""
        return model, inputs

    def thumbnail(self, dataset: Dataset, index: int) -> NDArray[np.uint8]:
        """Return the series as lines."""
        return draw_example(dataset, index)
