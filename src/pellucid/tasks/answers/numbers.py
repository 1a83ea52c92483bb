"""One number, or several, per example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pellucid.tasks.answers.base import OneKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class ValueAnswer(OneKind):
    """One number per example.

    Attributes:
        values: [N] float32, in the target's own unit.
    """

    kind: ClassVar[str] = "value"
    values: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def numbers(self) -> NDArray[np.float32]:
        """[N, 1] values."""
        return self.values[:, None]

    @property
    def as_targets(self) -> NDArray[np.float32]:
        """[N] values."""
        return self.values

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the only number."""
        return 0, "the only number"


@dataclass(frozen=True)
class ValuesAnswer(OneKind):
    """M numbers per example.

    Attributes:
        values: [N, M] float32, each in its own unit.
    """

    kind: ClassVar[str] = "values"
    values: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.values)

    @property
    def numbers(self) -> NDArray[np.float32]:
        """[N, M] values."""
        return self.values

    @property
    def as_targets(self) -> NDArray[np.float32]:
        """[N, M] values."""
        return self.values

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the first number."""
        return 0, "the first of several numbers"
