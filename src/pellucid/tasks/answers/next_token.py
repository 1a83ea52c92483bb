"""What comes next at each place of a text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pellucid.tasks.answers.base import Known, Unnamed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class NextAnswer(Unnamed):
    """What may come next at each of T places.

    Attributes:
        logs: [N, T, V] float32, natural logarithms of the probability of every token after each place.
    """

    kind: ClassVar[str] = "next"
    logs: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.logs)

    @property
    def as_targets(self) -> NDArray[np.int64]:
        """[N, T] the likeliest token after each place."""
        likeliest: NDArray[np.int64] = self.logs.argmax(2)
        return likeliest

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the likeliest token after the last place."""
        return int(self.logs[example, -1].argmax()), "the likeliest token after the last place"

    def held_against(self, inputs: Known, targets: Known) -> NextHeld:
        """Return how surprising the tokens are that did come."""
        import numpy as np

        tokens = np.asarray(inputs(), np.int64)
        length = tokens.shape[1]
        ends = (tokens != 0).sum(1, keepdims=True)
        places = np.arange(length)[None, :]
        is_own = (places >= ends - np.asarray(targets()).reshape(-1, 1)) & (places < ends) & (places > 0)
        came = np.take_along_axis(self.logs[:, : length - 1], tokens[:, 1:, None], axis=2)[..., 0]
        surprises = np.full(tokens.shape, np.nan, np.float32)
        surprises[:, 1:] = -came
        return NextHeld(np.where(is_own, surprises, np.nan).astype(np.float32))


@dataclass(frozen=True)
class NextHeld(Unnamed):
    """How surprising each token was that did come.

    Attributes:
        surprises: [N, T] float32, minus the natural logarithm of the probability that each token of a window had; NaN
            of those that are not the window's own.
    """

    kind: ClassVar[str] = "next"
    surprises: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.surprises)

    @property
    def as_targets(self) -> NDArray[np.float32]:
        """[N, T] the surprises: of what is answered with a distribution they are all that is held against the truth."""
        return self.surprises

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the first of no answers: none is asked about by name."""
        return 0, "the next token"
