"""Rows of a table: maps are a number for each column."""

from __future__ import annotations

from torch import Tensor, nn

from pellucid.attribution.kinds.base import Shown
from pellucid.data import Dataset
from pellucid.prediction import Asked
from pellucid.preprocessing import TablePreprocessing


class RowExplained:
    """A row shows the names of its columns."""

    nothing = "the mean of the training rows"

    def shown(self, preprocessing: TablePreprocessing, asked: Asked) -> Shown:
        """Return the names of the features."""
        return Shown(columns=preprocessing.feature_names)

    def thumbnail(self, dataset: Dataset, index: int) -> None:
        """Return nothing: a row is no picture."""

    def by_degrees(self, model: nn.Module, inputs: Tensor) -> tuple[nn.Module, Tensor]:
        """Return both as they are: their numbers are measured."""
        return model, inputs
