"""How a trace ends, by kind of target."""

from __future__ import annotations

from torch import Tensor

from pellucid.errors import RunError
from pellucid.prediction import Predictor, own_letter
from pellucid.tasks import Task
from pellucid.trace.kinds.base import Ending, Followed
from pellucid.trace.loss import Criterion


class OneClass(Ending):
    """One class: the cross-entropy of K logits, or of the single one of two classes."""

    def criterion(self, task: Task) -> Criterion:
        """Return the cross-entropy.

        Raises:
            RunError: the classes are steps in an order.
        """
        if task.name == "ordered":
            raise RunError(
                "The loss of ordered classes is not shown number by number.",
                fix="Trace the way forward, or a run without --ordered.",
            )
        return "binary cross-entropy" if task.output_width == 1 else "cross-entropy"

    def thresholds(self, predictor: Predictor) -> tuple[float, ...]:
        """Return nothing: the likeliest class is answered."""
        return ()


class Labels(Ending):
    """Labels: a binary cross-entropy each, and a threshold each."""

    def criterion(self, task: Task) -> Criterion:
        """Return the binary cross-entropy."""
        return "binary cross-entropy"

    def thresholds(self, predictor: Predictor) -> tuple[float, ...]:
        """Return [L] thresholds."""
        return tuple(predictor.thresholds.tolist())


class Numbers(Ending):
    """One number, or several: their squared error."""

    def criterion(self, task: Task) -> Criterion:
        """Return the squared error."""
        return "squared error"

    def thresholds(self, predictor: Predictor) -> tuple[float, ...]:
        """Return nothing: a number is answered as it is."""
        return ()


class Future(Ending):
    """A forecast: its pinball loss is a loss of many numbers, which is not followed back."""

    def criterion(self, task: Task) -> Criterion:
        """Refuse.

        Raises:
            RunError: always.
        """
        raise RunError(
            "The loss of a forecast, of seven quantiles of each step, is not shown number by number.",
            fix="Trace the way forward.",
        )

    def thresholds(self, predictor: Predictor) -> tuple[float, ...]:
        """Return nothing: a forecast is answered as it is."""
        return ()


class Written(Ending):
    """A text: one letter of it, the network being told what it wrote itself before that."""

    def follow(self, predictor: Predictor, inputs: Tensor, letter: int | None) -> Followed:
        """Return a letter of the network's own answer, the first where none is asked for.

        Raises:
            RecipeError: the answer has no such letter.
        """
        asked = own_letter(predictor, inputs, letter)
        width = asked.task.vocabulary
        return Followed(
            {"previous": asked.previous},
            lambda outputs: outputs[:, -width:],
            asked.task.letter_steps,
            asked.task.letters,
            asked.said,
        )

    def criterion(self, task: Task) -> Criterion:
        """Refuse.

        Raises:
            RunError: always.
        """
        raise RunError(
            "The loss of a text, a mean over its letters, is not shown number by number.", fix="Trace the way forward."
        )

    def thresholds(self, predictor: Predictor) -> tuple[float, ...]:
        """Return nothing: the likeliest letter is written."""
        return ()
