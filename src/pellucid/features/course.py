"""How a network's answers came about, drawn over one or two columns: epoch by epoch, and what each hidden unit adds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.features.ground import Axis
from pellucid.features.ifs import Step
from pellucid.records import brief
from pellucid.words import counted

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class CourseEpoch:
    """The answers over the ground after an epoch.

    Attributes:
        epoch: 0 before the first step.
        answers: [S, A], or [S, S, A] with rows along the second axis: of each answer its probability or value.
        right: the share of training examples that are answered rightly; None of numbers and of labels.
    """

    epoch: int
    answers: Floats
    right: float | None


@dataclass(frozen=True)
class UnitsSeen:
    """What the units of a hidden layer give over the ground, at the end.

    Attributes:
        layer: its name.
        values: [S, U] or [S, S, U], with rows along the second axis.
        total: how many units it has; U are shown.
    """

    layer: str
    values: Floats
    total: int


@dataclass(frozen=True)
class Course:
    """A run's answers over one or two columns of numbers.

    Attributes:
        axes: the columns that are drawn over, one or two.
        held: all other columns, each with the cell that it is held at.
        target: the name of what is learned.
        answers: names of what is answered: classes, labels or numbers.
        has_classes: whether answers are probabilities of classes.
        places: [n, axes] training examples.
        marks: [n] class of each, or [n] value.
        moments: over the training, oldest first; one only where no epochs were kept.
        best: the epoch of the moments whose weights answer.
        units: of the hidden layers, in their order.
        straight: what there is to say of a straight border; "" where nothing.
        beyond: training examples that lie beyond what is drawn.
        ifs: along one column, the answers of a few comparisons learned from the same examples; () elsewhere.
    """

    __repr__ = brief

    axes: tuple[Axis, ...]
    held: tuple[tuple[str, str], ...]
    target: str
    answers: tuple[str, ...]
    has_classes: bool
    places: Floats
    marks: Floats
    moments: tuple[CourseEpoch, ...]
    best: int
    units: tuple[UnitsSeen, ...]
    straight: str = ""
    ifs: tuple[Step, ...] = ()
    beyond: int = 0

    @property
    def along(self) -> tuple[Floats, ...]:
        """The places of the grid along each axis, [S]."""
        count = len(self.answering.answers)
        return tuple(np.linspace(axis.low, axis.high, count) for axis in self.axes)

    @property
    def answering(self) -> CourseEpoch:
        """The moment whose weights answer."""
        return next(one for one in self.moments if one.epoch == self.best)

    def steps(self) -> tuple[Step, ...]:
        """Return where the likeliest class changes along the one column; () of two columns, and of numbers."""
        if len(self.axes) != 1 or not self.has_classes:
            return ()
        (along,), likeliest = self.along, self.answering.answers.argmax(axis=-1)
        return steps_of(along, likeliest)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, without the grids."""
        return {
            "columns": [axis.name for axis in self.axes],
            "held": dict(self.held),
            "best": self.best,
            "moments": [{"epoch": one.epoch, "right": one.right} for one in self.moments],
            "units": [{"layer": one.layer, "units": one.total} for one in self.units],
            "straight": self.straight,
            "borders": [_said(step, self.answers) for step in self.steps()],
            "ifs": [_said(step, self.answers) for step in self.ifs],
        }

    def __str__(self) -> str:
        """Return a line per moment, and the sentence on a straight border."""
        over = " and ".join(f"'{axis.name}'" for axis in self.axes)
        lines = [f"answers over {over}"]
        for one in self.moments:
            right = "" if one.right is None else f": {one.right:.1%} of the training right"
            answers = " (these weights answer)" if one.epoch == self.best else ""
            lines.append(f"  after {counted(one.epoch, 'epoch')}{right}{answers}")
        return "\n".join([*lines, *([self.straight] if self.straight else [])])


def steps_of(along: Floats, classes: NDArray[np.int64]) -> tuple[Step, ...]:
    """Return the classes that follow one another along a line, each with where it ends (infinity: nowhere).

    Args:
        along: [S] places, ascending.
        classes: [S] the class at each.
    """
    changes = np.flatnonzero(classes[1:] != classes[:-1])
    ends: Sequence[float] = [*((along[changes] + along[changes + 1]) / 2).tolist(), np.inf]
    kinds = [*classes[changes].tolist(), int(classes[-1])]
    return tuple(Step(end, kind) for end, kind in zip(ends, kinds, strict=True))


def _said(step: Step, names: Sequence[str]) -> dict[str, Any]:
    return {"below": None if np.isinf(step.below) else step.below, "answer": names[step.answer]}
