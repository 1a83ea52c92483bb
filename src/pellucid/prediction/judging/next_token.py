"""The next token: a language model is asked about a whole text, or goes on with it."""

from __future__ import annotations

from pellucid.errors import RecipeError
from pellucid.prediction.judging.base import Known
from pellucid.prediction.records import Prediction
from pellucid.runs import Answering
from pellucid.tasks import Answer


class JudgeNext:
    """Judges nothing: no single answer is made of what may come next at every place."""

    def finish(self, answer: Answer, answering: Answering) -> Answer:
        """Return it as it is."""
        return answer

    def judge(self, answer: Answer, known: Known) -> list[Prediction]:
        """Refuse.

        Raises:
            RecipeError: always.
        """
        raise RecipeError(
            "A language model gives a probability to a text, token by token; it answers nothing else about it.",
            fix="pellucid predict RUN --text 'a text' shows that product, and pellucid sample RUN goes on with a text.",
        )
