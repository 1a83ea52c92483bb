"""What lies around the network: the step to its input, and those from its outputs to the answer.

Both are steps of a trace like those of the network, so that a trace begins at what the user sees in the file and ends
at the number or probability that is answered. How it begins depends on the kind of input: see `trace/kinds`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

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
    "exponential": "exp(x)",
    "softmax": SOFTMAX,
    "both-classes": "1 - p of the other class",
    "scale-back": "output x deviation + mean, both of the training's targets",
    "into-bounds": "share x (high - low) + low, the bounds of the answers",
    "level": "(sqrt(kept) x noisy - sqrt(1 - kept) x v + 1) / 2",
}
_SCALED = {
    "into-bounds": ("share", "high - low", "low"),
    "level": ("v", "-sqrt(1 - kept) / 2", "(sqrt(kept) x noisy + 1) / 2"),
}
"""By the name of a step: what is scaled, by what, and what is added; of the others an output as in training."""
_COLUMNS = {
    "prior-correction": ("+ correction", "corrected logit"),
    "sigmoid": ("sigmoid",),
    "exponential": ("exponential",),
    "softmax": ("probability",),
    "both-classes": ("probability",),
    "scale-back": ("x deviation", "+ mean", "answer"),
    "into-bounds": ("x (high - low)", "+ low", "answer"),
    "level": ("x -sqrt(1 - kept) / 2", "+ (sqrt(kept) x noisy + 1) / 2", "level"),
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
        places: what stands at each place of the input, without padding, e.g. the tokens of a text; () of what is no row
            of places.
        tokens: of a text, as the network reads them; () of all else.
    """

    steps: tuple[Step, ...]
    workings: Workings | None
    places: tuple[str, ...] = ()
    tokens: tuple[str, ...] = ()


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
    names = next((step.names for step in steps if step.names), names)
    found, before = _pick_place(outputs.float(), steps, names)
    header: list[str] = ["", "output"]
    table: list[list[Cell]] = [[name] for name in names]
    _put(table, _listed(before))
    for one_step in steps[len(found) :]:
        own = names[-one_step.values.shape[1] :]
        explain = _explainer(one_step, before)
        found.append(step_around("answer", one_step.name, before, one_step.values, explain, own))
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
    if not rows:
        return Surrounding(tuple(found), None)
    return Surrounding(
        tuple(found), Workings("From the network's outputs to the answer", tuple(header), rows, tuple(notes))
    )


def _pick_place(outputs: Tensor, steps: Sequence[AnswerStep], names: Sequence[str]) -> tuple[list[Step], Tensor]:
    """Return the step that picks the last place's numbers, where a task begins with it, and what the others read."""
    if not steps or steps[0].kind != "last":
        return [], outputs
    picked = steps[0].values
    return [step_around("answer", steps[0].name, outputs, picked, _explainer(steps[0], outputs), names)], picked


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
        if step.kind == "last":
            skipped = before.shape[1] - step.values.shape[1]
            x = number(before[0, skipped + place])
            note = f"number {skipped + place} of {before.shape[1]:,}"
            return Explained("the value itself, of the last place", one(x), (Factor("output", np.array(x)),), note=note)
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
        words = _SCALED.get(step.name, ("output", "deviation", "mean"))
        behind = tuple(Factor(word, np.array(value)) for word, value in zip(words, (x, scale, shift), strict=True))
        return Explained(formula, np.array([x * scale, shift]), behind, (f"{words[0]} x {words[1]}", words[2]), note)
    if step.kind == "both":
        if place == 1:
            return Explained("p, the sigmoid", one(x), labels=("p",))
        return Explained(formula, np.array([1.0, -x]), labels=("1", "- p of the other class"))
    if step.kind == "exp":
        return Explained(
            formula, one(math.exp(x)), (Factor("x", np.array(x)),), note=note, magnitude=math.exp(x) * (1 + abs(x))
        )
    value = 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
    return Explained(formula, one(value), (Factor("x", np.array(x)),), magnitude=abs(x) + value)


def step_around(module: str, what: str, before: Any, values: Tensor, explain: Any, names: Sequence[str]) -> Step:
    """Return a step before or behind the network.

    Args:
        module: "input" or "answer".
        what: it does.
        before: what it reads.
        values: [1, ...] that it gives.
        explain: from a position to how the value there came about.
        names: of its units, where they have any.
    """
    call = Call(what, None, (before,), {}, values)
    return Step(f"{module}/{what}", module, what, call, None, explain, tuple(names))
