"""Which number is explained, by kind of target."""

from __future__ import annotations

from pellucid.attribution.score import Score, forecast_of_task, logit_of_task, next_of_task, value_of_task
from pellucid.errors import RecipeError
from pellucid.tasks import Forecast, NextToken, Regression, Task


class OneClass:
    """One class: the logit of the one that is answered."""

    called = "class"
    no_neighbours = ""

    def score(self, task: Task, index: int, *, name: str) -> Score:
        """Return the class's logit."""
        return logit_of_task(task, index, name=name)


class Labels:
    """Labels: the logit of the one that stands out most."""

    called = "label"
    no_neighbours = ""

    def score(self, task: Task, index: int, *, name: str) -> Score:
        """Return the label's logit."""
        return logit_of_task(task, index, name=name)


class Numbers:
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


class Future:
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


class NextOfText:
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
