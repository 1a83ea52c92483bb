"""Rows of a table, as `data` sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.column_summary import summarise_column
from pellucid.data.dataset import Dataset, Finding, Targets
from pellucid.data.duplicates import equal_sets
from pellucid.data.inputs import Inputs
from pellucid.data.kinds.base import InputSummary, split_of
from pellucid.data.kinds.equal import find_equal, num_repeated
from pellucid.data.magnitudes import LARGEST_INPUT, check_magnitude
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.row_cells import RowInspection
from pellucid.data.tables import TableInputs
from pellucid.data.telling import find_telling_columns
from pellucid.kinds import Input, TableInput, Target
from pellucid.words import counted


class Rows:
    """The row of tables."""

    def header(self, given: Input) -> dict[str, Any]:
        """Return the columns: their names and kinds say what the cells mean."""
        return {"columns": [column.to_dict() for column in TableInput.of(given).columns]}

    def check_magnitudes(self, inputs: Inputs) -> None:
        """Look at every cell that is a number.

        Raises:
            DataError: one is too large.
        """
        for name, cells in TableInputs.of(inputs).columns.items():
            if cells.dtype != object:
                check_magnitude(np.asarray(cells, np.float64), f"The column '{name}'", LARGEST_INPUT, inputs.name)

    def equal_findings(self, raw: RawDataset, equal: Sequence[Sequence[int]]) -> list[Finding]:
        """Return a finding about rows with equal inputs."""
        # They are not kept together: tables of few values repeat by nature.
        same = equal_sets(raw.content)
        more = counted(num_repeated(same), "row has", "rows have")
        message = f"{more} the same inputs as another row; equal rows may lie in different splits."
        return find_equal(raw, same, kind="equal-rows", message=message)

    def telling(self, inputs: Inputs, target: Target, targets: Targets, train: NDArray[np.int64]) -> list[Finding]:
        """Return columns that alone give the target."""
        return find_telling_columns(TableInputs.of(inputs), target, targets, train)

    def summary(self, dataset: Dataset, *, sheet_pictures: int, side: int) -> InputSummary:
        """Return the columns."""
        columns = TableInputs.of(dataset.inputs).columns
        return InputSummary(columns=tuple(summarise_column(name, cells) for name, cells in columns.items()))

    def example(self, dataset: Dataset, index: int) -> RowInspection:
        """Return a row as its cells."""
        return RowInspection(
            name=dataset.inputs.name(index),
            index=index,
            split=split_of(dataset, index),
            target=dataset.target.say(dataset.targets[index]),
            cells=self.cells(dataset, index),
        )

    def stranger(self, path: str) -> None:
        """Return nothing: a file is no row."""
        return

    def thumbnail(self, dataset: Dataset, index: int, *, side: int) -> None:
        """Return nothing: a row has no picture."""
        return

    def cells(self, dataset: Dataset, index: int) -> dict[str, str | float]:
        """Return words as they are and numbers as numbers."""
        found = {name: column[index] for name, column in TableInputs.of(dataset.inputs).columns.items()}
        return {name: cell if isinstance(cell, str) else float(cell) for name, cell in found.items()}
