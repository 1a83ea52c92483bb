"""Pictures that are drawn: nothing that is handed over is answered, so nothing is judged."""

from __future__ import annotations

from pellucid.errors import RecipeError
from pellucid.prediction.judging.base import Known
from pellucid.prediction.records import Prediction
from pellucid.runs import Answering
from pellucid.tasks import Answer


class JudgeNothing:
    """The row of pictures that are drawn; who asks for an answer is refused before (`Predictor.answer`)."""

    def finish(self, answer: Answer, answering: Answering) -> Answer:
        """Return it as it is."""
        return answer

    def judge(self, answer: Answer, known: Known) -> list[Prediction]:
        """Refuse.

        Raises:
            RecipeError: always.
        """
        raise RecipeError("A run that draws pictures answers none that are handed over.")
