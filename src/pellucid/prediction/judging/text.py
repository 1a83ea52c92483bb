"""Texts: what is written, and how probable it is as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from pellucid.kinds import text_of
from pellucid.prediction.judging.base import Known
from pellucid.prediction.records import Prediction
from pellucid.runs import Answering
from pellucid.tasks import Answer, TextAnswer
from pellucid.words import percent, visible


class TextPrediction(Prediction):
    """A text is written."""

    own_columns: ClassVar[tuple[str, ...]] = ("text", "probability")
    text: str | None = None
    """What is written."""

    def said(self, *, number: Callable[[float], str], share: Callable[[float], str]) -> tuple[str, str]:
        """Return the text and its probability."""
        return self.text or "", "" if self.probability is None else share(self.probability)

    def words(self) -> str:
        """Return the text with its probability."""
        return f"{visible(self.text or '')} ({percent(self.probability or 0, 1)})"


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
