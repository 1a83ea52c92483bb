"""One class of K per example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pellucid.tasks.answers.base import OneKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class ClassAnswer(OneKind):
    """One class of K per example.

    Attributes:
        probabilities: [N, K] float32, rows sum to 1.
        labels: [N] int64, the class that is answered. Not always the most probable one: where rare classes counted more
            in training, they are answered sooner.
    """

    kind: ClassVar[str] = "class"
    probabilities: NDArray[np.float32]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def numbers(self) -> NDArray[np.float32]:
        """[N, K] probabilities."""
        return self.probabilities

    @property
    def as_targets(self) -> NDArray[np.int64]:
        """[N] the classes."""
        return self.labels

    @property
    def confidence(self) -> NDArray[np.float32]:
        """[N]: the probability of the class that is answered."""
        import numpy as np

        chosen: NDArray[np.float32] = self.probabilities[np.arange(len(self)), self.labels]
        return chosen

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the class that is answered."""
        return int(self.labels[example]), "the class that is answered"
