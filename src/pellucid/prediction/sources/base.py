"""What is handed over to be answered: the contract by which each kind of input opens it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Protocol, TypeAlias

from numpy.typing import NDArray

from pellucid.prediction.given import Given
from pellucid.prediction.records import Prediction
from pellucid.runs import RunRecord

Judge: TypeAlias = Callable[[NDArray[Any]], list[Prediction]]
"""From N prepared inputs to their predictions, still without names."""


class Sources(Protocol):
    """How what is handed over for a kind of input is read, and answered."""

    reads: str
    """What a run of this kind reads, e.g. "pictures"."""
    hand_over: str
    """What to hand over, a sentence."""

    def predict(self, given: Given, record: RunRecord, judge: Judge) -> Iterator[Prediction]:
        """Answer everything that is handed over, in order; what is unreadable is an answer, too.

        Args:
            given: as of `Predictor.predict`.
            record: of the run that answers.
            judge: the run's predictor.

        Raises:
            DataError: what is handed over is of another kind.
        """

    def first(self, given: Given, record: RunRecord) -> NDArray[Any]:
        """Return the first input of what is handed over, prepared, [1, ...].

        Raises:
            DataError: there is none that can be read.
        """
