"""A text that is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pellucid.tasks.answers.base import Unnamed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class TextAnswer(Unnamed):
    """A text per example.

    Attributes:
        points: [N, U] int32 code points of what is written, 0 behind its end.
        logs: [N, U] float32, the natural logarithm of the probability of each character given those before it, and of
            the end after the last; 0 behind it.
    """

    kind: ClassVar[str] = "text"
    points: NDArray[np.int32]
    logs: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.points)

    @property
    def as_targets(self) -> NDArray[np.int32]:
        """[N, U] code points."""
        return self.points

    @property
    def probabilities(self) -> NDArray[np.float64]:
        """[N]: of each text as a whole, the product of its characters'."""
        import numpy as np

        whole: NDArray[np.float64] = np.exp(self.logs.sum(axis=1, dtype=np.float64))
        return whole

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the first of no names: the text is written as a whole."""
        return 0, "the text that is written"
