"""Rows of a table: from the cells to the network's input."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
from torch import Tensor

from pellucid.prediction import Asked
from pellucid.preprocessing import CategoryColumn, NumberColumn, TablePreprocessing, on_log_scale
from pellucid.trace.arithmetic import Factor
from pellucid.trace.call import Explained, Position, one
from pellucid.trace.surroundings import Cell, Surrounding, Workings, step_around


class RowBeginning:
    """A trace of a row begins at its cells."""

    def begin(self, preprocessing: TablePreprocessing, asked: Asked, inputs: Tensor) -> Surrounding | None:
        """Return the step from the cells."""
        return None if asked.cells is None else row_to_input(preprocessing, asked.cells, inputs)

    def picture(self, asked: Asked) -> None:
        """Return nothing: a row is no picture."""


def row_to_input(preprocessing: TablePreprocessing, cells: Mapping[str, Any], inputs: Tensor) -> Surrounding:
    """Return the step from a row's cells to the network's input.

    Args:
        preprocessing: of the run.
        cells: by the column's name: a number (NaN for an empty cell) or a word.
        inputs: [1, D] float32, the row as `preprocessing` encodes it.
    """
    sources: list[tuple[NumberColumn, None] | tuple[CategoryColumn, str]] = []
    for column in preprocessing.columns:
        if isinstance(column, NumberColumn):
            sources.append((column, None))
        else:
            sources += [(column, category) for category in column.categories]

    def explain(at: Position) -> Explained:
        column, category = sources[at[1]]
        if isinstance(column, NumberColumn):
            return _explain_number(column, float(cells[column.name]))
        cell = str(cells[column.name])
        formula = f"1 where '{column.name}' is '{category}', else 0"
        return Explained(formula, one(float(cell == category)), note=f"the cell holds '{cell}'")

    plain = all(_is_plain(column) for column in preprocessing.columns if isinstance(column, NumberColumn))
    names = preprocessing.feature_names
    step = step_around("input", "encode" if plain else "standardise", cells, inputs, explain, names)
    rows: list[tuple[Cell, ...]] = []
    for (column, _), name, value in zip(sources, names, inputs[0].tolist(), strict=True):
        given = cells[column.name]
        if isinstance(column, CategoryColumn):
            rows.append((name, str(given), None, None, value))
        else:
            x = float(given)
            rows.append((name, column.fill if math.isnan(x) else x, column.mean, column.std, value))
    notes = []
    if logs := [column.name for column in preprocessing.columns if isinstance(column, NumberColumn) and column.log]:
        notes.append(f"On a logarithmic scale first, ln(1 + cell / median): {', '.join(logs)}.")
    if gone := [
        column.name
        for column in preprocessing.columns
        if isinstance(column, NumberColumn) and math.isnan(float(cells[column.name]))
    ]:
        notes.append(f"Empty, so that the training's median stands for it: {', '.join(gone)}.")
    header: tuple[str, ...] = ("column", "cell", "- mean", "/ deviation", "input")
    if plain:
        rows, header = [(*row[:2], row[4]) for row in rows], ("column", "cell", "input")
    return Surrounding((step,), Workings("From the cells to the network's input", header, tuple(rows), tuple(notes)))


def _explain_number(column: NumberColumn, cell: float) -> Explained:
    x = column.fill if math.isnan(cell) else cell
    note = f"the cell is empty: {column.fill:g}, the training's median, stands for it" if math.isnan(cell) else ""
    factors = [Factor("cell", np.array(x))]
    if column.log:
        x = float(on_log_scale(np.array([x]), column.fill)[0])
        factors += [Factor("median", np.array(column.fill)), Factor("ln(1 + cell / median)", np.array(x))]
    value = (x - column.mean) / column.std
    if _is_plain(column):
        return Explained("the cell, as it is", one(value), tuple(factors), note=note)
    factors += [Factor("mean", np.array(column.mean)), Factor("deviation", np.array(column.std))]
    formula = f"({'ln(1 + cell / median)' if column.log else 'cell'} - mean) / deviation"
    return Explained(formula, one(value), tuple(factors), note=note)


def _is_plain(column: NumberColumn) -> bool:
    return column.mean == 0 and column.std == 1 and not column.log
