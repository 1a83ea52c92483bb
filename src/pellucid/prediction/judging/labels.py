"""Any of several labels: each is answered from its own threshold on; never "unsure", for each is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

import numpy as np

from pellucid.prediction.judging.base import Known
from pellucid.prediction.records import Prediction
from pellucid.runs import Answering
from pellucid.tasks import Answer, LabelsAnswer
from pellucid.words import percent

NO_LABEL = "no label"


class LabelsPrediction(Prediction):
    """Any of several labels are answered."""

    own_columns: ClassVar[tuple[str, ...]] = ("labels", "value")  # no single one has a probability to stand beside it

    def said(self, *, number: Callable[[float], str], share: Callable[[float], str]) -> tuple[str, str]:
        """Return the labels and their probabilities."""
        labels, given = self.labels or (), self.shares()
        return ", ".join(labels) or NO_LABEL, ", ".join(share(given[name]) for name in labels if name in given)

    def words(self) -> str:
        """Return the labels with their probabilities."""
        given = self.shares()
        return ", ".join(f"{name} ({percent(given.get(name, 0), 1)})" for name in self.labels or ()) or NO_LABEL

    def shares(self) -> dict[str, float]:
        """Return the labels' probabilities."""
        return self.probabilities or {}


class JudgeLabels:
    """Judges answers of several labels."""

    def finish(self, answer: Answer, answering: Answering) -> Answer:
        """Return it with the fitted thresholds, where there are any."""
        if answering.thresholds is None:
            return answer
        return replace(LabelsAnswer.of(answer), thresholds=np.array(answering.thresholds, np.float32))

    def judge(self, answer: Answer, known: Known) -> list[Prediction]:
        """Return the labels that are answered, the likeliest first."""
        given, names = LabelsAnswer.of(answer), known.target.answers
        judged: list[Prediction] = []
        for place, (shares, holds) in enumerate(zip(given.probabilities, given.holds, strict=True)):
            answered = [label for label in np.argsort(-shares, kind="stable") if holds[label]]
            judged.append(
                LabelsPrediction(
                    name="",
                    decision="unknown" if known.is_unknown(place) else known.plain,
                    labels=tuple(names[label] for label in answered),
                    probabilities={name: float(value) for name, value in zip(names, shares, strict=True)},
                    distance=known.distance(place),
                )
            )
        return judged
