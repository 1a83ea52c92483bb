"""What targets have in common that are the pictures themselves: their classes colour and spread, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from pellucid.errors import DataError, RecipeError
from pellucid.kinds.targets.base import Name, Target

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

FEWEST_PICTURES = 5
_NO_NAME = "all pictures"


class OwnPictures(Target):
    """What each example shows; what is learned stands in the example itself.

    Targets are [N] int64: the class of each picture where the data have classes, else 0. Classes spread the splits
    evenly and colour maps; they are never learned from.
    """

    name: str = "picture"
    noun: ClassVar[str] = "picture"
    classes: tuple[Name, ...] = ()
    """Of the data, for colours; () where they have none."""

    @property
    def answers(self) -> tuple[str, ...]:
        """None: a picture is one thing."""
        return ()

    @property
    def categories(self) -> tuple[str, ...]:
        """None: what the data call the pictures is not learned."""
        return ()

    def as_array(self, values: Sequence[Any]) -> NDArray[np.int64]:
        """Return [N] int64."""
        import numpy as np

        return np.asarray(values, np.int64)

    def check(self, targets: Any, *, dataset: str) -> None:
        """Look whether there are enough pictures.

        Raises:
            DataError: there are too few.
        """
        if len(targets) < FEWEST_PICTURES:
            raise DataError(
                f"'{dataset}' has {len(targets)} pictures.", expected=f"At least {FEWEST_PICTURES} are needed."
            )

    def counts(self, targets: Any) -> tuple[int, ...]:
        """Return nothing: there are no categories."""
        return ()

    def parts(self, targets: Any) -> tuple[tuple[str, NDArray[Any]], ...]:
        """Return nothing: a picture is one thing."""
        return ()

    def members(self, targets: NDArray[Any]) -> dict[str, NDArray[np.int64]]:
        """Return the indices of each class, or of all pictures where there are no classes."""
        import numpy as np

        names = self.classes or (_NO_NAME,)
        found = {name: np.flatnonzero(targets == place) for place, name in enumerate(names)}
        return {name: places for name, places in found.items() if len(places)}

    def strata(self, targets: NDArray[Any]) -> NDArray[np.int64]:
        """Return the classes."""
        strata: NDArray[np.int64] = targets
        return strata

    @property
    def strata_words(self) -> str:
        """By what splits are stratified."""
        return "by class" if self.classes else "by chance"

    def say(self, one: Any) -> str:
        """Return what the data call the picture."""
        return self.words(one)

    def words(self, one: Any, *, digits: int = 4) -> str:
        """Return what the data call the picture."""
        return self.classes[int(one)] if self.classes else "the picture itself"

    def parse(self, text: str) -> NDArray[Any]:
        """Refuse: a picture is not typed.

        Raises:
            RecipeError: always.
        """
        raise RecipeError("What is right is the picture itself; it is not typed.", fix="Leave the target out.")

    def _not_two_classes(self) -> str:
        return "is the picture itself"

    def _not_learned(self) -> str:
        """Return that the classes of the data are not learned, a sentence; "" where there are none."""
        return f" The {len(self.classes):,} classes of the data are not learned; they colour maps." * bool(self.classes)
