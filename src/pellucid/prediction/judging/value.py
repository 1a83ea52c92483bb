"""One number: of it neither "unsure" nor "unknown" is ever said."""

from __future__ import annotations

from collections.abc import Callable

from pellucid.prediction.judging.base import Known
from pellucid.prediction.records import Prediction
from pellucid.runs import Answering
from pellucid.tasks import Answer, ValueAnswer


class ValuePrediction(Prediction):
    """One number is answered."""

    def said(self, *, number: Callable[[float], str], share: Callable[[float], str]) -> tuple[str, str]:
        """Return the number."""
        return "" if self.value is None else number(self.value), ""

    def words(self) -> str:
        """Return the number with five digits."""
        return f"{self.value:.5g}"


class JudgeValue:
    """Judges answers of one number."""

    def finish(self, answer: Answer, answering: Answering) -> Answer:
        """Return it as it is."""
        return answer

    def judge(self, answer: Answer, known: Known) -> list[Prediction]:
        """Return the numbers."""
        return [ValuePrediction(name="", decision="ok", value=float(value)) for value in ValueAnswer.of(answer).values]
