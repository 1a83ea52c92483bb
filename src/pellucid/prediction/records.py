"""What a predictor answers."""

from __future__ import annotations

from typing import Literal

from pellucid.records import Record

Verdict = Literal["ok", "unsure", "unknown", "unchecked", "error"]


class Prediction(Record):
    """The answer to one example."""

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

    def __repr__(self) -> str:
        """Return what `str` does, as a prompt shows it; `to_dict` has the probabilities."""
        return f"Prediction({self})"

    def __str__(self) -> str:
        """Return one line, e.g. "new/a.jpg: daisy (97.1 %)" or "new/b.jpg: daisy (41.0 %), unsure"."""
        if self.decision == "error":
            return f"{self.name}: error: {self.error}"
        said = "".join(f" [{note}]" for note in self.notes)
        return f"{self.name}: {self._answer()}{said}"

    def _answer(self) -> str:
        mark = "" if self.decision == "ok" else f", {self.decision}"
        if self.value is not None:
            return f"{self.value:.5g}{mark}"
        if self.values is not None:
            return ", ".join(f"{name} {value:.5g}" for name, value in self.values.items()) + mark
        if self.labels is not None:
            given = self.probabilities or {}
            shown = ", ".join(f"{label} ({100 * given.get(label, 0):.1f} %)" for label in self.labels) or "no label"
            return shown + mark
        return f"{self.label} ({100 * (self.probability or 0):.1f} %){mark}"
