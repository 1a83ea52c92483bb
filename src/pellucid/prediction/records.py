"""What a predictor answers: a record that each kind of target words in its own way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Literal

from pellucid.records import Record

Verdict = Literal["ok", "unsure", "unknown", "unchecked", "error"]


class Prediction(Record):
    """The answer to one example: of itself an error; each kind of target has a subclass that says what is answered.

    All have the same fields, so that their JSON has the same keys; those that are not of a kind stay None.
    """

    own_columns: ClassVar[tuple[str, ...]] = ("label", "probability", "value")
    """The fields that tell the answer in a table, beside the shares and numbers that have names of their own."""

    name: str
    """The file's path, or "row 12" of a table."""
    decision: Verdict
    """"ok"; "unsure": no class is likely enough; "unknown": unlike everything in training; "error": not readable.

    "unchecked": it would be "ok", but the run cannot say "unsure" or "unknown" (`Predictor.why_unchecked`)."""
    label: str | None = None
    """The class that is answered, also where the decision is not "ok"; None for a regression or an error.

    The likeliest one; but where rare classes counted more in training, the one that is likeliest when all classes are
    equally frequent."""
    probability: float | None = None
    """Of that class, in [0, 1]."""
    probabilities: dict[str, float] | None = None
    labels: tuple[str, ...] | None = None
    """Of a run with several labels at once: all whose probability reaches their threshold, the likeliest first."""
    value: float | None = None
    """A regression's answer, in the target's own unit."""
    values: dict[str, float] | None = None
    """Of a regression with several numbers: each by its name."""
    distance: float | None = None
    """To the nearest training example in feature space, in [0, 2]; None where "unknown" is not judged."""
    error: str | None = None
    notes: tuple[str, ...] = ()
    """What about this input is unlike the training's data, a sentence each: other bit depth, a word never seen, ..."""

    @property
    def is_answered(self) -> bool:
        """Whether there is an answer, be it unsure: not an error."""
        return self.decision != "error"

    def said(self, *, number: Callable[[float], str], share: Callable[[float], str]) -> tuple[str, str]:
        """Return what is answered in words, and how probable it is; "" where there is no such thing.

        Args:
            number: how a number is written.
            share: how a probability is.
        """
        return "", ""

    def words(self) -> str:
        """Return what is answered in one line, e.g. "daisy (97.1 %)"; "" of an error."""
        return ""

    def files(self, *, overlay: bool = False) -> Mapping[str, bytes]:
        """Return files that belong to the answer, such as a picture, by how their names end; {} for none.

        Args:
            overlay: whether what is answered is shown over the picture, too, where each pixel is answered.
        """
        return {}

    def shares(self) -> dict[str, float]:
        """Return the probability of each class or label by its name; {} of numbers and errors."""
        return {}

    def amounts(self) -> dict[str, float]:
        """Return each of several numbers by its name; {} of all else."""
        return {}

    def __repr__(self) -> str:
        """Return what `str` does, as a prompt shows it; `to_dict` has the probabilities."""
        return f"Prediction({self})"

    def __str__(self) -> str:
        """Return one line, e.g. "new/a.jpg: daisy (97.1 %)" or "new/b.jpg: daisy (41.0 %), unsure"."""
        if not self.is_answered:
            return f"{self.name}: error: {self.error}"
        mark = "" if self.decision == "ok" else f", {self.decision}"
        return f"{self.name}: {self.words()}{mark}{''.join(f' [{note}]' for note in self.notes)}"


def table_of(predictions: Sequence[Prediction]) -> tuple[list[str], list[list[Any]]]:
    """Return predictions of one run as a table: the names of its columns, and the cells of each row.

    The columns follow from the first that is an answer; where there is none, or a cell is empty, None.
    """
    first = next((one for one in predictions if one.is_answered), None)
    own = Prediction.own_columns if first is None else first.own_columns
    classes, numbers = ([], []) if first is None else (list(first.shares()), list(first.amounts()))
    fields = ["name", "decision", *own, "distance", "error"]
    columns = [*fields, "notes", *(f"p({name})" for name in classes), *numbers]
    rows = []
    for one in predictions:
        cells = [getattr(one, field, None) for field in fields]  # an error has no columns of its own
        cells = ["|".join(cell) if isinstance(cell, tuple) else cell for cell in cells]
        shares, amounts = one.shares(), one.amounts()
        rows.append([*cells, " ".join(one.notes), *map(shares.get, classes), *map(amounts.get, numbers)])
    return columns, rows
