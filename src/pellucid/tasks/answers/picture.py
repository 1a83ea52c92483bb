"""A picture that a network gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from pellucid.tasks.answers.base import Known, Unnamed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class PictureAnswer(Unnamed):
    """A picture per example.

    Attributes:
        levels: [N, C, H, W] float32, 0 to 1.
    """

    kind: ClassVar[str] = "picture"
    levels: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.levels)

    @property
    def as_targets(self) -> NDArray[np.float32]:
        """[N, C, H, W] the levels."""
        return self.levels

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the first of no names: the picture is given back as a whole."""
        return 0, "the picture that is given back"

    def held_against(self, inputs: Known, targets: Known) -> PictureHeld:
        """Return how far each picture is from what was to be given back."""
        return PictureHeld(squared_errors(self.levels, inputs()))


@dataclass(frozen=True)
class PictureHeld(Unnamed):
    """How far each picture is from what was to be given back.

    Attributes:
        errors: [N] float64, the mean of squared differences over pixels and colours, of levels from 0 to 1.
    """

    kind: ClassVar[str] = "picture"
    errors: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.errors)

    @property
    def as_targets(self) -> NDArray[np.float64]:
        """[N] the errors: of pictures that are given back they are all that is held against the truth."""
        return self.errors

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the first of no names."""
        return 0, "the picture that is given back"


def squared_errors(levels: NDArray[np.float32], canvases: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return [N] the mean squared difference of each picture.

    Args:
        levels: [N, C, H, W], 0 to 1.
        canvases: [N, H, W, C] uint8, what they are held against.
    """
    import numpy as np

    found = np.empty(len(levels), np.float64)
    for place, (given, canvas) in enumerate(zip(levels, canvases, strict=True)):
        found[place] = np.square(given.astype(np.float64) - np.moveaxis(canvas, 2, 0) / 255).mean()
    return found
