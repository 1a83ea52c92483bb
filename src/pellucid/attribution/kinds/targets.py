"""Which number is explained, by kind of target."""

from __future__ import annotations

from typing import Any

import numpy as np

from pellucid.attribution.score import Score, logit_of_task, value_of_task
from pellucid.errors import RecipeError
from pellucid.prediction import Outputs, Predictor
from pellucid.tasks import Regression, Task


class OneClass:
    """One class: the logit of the one that is answered."""

    called = "class"

    def answered(self, predictor: Predictor, outputs: Outputs) -> tuple[int, str]:
        """Return the class that is answered."""
        labels: Any = predictor.answer(outputs).labels
        return int(labels[0]), "the class that is answered"

    def score(self, task: Task, index: int, *, name: str) -> Score:
        """Return the class's logit."""
        return logit_of_task(task, index, name=name)


class Labels:
    """Labels: the logit of the one that stands out most."""

    called = "label"

    def answered(self, predictor: Predictor, outputs: Outputs) -> tuple[int, str]:
        """Return the label that is farthest above its threshold, as a multiple of it."""
        shares: Any = predictor.answer(outputs).label_probabilities
        # A label is answered where it reaches its own threshold, so the one that does so most clearly is asked about.
        return int(np.argmax(shares[0] / predictor.thresholds)), "the label that stands out most"

    def score(self, task: Task, index: int, *, name: str) -> Score:
        """Return the label's logit."""
        return logit_of_task(task, index, name=name)


class Numbers:
    """One number, or the first of several, in its own unit."""

    called = "target"

    def answered(self, predictor: Predictor, outputs: Outputs) -> tuple[int, str]:
        """Return the first number."""
        return 0, "the first of several numbers"

    def score(self, task: Task, index: int, *, name: str) -> Score:
        """Return the number's value.

        Raises:
            RecipeError: the task does not say how outputs become values.
        """
        if not isinstance(task, Regression):
            raise RecipeError(f"Explanations of numbers are of regressions, and the task '{task.name}' is none.")
        return value_of_task(task, index, name=name)
