"""The ground that answers are drawn over: one or two columns of numbers of a table, all others held where they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, TableInputs
from pellucid.kinds import INPUTS, KindTable, Refused
from pellucid.preprocessing import NumberColumn, Preprocessing, TablePreprocessing

Floats = NDArray[np.float64]
ROOM = 0.08
"""Beyond the training's range at both ends, as a share of it."""
MOST = 0.98
"""Share of the examples whose range is never left out, however far the others lie."""


@dataclass(frozen=True)
class Axis:
    """A column along which answers are drawn.

    Attributes:
        name: of the column.
        low, high: the ends, somewhat beyond the training's range; see `ends`.
    """

    name: str
    low: float
    high: float


@dataclass(frozen=True)
class Ground:
    """Columns to draw over, and the way from places there to what the network takes.

    Attributes:
        axes: of every column of numbers, in the table's order; one chooses one or two of them.
        others: what the cells of all columns are that are not drawn over: a number or a word.
        prepare: from cells by column, each [M], to M prepared inputs.
        cells: from indices in the dataset to the cells of the columns in `axes`, [n, axes]; NaN where there is none.
    """

    axes: tuple[Axis, ...]
    others: Mapping[str, float | str]
    prepare: Callable[[Mapping[str, NDArray[Any]]], NDArray[Any]]
    cells: Callable[[NDArray[np.int64]], Floats]

    def at(self, places: Floats, drawn: tuple[str, ...]) -> NDArray[Any]:
        """Return prepared inputs at places.

        Args:
            places: [M, drawn].
            drawn: names of the columns that the places are of; the others stay where they are held.
        """
        cells: dict[str, NDArray[Any]] = {
            name: np.full(len(places), value, object if isinstance(value, str) else np.float64)
            for name, value in self.others.items()
        }
        cells |= {name: np.ascontiguousarray(places[:, place]) for place, name in enumerate(drawn)}
        return self.prepare(cells)


def ends(cells: NDArray[Any]) -> tuple[float, float]:
    """Return the range that a column is drawn over.

    A cell that lies farther out than the middle `MOST` of the examples are wide, a lost decimal point perhaps, would
    press all others into a strip; the range ends there.

    Args:
        cells: [n] numbers, NaN where one is missing; one number at least.
    """
    low, high = float(np.nanmin(cells)), float(np.nanmax(cells))
    first, last = np.nanquantile(cells, [(1 - MOST) / 2, (1 + MOST) / 2]).tolist()
    width = last - first
    return (max(low, first - width), min(high, last + width)) if width else (low, high)


def _of_rows(preprocessing: Preprocessing, dataset: Dataset) -> Ground:
    fitted, inputs = TablePreprocessing.of(preprocessing), TableInputs.of(dataset.inputs)
    train = dataset.splits["train"]
    axes: list[Axis] = []
    others: dict[str, float | str] = {}
    for column in fitted.columns:
        cells = inputs.columns[column.name][train]
        if isinstance(column, NumberColumn):
            low, high = ends(cells)
            room = ROOM * (high - low) or 1.0
            axes.append(Axis(column.name, max(low - room, 0.0) if column.log else low - room, high + room))
            others[column.name] = column.fill
        else:
            words, counts = np.unique(cells.astype(str), return_counts=True)
            others[column.name] = str(words[counts.argmax()])
    names = [axis.name for axis in axes]

    def cells_at(indices: NDArray[np.int64]) -> Floats:
        return np.column_stack([inputs.columns[name][indices].astype(np.float64) for name in names])

    return Ground(tuple(axes), others, fitted.encode, cells_at)


GROUNDS: KindTable[Callable[[Preprocessing, Dataset], Ground]] = KindTable(
    "ground to draw answers over",
    INPUTS,
    {
        "image": Refused("Answers are drawn over columns of numbers, and pictures have none."),
        "series": Refused("Answers are drawn over columns of numbers, and series have none."),
        "table": _of_rows,
        "text": Refused("Answers are drawn over columns of numbers, and texts have none."),
    },
)
