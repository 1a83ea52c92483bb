"""The next values of a series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pellucid.kinds import BANDS
from pellucid.tasks.answers.base import OneKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class FutureAnswer(OneKind):
    """The next h values of N series, with their quantiles.

    Attributes:
        quantiles: [N, h, Q] float32 in the series' own unit, rising along the last axis; the middle one is the median.
        positive: whether the series is positive by its kind, so that bands are widened by factors and stay above 0.
    """

    kind: ClassVar[str] = "future"
    quantiles: NDArray[np.float32]
    positive: bool = False

    def __len__(self) -> int:
        return len(self.quantiles)

    @property
    def median(self) -> NDArray[np.float32]:
        """[N, h]."""
        middle: NDArray[np.float32] = self.quantiles[:, :, self.quantiles.shape[2] // 2]
        return middle

    @property
    def numbers(self) -> NDArray[np.float32]:
        """[N, h] medians."""
        return self.median

    @property
    def as_targets(self) -> NDArray[np.float32]:
        """[N, h] medians."""
        return self.median

    def band(self, level: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return [N, h] lower and upper borders.

        Args:
            level: 95, 80 or 50, in percent.
        """
        place = BANDS.index(level)
        return self.quantiles[:, :, place], self.quantiles[:, :, -1 - place]

    def widened(self, factors: tuple[float, ...]) -> FutureAnswer:
        """Return the same medians with bands whose distance to them is multiplied.

        Args:
            factors: one for each of `BANDS`, the outermost first; a band never comes to lie outside a wider one.
        """
        import numpy as np

        values = self.quantiles.astype(np.float64)
        values = np.log(np.maximum(values, np.finfo(np.float32).tiny)) if self.positive else values
        middle = values.shape[2] // 2
        median = values[:, :, middle : middle + 1]
        each = np.array([*factors, 1.0, *reversed(factors)])
        wider = median + (values - median) * each
        wider[:, :, :middle] = np.minimum.accumulate(wider[:, :, middle - 1 :: -1], axis=2)[:, :, ::-1]
        wider[:, :, middle + 1 :] = np.maximum.accumulate(wider[:, :, middle + 1 :], axis=2)
        back = (np.exp(wider) if self.positive else wider).astype(np.float32)
        back[:, :, middle] = self.median
        return FutureAnswer(back, self.positive)

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the next step."""
        return 0, "the next value"
