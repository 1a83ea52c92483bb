"""One class: "unsure" where it is not probable enough, "unknown" where the example is far from training."""

from __future__ import annotations

from collections.abc import Callable

from pellucid.prediction.judging.base import Known
from pellucid.prediction.records import Prediction, Verdict
from pellucid.runs import Answering
from pellucid.tasks import Answer, ClassAnswer
from pellucid.words import percent


class ClassPrediction(Prediction):
    """One class is answered."""

    def said(self, *, number: Callable[[float], str], share: Callable[[float], str]) -> tuple[str, str]:
        """Return the class and its probability."""
        return self.label or "", "" if self.probability is None else share(self.probability)

    def words(self) -> str:
        """Return the class with its probability."""
        return f"{self.label} ({percent(self.probability or 0, 1)})"

    def shares(self) -> dict[str, float]:
        """Return the classes' probabilities."""
        return self.probabilities or {}


class JudgeClass:
    """Judges answers of one class."""

    def finish(self, answer: Answer, answering: Answering) -> Answer:
        """Return it as it is: the task has put the temperature in, and decided."""
        return answer

    def judge(self, answer: Answer, known: Known) -> list[Prediction]:
        """Return the classes, "unknown" before "unsure"."""
        given, names = ClassAnswer.of(answer), known.target.answers
        judged: list[Prediction] = []
        for place, (label, shares) in enumerate(zip(given.labels, given.probabilities, strict=True)):
            probability = float(shares[label])
            decision: Verdict = "unsure" if known.answering.is_unsure(probability) else known.plain
            judged.append(
                ClassPrediction(
                    name="",
                    decision="unknown" if known.is_unknown(place) else decision,
                    label=names[label],
                    probability=probability,
                    probabilities={name: float(value) for name, value in zip(names, shares, strict=True)},
                    distance=known.distance(place),
                )
            )
        return judged
