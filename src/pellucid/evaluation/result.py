"""An evaluation: how well a model answers on one split, as a record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self

from pydantic import model_validator

from pellucid.evaluation.records import (
    Baseline,
    Calibration,
    ClassRow,
    ForecastShown,
    LargeError,
    LeftOver,
    MaskShown,
    Metric,
    Mistake,
    ObjectsOfSize,
    Opening,
    OutputRow,
    Residuals,
)
from pellucid.kinds import SplitName
from pellucid.printed import Printed
from pellucid.records import Record
from pellucid.words import counted

OF_ONE_CLASS = frozenset({"average_precision"})
"""Metrics of an evaluation that are of the positive class alone, and another number for the other class."""


class Evaluation(Printed, Record):
    """How well a model answers on one split: every metric with its interval."""

    split: SplitName
    n: int
    task: str
    metrics: dict[str, Metric]
    headline: str
    """The key in `metrics` to quote first: balanced_accuracy where classes are uneven by more than 3 to 1."""
    level: float = 0.95
    positive_class: str | None = None
    """Two classes only: the one that average_precision is of. (roc_auc is the same for both.)"""
    num_groups: int | None = None
    """Number of groups when intervals are by group."""
    classes: tuple[ClassRow, ...] | None = None
    outputs: tuple[OutputRow, ...] | None = None
    """One row per number, where several are answered."""
    confusion: tuple[tuple[int, ...], ...] | None = None
    """[K, K] counts: rows are targets, columns predictions."""
    calibration: Calibration | None = None
    baselines: tuple[Baseline, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    """The most confident wrong answers first, 24 at most."""
    residuals: Residuals | None = None
    large_errors: tuple[LargeError, ...] = ()
    """Regression only: the largest absolute errors first, 24 at most."""
    forecasts: tuple[ForecastShown, ...] = ()
    """Forecasts only: from some origins, the worst among them."""
    masks: tuple[MaskShown, ...] = ()
    """Masks only: the pictures that are shown, the best first."""
    objects: tuple[ObjectsOfSize, ...] = ()
    """Masks only: objects of each class but the first, from small to large."""
    left_over: LeftOver | None = None
    """Forecasts only: what is left in the errors one step ahead; None where they are too few to say."""
    can_climb: bool = False
    """Whether a ladder can compare more methods on such answers: one class, several labels or one number."""
    notes: tuple[str, ...] = ()
    """What the reader must know about the numbers as a whole."""
    opening: Opening | None = None
    seconds: float = 0.0
    schema_version: Literal[1] = 1

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        if self.headline not in self.metrics:
            raise ValueError(f"headline: there is no metric {self.headline[:60]!r}")
        rows, width = self.confusion, len(self.classes or ())
        if rows is not None and ([len(row) for row in rows] != [width] * width or any(min(row) < 0 for row in rows)):
            raise ValueError("confusion: it is no table of counts with a row and a column for each class")
        return self

    @property
    def headline_metric(self) -> Metric:
        """The metric to quote first."""
        return self.metrics[self.headline]

    @property
    def class_rows(self) -> tuple[ClassRow, ...]:
        """How each class or label fares; () where numbers are answered."""
        return self.classes or ()

    @property
    def output_rows(self) -> tuple[OutputRow, ...]:
        """How each of several numbers fares; () where there are not several."""
        return self.outputs or ()

    @property
    def confusion_rows(self) -> tuple[tuple[int, ...], ...]:
        """The table of counts, a row for each class that was right; () where classes do not exclude each other."""
        return self.confusion or ()

    @property
    def worst(self) -> tuple[Mistake | LargeError, ...]:
        """The answers to look at first, whatever is answered; their `order` says which come first."""
        return (*self.mistakes, *self.large_errors)

    def title(self, name: str, label: str = "") -> str:
        """Return a metric's name, or another label of it, with the class it is of: "average_precision (melanoma)".

        A number that is of all classes, or the same for both of two, goes by its name alone.
        """
        is_of_one = self.positive_class is not None and name in OF_ONE_CLASS
        return (label or name) + (f" ({self.positive_class})" if is_of_one else "")

    def most_confused(self, number: int = 3) -> list[tuple[str, str, int]]:
        """Return the commonest mistakes: (class that was right, class that was answered, how often), at most `number`.

        Equal counts keep the order of the classes; [] where the task has no classes.
        """
        names = [row.name for row in self.class_rows]
        pairs = [
            (names[i], names[j], count)
            for i, row in enumerate(self.confusion_rows)
            for j, count in enumerate(row)
            if i != j and count
        ]
        return sorted(pairs, key=lambda pair: -pair[2])[:number]

    def with_baselines(self, baselines: Sequence[Baseline]) -> Self:
        """Return a copy that has `baselines` beside its score."""
        return self.model_copy(update={"baselines": tuple(baselines)})

    def with_notes(self, *notes: str) -> Self:
        """Return a copy with further notes."""
        return self.model_copy(update={"notes": (*self.notes, *notes)})

    def with_opening(self, opening: Opening) -> Self:
        """Return a copy that says it opened the sealed test split."""
        return self.model_copy(update={"opening": opening})

    def __repr__(self) -> str:
        """Return one line: the split and the score; `print` shows more."""
        score = f"{self.title(self.headline)} {self.headline_metric}"
        return f"Evaluation({self.split}, {counted(self.n, 'example')}: {score})"
