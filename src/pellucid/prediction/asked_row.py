"""Rows of a table that are asked about."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, TableInputs
from pellucid.prediction.asked import Asked
from pellucid.prediction.given import Given
from pellucid.prediction.predictor import Predictor
from pellucid.preprocessing import TablePreprocessing, prepare_inputs, words_of_cells


class AskedRow:
    """A row has cells."""

    def of_dataset(self, preprocessing: TablePreprocessing, dataset: Dataset, index: int) -> Asked:
        """Return a row of the dataset."""
        inputs = TableInputs.of(dataset.inputs)
        prepared = prepare_inputs(dataset, preprocessing, np.array([index]))
        return Asked(dataset.example_name(index), index, prepared, cells=_first(inputs.rows(np.array([index]))))

    def of_new(self, predictor: Predictor, source: Given) -> Asked:
        """Return the first row that can be read."""
        name = f"{source} row 1" if isinstance(source, str | Path) else "row 1"
        rows = next(rows for rows in predictor.read_rows(source) if len(rows.inputs))
        return Asked(name, None, rows.inputs[:1], cells=_first(rows.cells))

    def picture(self, dataset: Dataset, index: int) -> None:
        """Return nothing: a row is no picture."""


def _first(columns: Mapping[str, NDArray[Any]]) -> dict[str, Any]:
    """Return the cells of the first row; a blank word as ""."""
    firsts = {name: cells[:1] for name, cells in columns.items()}
    return {name: words_of_cells(one)[0] if one.dtype.kind in "OUS" else one[0] for name, one in firsts.items()}
