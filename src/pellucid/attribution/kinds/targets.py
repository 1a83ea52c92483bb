"""Which number is explained, by kind of target."""

from __future__ import annotations

from torch import Tensor

from pellucid.attribution.kinds.base import AskedAbout, TargetExplained, place_of
from pellucid.attribution.score import (
    Score,
    forecast_of_task,
    letter_of_task,
    logit_of_task,
    next_of_task,
    value_of_task,
)
from pellucid.errors import RecipeError
from pellucid.models import NextLetter
from pellucid.prediction import Outputs, Predictor, own_letter
from pellucid.records import Decision
from pellucid.tasks import Forecast, NextToken, Regression, Task, TextToText


class OneClass(TargetExplained):
    """One class: the logit of the one that is answered."""

    called = "class"
    no_neighbours = ""

    def score(self, task: Task, index: int, *, name: str) -> Score:
        """Return the class's logit."""
        return logit_of_task(task, index, name=name)


class Labels(TargetExplained):
    """Labels: the logit of the one that stands out most."""

    called = "label"
    no_neighbours = ""

    def score(self, task: Task, index: int, *, name: str) -> Score:
        """Return the label's logit."""
        return logit_of_task(task, index, name=name)


class Numbers(TargetExplained):
    """One number, or the first of several, in its own unit."""

    called = "target"
    no_neighbours = ""

    def score(self, task: Task, index: int, *, name: str) -> Score:
        """Return the number's value.

        Raises:
            RecipeError: the task does not say how outputs become values.
        """
        if not isinstance(task, Regression):
            raise RecipeError(f"Explanations of numbers are of regressions, and the task '{task.name}' is none.")
        return value_of_task(task, index, name=name)


class Future(TargetExplained):
    """A forecast: the median of one step ahead, the first unless another is asked about."""

    called = "step ahead"
    no_neighbours = ""

    def score(self, task: Task, index: int, *, name: str) -> Score:
        """Return the step's median, in the unit that is learned: the logarithm of a series that is learned so.

        Raises:
            RecipeError: the task does not say where the medians are.
        """
        if not isinstance(task, Forecast):
            raise RecipeError(f"Explanations of futures are of forecasts, and the task '{task.name}' is none.")
        return forecast_of_task(task, index, name=name)


class Written(TargetExplained):
    """A text: the logit of one letter of it, the network being told what it wrote itself before that."""

    called = "letter of answers"
    no_neighbours = ""

    def about(
        self, predictor: Predictor, inputs: Tensor, outputs: Outputs, *, wanted: str | None, letter: int | None
    ) -> AskedAbout:
        """Return a letter of the network's own answer, or the one that was asked for at its place.

        Raises:
            RecipeError: the answer has no such place, or is never written with that letter.
        """
        asked = own_letter(predictor, inputs, letter)
        names = asked.task.letters
        number = asked.number if wanted is None else place_of(wanted, names[asked.task.end :], called=self.called)
        number += 0 if wanted is None else asked.task.end
        said = asked.said_of(number)
        where = "the first letter" if letter is None else "as asked for"
        reason = f"{where} of the answer; the network is told what it wrote before it (--letter)"
        decision = Decision(name="explained", value=said, reason=reason)
        score = self.score(asked.task, number, name=said)
        return AskedAbout(NextLetter(predictor.model, asked.previous), score, (decision,))

    def score(self, task: Task, index: int, *, name: str) -> Score:
        """Return a letter's logit.

        Raises:
            RecipeError: the task writes no texts.
        """
        if not isinstance(task, TextToText):
            raise RecipeError(f"Letters are of answers that are written, and the task '{task.name}' writes none.")
        return letter_of_task(task, index, name=name)


class NextOfText(TargetExplained):
    """The next token: the logit of one token after the last place."""

    called = "token"
    no_neighbours = "training windows overlap, and each holds many answers"

    def score(self, task: Task, index: int, *, name: str) -> Score:
        """Return the token's logit.

        Raises:
            RecipeError: the task does not say where the logits of a place are.
        """
        if not isinstance(task, NextToken):
            raise RecipeError(f"Explanations of a next token are of language models, and '{task.name}' is none.")
        return next_of_task(task, index, name=name)
