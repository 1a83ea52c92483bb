"""What lies around the network: from a row's cells or a picture's levels to its input, from its outputs to the answer.

Both are steps of a trace like those of the network, so that a trace begins at what the user sees in the file and ends
at the number or probability that is answered.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from pellucid.preprocessing import CategoryColumn, ImagePreprocessing, NumberColumn, TablePreprocessing
from pellucid.preprocessing.table import on_log_scale
from pellucid.tasks import AnswerStep
from pellucid.trace.arithmetic import Factor
from pellucid.trace.call import Call, Explained, Position, floats, number, one
from pellucid.trace.graph import Step
from pellucid.trace.operators.combining import SOFTMAX, share_of_exponentials

Cell = str | float | None
"""In a table of workings: a name or word, a number, or nothing."""

_FORMULAS = {
    "temperature": "logit / temperature",
    "prior-correction": "logit - log(how many times more the class counted in training)",
    "sigmoid": "1 / (1 + exp(-x))",
    "softmax": SOFTMAX,
    "both-classes": "1 - p of the other class",
    "scale-back": "output x deviation + mean, both of the training's targets",
    "into-bounds": "share x (high - low) + low, the bounds of the answers",
}
_COLUMNS = {
    "prior-correction": ("+ correction", "corrected logit"),
    "sigmoid": ("sigmoid",),
    "softmax": ("probability",),
    "both-classes": ("probability",),
    "scale-back": ("x deviation", "+ mean", "answer"),
    "into-bounds": ("x (high - low)", "+ low", "answer"),
}
"""By the name of a step: what it brings in, number by number, and what it gives."""


@dataclass(frozen=True)
class Workings:
    """A few steps for every number at once, as one would write them into a table.

    Attributes:
        title: what they lead from and to.
        header: the first names the rows, the last is the result.
        rows: one per number.
        notes: sentences about single steps.
    """

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        rows = [list(row) for row in self.rows]
        return {"title": self.title, "header": list(self.header), "rows": rows, "notes": list(self.notes)}


@dataclass(frozen=True)
class Surrounding:
    """Steps before or after the network, and the same as a table.

    Attributes:
        steps: in their order.
        workings: None where there are too many numbers for a table: of pictures.
    """

    steps: tuple[Step, ...]
    workings: Workings | None


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
    step = _step("input", "encode" if plain else "standardise", cells, inputs, explain, names)
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


def picture_to_input(preprocessing: ImagePreprocessing, canvas: NDArray[np.uint8], inputs: Tensor) -> Surrounding:
    """Return the step from a picture's levels to the network's input.

    Args:
        preprocessing: of the run.
        canvas: [H, W, C] uint8, the picture at the network's size.
        inputs: [1, C, H, W] float32.
    """

    def explain(at: Position) -> Explained:
        _, channel, row, column = at
        level = float(canvas[row, column, channel])
        mean, deviation = preprocessing.mean[channel], preprocessing.std[channel]
        factors = (
            Factor("level", np.array(level)),
            Factor("mean", np.array(mean)),
            Factor("deviation", np.array(deviation)),
        )
        return Explained(
            "(level / 255 - mean) / deviation",
            one((level / 255 - mean) / deviation),
            factors,
            note=f"the level of the pixel in row {row}, column {column} of the picture at the network's size",
            magnitude=(level / 255 + abs(mean)) / deviation,
        )

    return Surrounding((_step("input", "normalise", canvas, inputs, explain, ()),), None)


def outputs_to_answer(
    outputs: Tensor, steps: Sequence[AnswerStep], names: Sequence[str], *, thresholds: Sequence[float] = ()
) -> Surrounding:
    """Return the steps from a network's outputs to the answer.

    Args:
        outputs: [1, K] float32.
        steps: of the task, see `Task.answer_steps`.
        names: of the classes, labels or numbers; two for a network with one output for two classes.
        thresholds: of several labels: the probability from which each is answered.
    """
    found, before = [], outputs.float()
    header: list[str] = ["", "output"]
    table: list[list[Cell]] = [[name] for name in names]
    _put(table, _listed(before))
    for one_step in steps:
        own = names[-one_step.values.shape[1] :]
        explain = _explainer(one_step, before)
        found.append(_step("answer", one_step.name, before, one_step.values, explain, own))
        if one_step.kind == "divide":  # by one number for all, which needs no column
            header.append(f"/ temperature {one_step.scale[0]:.4g}")
        else:
            header += _COLUMNS[one_step.name]
            for numbers in filter(None, (one_step.scale, one_step.shift)):
                _put(table, list(numbers))
        _put(table, _listed(one_step.values))
        before = one_step.values
    notes = [one_step.note for one_step in steps if one_step.note]
    if thresholds:
        each = ", ".join(f"{name} {value:.4g}" for name, value in zip(names, thresholds, strict=True))
        notes.append(f"A label is answered from this probability on: {each}.")
    rows = tuple(tuple(row) for row in table)
    return Surrounding(
        tuple(found), Workings("From the network's outputs to the answer", tuple(header), rows, tuple(notes))
    )


def _put(table: list[list[Cell]], numbers: Sequence[float]) -> None:
    """Add a column; where the network has one output for two classes, it speaks for the second."""
    blank = len(table) - len(numbers)
    for place, row in enumerate(table):
        row.append(numbers[place - blank] if place >= blank else None)


def _listed(values: Tensor) -> list[float]:
    listed: list[float] = values[0].tolist()
    return listed


def _explainer(step: AnswerStep, before: Tensor) -> Any:
    def explain(at: Position) -> Explained:
        place = at[1]
        if step.kind == "softmax":
            return share_of_exponentials(floats(before[0]), place)
        x = number(before[0, min(place, before.shape[1] - 1)])
        return _explain_one(step, x, place)

    return explain


def _explain_one(step: AnswerStep, x: float, place: int) -> Explained:
    formula, note = _FORMULAS[step.name], step.note
    if step.kind == "divide":
        behind: tuple[Factor, ...]
        behind = (Factor("logit", np.array(x)), Factor("temperature", np.array(step.scale[place])))
        return Explained(formula, one(x / step.scale[place]), behind, note=note)
    if step.kind == "add":
        terms = np.array([x, step.shift[place]])
        return Explained(formula, terms, labels=("logit", "correction"), note=note)
    if step.kind == "scale":
        scale, shift = step.scale[place], step.shift[place]
        words = ("share", "high - low", "low") if step.name == "into-bounds" else ("output", "deviation", "mean")
        behind = tuple(Factor(word, np.array(value)) for word, value in zip(words, (x, scale, shift), strict=True))
        return Explained(formula, np.array([x * scale, shift]), behind, (f"{words[0]} x {words[1]}", words[2]), note)
    if step.kind == "both":
        if place == 1:
            return Explained("p, the sigmoid", one(x), labels=("p",))
        return Explained(formula, np.array([1.0, -x]), labels=("1", "- p of the other class"))
    value = 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
    return Explained(formula, one(value), (Factor("x", np.array(x)),), magnitude=abs(x) + value)


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


def _step(module: str, what: str, before: Any, values: Tensor, explain: Any, names: Sequence[str]) -> Step:
    call = Call(what, None, (before,), {}, values)
    return Step(f"{module}/{what}", module, what, call, None, explain, tuple(names))
