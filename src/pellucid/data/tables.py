"""The rows of a table: named columns in memory."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pellucid.data.inputs import Indices, Inputs

Cells: TypeAlias = NDArray[Any]
"""[N] float64 for a number column (NaN where a value is missing, to be imputed), [N] object of str for a category."""


class TableInputs(Inputs):
    """Columns of equal length.

    Args:
        columns: name to cells, in the order of the input.
        numbers: [N] the row of the file that each is, counted from 1; None where they are all rows, in order.
    """

    def __init__(self, columns: Mapping[str, Cells], *, numbers: NDArray[np.int64] | None = None) -> None:
        self.columns: dict[str, Cells] = dict(columns)
        self._numbers = numbers
        self._length = len(next(iter(self.columns.values())))

    def __len__(self) -> int:
        return self._length

    def name(self, index: int) -> str:
        """Return the name of a row, e.g. "row 12"; row 1 is the first below the column names."""
        return f"row {index + 1 if self._numbers is None else self._numbers[index]}"

    def subset(self, indices: Indices) -> Self:
        """Return some of the rows, [n], with the numbers that they have in the file."""
        chosen = np.asarray(indices, np.int64)
        numbers = chosen + 1 if self._numbers is None else self._numbers[chosen]
        return type(self)(self.rows(chosen), numbers=numbers)

    def rows(self, indices: NDArray[np.int64]) -> dict[str, Cells]:
        """Return the chosen rows of every column, each [n], in the order of `indices`, [n]."""
        return {name: cells[indices] for name, cells in self.columns.items()}
