"""Texts: what is written, and how probable it is as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from pellucid.kinds import text_of
from pellucid.prediction.judging.base import Known
from pellucid.prediction.records import Prediction
from pellucid.records import Record
from pellucid.runs import Answering
from pellucid.tasks import Answer, TextAnswer
from pellucid.words import percent, visible


class Candidate(Record):
    """One of several answers that were found."""

    text: str
    probability: float
    """Of the text as a whole, in [0, 1]."""
    score: float
    """By what the answers are ranked: the logarithm of the probability, divided by a penalty of short ones."""


class TextPrediction(Prediction):
    """A text is written."""

    own_columns: ClassVar[tuple[str, ...]] = ("text", "probability")
    text: str | None = None
    """What is written."""
    candidates: tuple[Candidate, ...] | None = None
    """Where several answers were looked for: all that were found, the best first."""

    def said(self, *, number: Callable[[float], str], share: Callable[[float], str]) -> tuple[str, str]:
        """Return the text and its probability."""
        return self.text or "", "" if self.probability is None else share(self.probability)

    def words(self) -> str:
        """Return the text with its probability, and what else was found."""
        told = [(self.text, self.probability), *((one.text, one.probability) for one in (self.candidates or ())[1:])]
        return "; or ".join(f"{visible(text or '')} ({percent(share or 0, 1)})" for text, share in told)


class JudgeText:
    """Judges texts."""

    def finish(self, answer: Answer, answering: Answering) -> Answer:
        """Return it as it is."""
        return answer

    def judge(self, answer: Answer, known: Known) -> list[Prediction]:
        """Return what is written, each with the product of its characters' probabilities."""
        given = TextAnswer.of(answer)
        return [
            TextPrediction(name="", decision="ok", text=text_of(row), probability=float(probability))
            for row, probability in zip(given.points, given.probabilities, strict=True)
        ]
