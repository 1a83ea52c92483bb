"""Several numbers: of them neither "unsure" nor "unknown" is ever said."""

from __future__ import annotations

from collections.abc import Callable

from pellucid.prediction.judging.base import Known
from pellucid.prediction.records import Prediction
from pellucid.runs import Answering
from pellucid.tasks import Answer, ValuesAnswer


class ValuesPrediction(Prediction):
    """Several numbers are answered."""

    def said(self, *, number: Callable[[float], str], share: Callable[[float], str]) -> tuple[str, str]:
        """Return the numbers with their names."""
        return ", ".join(f"{name} {number(value)}" for name, value in self.amounts().items()), ""

    def words(self) -> str:
        """Return the numbers with their names, five digits of each."""
        return self.said(number=lambda value: f"{value:.5g}", share=str)[0]

    def amounts(self) -> dict[str, float]:
        """Return the numbers by their names."""
        return self.values or {}


class JudgeValues:
    """Judges answers of several numbers."""

    def finish(self, answer: Answer, answering: Answering) -> Answer:
        """Return it as it is."""
        return answer

    def judge(self, answer: Answer, known: Known) -> list[Prediction]:
        """Return the numbers by their names."""
        rows = ValuesAnswer.of(answer).values
        named = [dict(zip(known.target.answers, map(float, row), strict=True)) for row in rows]
        return [ValuesPrediction(name="", decision="ok", values=values) for values in named]
