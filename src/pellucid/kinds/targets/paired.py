"""Another picture of the same size, for each picture: what it is to become."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field

from pellucid.errors import DataError, RecipeError
from pellucid.kinds.targets.base import TARGETS, OnPixels
from pellucid.kinds.targets.undivided import Undivided

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FEWEST = 3
_SIDE = 8192


@TARGETS.register
class PairedTarget(Undivided):
    """The picture that belongs to each picture.

    Targets are [N, C, H, W] float16: levels from 0 to 255, which are exact in it, or NaN where nothing is known. H and
    W are the largest of all pictures; a smaller one lies in the middle, and nothing is known around it.
    """

    kind: Literal["paired"] = "paired"
    name: str = "picture"
    noun: ClassVar[str] = "picture"
    dimensions: ClassVar[int] = 4
    splitting: ClassVar[Literal["strata", "plain", "time", "stretch"]] = "plain"
    on_pixels: ClassVar[OnPixels | None] = OnPixels("bilinear", unknown=math.nan)
    files_folder: ClassVar[str] = "pictures"
    channels: Literal[1, 3]
    height: Annotated[int, Field(ge=1, le=_SIDE)]
    width: Annotated[int, Field(ge=1, le=_SIDE)]

    @property
    def answers(self) -> tuple[str, ...]:
        """None: a picture is answered as a whole."""
        return ()

    @property
    def grid(self) -> tuple[int, int]:
        """H and W of the targets."""
        return self.height, self.width

    @property
    def learned(self) -> str:
        """What is learned."""
        return "the picture that belongs to each"

    def head(self, shown: int) -> tuple[str, ...]:
        """Return what is learned."""
        return ("each to become another picture",)

    def sentence(self) -> str:
        """Return one sentence on what comes out."""
        colour = "grey" if self.channels == 1 else "colour"
        return f"Each picture is answered with another one of its size, in {colour}."

    def as_array(self, values: Sequence[Any]) -> NDArray[np.float16]:
        """Return [N, C, H, W] float16."""
        import numpy as np

        return np.asarray(values, np.float16)

    def check(self, targets: Any, *, dataset: str) -> None:
        """Look whether there are enough pairs.

        Raises:
            DataError: there are not.
        """
        if len(targets) < _FEWEST:
            raise DataError(
                f"'{dataset}' has {len(targets)} pair{'s' * (len(targets) != 1)} of pictures.",
                expected=f"{_FEWEST} at least: one to learn from, one to choose by, one for the test.",
                fix="Add pairs, or cut large pictures into parts.",
            )

    def say(self, one: Any) -> str:
        """Return size and mean level."""
        return self.words(one)

    def words(self, one: Any, *, digits: int = 4) -> str:
        """Return the size of the picture and its mean level."""
        import numpy as np

        known = np.isfinite(np.asarray(one)[0])
        rows, columns = int(known.any(axis=1).sum()), int(known.any(axis=0).sum())
        mean = float(np.asarray(one)[:, known].mean(dtype=np.float64)) / 255 if known.any() else 0.0
        return f"a picture of {rows} x {columns}, mean level {mean:.{digits}g}"

    def parse(self, text: str) -> NDArray[Any]:
        """Refuse: a picture is not typed.

        Raises:
            RecipeError: always.
        """
        raise RecipeError("What is right is a picture; it is not typed.", fix="Leave the target out.")

    def _not_two_classes(self) -> str:
        return "is a picture"
