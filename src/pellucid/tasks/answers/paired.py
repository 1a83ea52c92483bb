"""A picture that another one becomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from pellucid.tasks.answers.base import Known, Unnamed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class PairedAnswer(Unnamed):
    """A picture for each of N pictures.

    Attributes:
        levels: [N, C, H, W] float32, 0 to 1.
    """

    kind: ClassVar[str] = "paired"
    levels: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.levels)

    @property
    def as_targets(self) -> NDArray[np.float16]:
        """[N, C, H, W] levels from 0 to 255."""
        import numpy as np

        return (self.levels * 255).astype(np.float16)

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the first of no names: the picture is answered as a whole."""
        return 0, "the picture as a whole"

    def held_against(self, inputs: Known, targets: Known) -> PairedHeld:
        """Return how far each picture is from the one that is right."""
        return PairedHeld(errors_of(self.levels, targets()))


@dataclass(frozen=True)
class PairedHeld(Unnamed):
    """How far each picture is from the one that is right.

    Attributes:
        errors: [N, 2] float64, the mean absolute and the mean squared difference of levels from 0 to 1.
    """

    kind: ClassVar[str] = "paired"
    errors: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.errors)

    @property
    def as_targets(self) -> NDArray[np.float64]:
        """[N, 2] the errors: of pictures they are all that is held against the truth."""
        return self.errors

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the first of no names."""
        return 0, "the picture as a whole"


def errors_of(levels: NDArray[Any], targets: NDArray[Any]) -> NDArray[np.float64]:
    """Return [N, 2] the mean absolute and the mean squared difference of each picture, where something is known.

    Args:
        levels: [N, C, H, W], 0 to 1.
        targets: [N, C, H, W] levels from 0 to 255; NaN where nothing is known.
    """
    import numpy as np

    found = np.zeros((len(levels), 2), np.float64)
    for place, (given, right) in enumerate(zip(levels, targets, strict=True)):
        known = np.isfinite(right)
        differences = given[known].astype(np.float64) - right[known].astype(np.float64) / 255
        if differences.size:
            found[place] = np.abs(differences).mean(), np.square(differences).mean()
    return found
