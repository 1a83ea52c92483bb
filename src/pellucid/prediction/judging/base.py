"""What is made of answers: predictions, which say of each example what is answered and whether it can be relied on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from pellucid.kinds import Target
from pellucid.prediction.records import Prediction, Verdict
from pellucid.runs import Answering
from pellucid.tasks import Answer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Known:
    """What is known beside the answers to N examples.

    Attributes:
        target: of the run.
        answering: how the run answers.
        plain: the decision where nothing speaks against an answer: "ok", or "unchecked".
        distances: [N] float32, to the nearest training features; None where "unknown" is not judged.
        inputs: [N, ...] prepared, as they were answered; None where they are not at hand.
    """

    target: Target
    answering: Answering
    plain: Verdict
    distances: NDArray[np.float32] | None
    inputs: NDArray[Any] | None = None

    def distance(self, example: int) -> float | None:
        """Return how far an example is from all that was learned from; None where that is not judged."""
        return None if self.distances is None else float(self.distances[example])

    def is_unknown(self, example: int) -> bool:
        """Tell whether an example is unlike everything in training."""
        distance = self.distance(example)
        return distance is not None and self.answering.is_unknown(distance)


class Judging(Protocol):
    """How the answers to a kind of target are finished, and judged."""

    def finish(self, answer: Answer, answering: Answering) -> Answer:
        """Return a task's answer with what the run has fitted put in: whatever decides between its numbers."""

    def judge(self, answer: Answer, known: Known) -> list[Prediction]:
        """Return a prediction, still without its name, for each of N examples."""
