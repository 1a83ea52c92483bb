"""A class for each pixel of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from pellucid.errors import DataError, RecipeError
from pellucid.kinds.targets.base import TARGETS, Name, OnPixels, listed
from pellucid.kinds.targets.undivided import Undivided

if TYPE_CHECKING:
    from typing import Self

    import numpy as np
    from numpy.typing import NDArray

NOT_LABELLED = 255
"""What stands in a mask where nobody says what a pixel shows, and where a picture is smaller than the grid."""
MOST_MASK_CLASSES = 64
_FEWEST = 3
_SIDE = 8192
_SHOWN = 4

Colour = tuple[
    Annotated[int, Field(ge=0, le=255)], Annotated[int, Field(ge=0, le=255)], Annotated[int, Field(ge=0, le=255)]
]


@TARGETS.register
class MaskTarget(Undivided):
    """What each pixel shows, one of K classes.

    Targets are [N, H, W] uint8: the number of the class of each pixel, or `NOT_LABELLED`. H and W are the largest of
    all pictures; a smaller one lies in the middle, and what is around it is not labelled.
    """

    kind: Literal["mask"] = "mask"
    name: str = "mask"
    noun: ClassVar[str] = "class"
    dimensions: ClassVar[int] = 3
    splitting: ClassVar[Literal["strata", "plain", "time", "stretch"]] = "plain"
    on_pixels: ClassVar[OnPixels | None] = OnPixels("nearest", unknown=NOT_LABELLED)
    files_folder: ClassVar[str] = "masks"
    classes: Annotated[tuple[Name, ...], Field(min_length=2, max_length=MOST_MASK_CLASSES)]
    values: tuple[str, ...]
    """What stands for each class in the files: a number, or a colour such as "#ff0000"."""
    colours: tuple[Colour, ...]
    """In which each class is shown, and written: red, green, blue."""
    height: Annotated[int, Field(ge=1, le=_SIDE)]
    width: Annotated[int, Field(ge=1, le=_SIDE)]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not len(self.classes) == len(self.values) == len(self.colours):
            raise ValueError("classes, values and colours: there are not as many of one as of the other")
        if len(set(self.classes)) < len(self.classes):
            raise ValueError("classes: two have the same name")
        return self

    @property
    def answers(self) -> tuple[str, ...]:
        """The classes."""
        return self.classes

    @property
    def grid(self) -> tuple[int, int]:
        """H and W of the targets."""
        return self.height, self.width

    @property
    def learned(self) -> str:
        """What is learned."""
        return f"which of {len(self.classes)} classes each pixel shows"

    def head(self, shown: int) -> tuple[str, ...]:
        """Return the classes, by name or by number."""
        return f"{listed(self.classes, shown)}, pixel by pixel", f"{len(self.classes)} classes, pixel by pixel"

    def sentence(self) -> str:
        """Return one sentence on what comes out."""
        names = listed(self.classes, MOST_MASK_CLASSES)
        return f"Each pixel is answered with one of {len(self.classes)} classes: {names}."

    def as_array(self, values: Sequence[Any]) -> NDArray[np.uint8]:
        """Return [N, H, W] uint8."""
        import numpy as np

        return np.asarray(values, np.uint8)

    def check(self, targets: Any, *, dataset: str) -> None:
        """Look whether there are enough pictures.

        Raises:
            DataError: there are not.
        """
        if len(targets) < _FEWEST:
            raise DataError(
                f"'{dataset}' has {len(targets)} picture{'s' * (len(targets) != 1)} with a mask.",
                expected=f"{_FEWEST} at least: one to learn from, one to choose by, one for the test.",
                fix="Add pictures and masks, or cut large ones into parts.",
            )

    def shares(self, mask: Any) -> dict[str, float]:
        """Return what share of a mask's labelled pixels each class has; 0 of all where none is labelled."""
        import numpy as np

        counts = np.bincount(np.asarray(mask).reshape(-1), minlength=256)[: len(self.classes)]
        return dict(zip(self.classes, (counts / max(1, counts.sum())).tolist(), strict=True))

    def say(self, one: Any) -> dict[str, float]:
        """Return the share of each class."""
        return self.shares(one)

    def words(self, one: Any, *, digits: int = 4) -> str:
        """Return the shares of the commonest classes."""
        present = sorted(((share, name) for name, share in self.shares(one).items() if share > 0), reverse=True)
        shown = [f"{name} {100 * share:.3g} %" for share, name in present]
        return listed(shown, _SHOWN) if shown else "nothing labelled"

    def parse(self, text: str) -> NDArray[Any]:
        """Refuse: masks are not typed.

        Raises:
            RecipeError: always.
        """
        raise RecipeError("A mask has a class for each pixel and cannot be typed.")

    def _not_two_classes(self) -> str:
        return "has a class for each pixel"
