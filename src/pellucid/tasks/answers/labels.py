"""Any of L labels per example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pellucid.tasks.answers.base import OneKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class LabelsAnswer(OneKind):
    """Any of L labels per example, several at once or none.

    Attributes:
        probabilities: [N, L] float32, each of its own label.
        thresholds: [L] float32, the probability from which each label is answered.
    """

    kind: ClassVar[str] = "labels"
    probabilities: NDArray[np.float32]
    thresholds: NDArray[np.float32]

    @classmethod
    def at_even_odds(cls, probabilities: NDArray[np.float32]) -> LabelsAnswer:
        """Return the answer that holds each label for present whose probability ([N, L]) is a half or more."""
        import numpy as np

        return cls(probabilities, np.full(probabilities.shape[1], 0.5, np.float32))

    def __len__(self) -> int:
        return len(self.probabilities)

    @property
    def numbers(self) -> NDArray[np.float32]:
        """[N, L] probabilities."""
        return self.probabilities

    @property
    def holds(self) -> NDArray[np.bool_]:
        """[N, L]: whether each label is answered."""
        answered: NDArray[np.bool_] = self.probabilities >= self.thresholds
        return answered

    @property
    def as_targets(self) -> NDArray[np.int64]:
        """[N, L] of 0 and 1."""
        import numpy as np

        return self.holds.astype(np.int64)

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the label that reaches its own threshold, from which it is answered, most clearly."""
        import numpy as np

        return int(np.argmax(self.probabilities[example] / self.thresholds)), "the label that stands out most"
