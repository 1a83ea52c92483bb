"""Pictures that are their own targets."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.errors import RecipeError
from pellucid.kinds import Target
from pellucid.preprocessing.augmentation.kinds.base import in_random_order, other_presets


class Itself:
    """The row of pictures: whatever is changed, the changed picture is what is to be given back."""

    def preset(self, dataset: Dataset) -> tuple[str, str]:
        """Choose nothing."""
        return "none", f"a narrow place has room for the pictures as they are, and for little else {other_presets()}"

    def check_mixing(self) -> None:
        """Refuse.

        Raises:
            RecipeError: always.
        """
        raise RecipeError("--mixup and --cutmix mix classes.", expected="None are learned here.", fix="Leave them out.")

    def shown(self, dataset: Dataset, per_class: int) -> NDArray[np.int64]:
        """Return some of all."""
        return in_random_order(dataset)[: 4 * per_class]

    def num_classes(self, target: Target) -> int:
        """Return 0: one sheet of all."""
        return 0

    def words(self, target: Target, one: Any) -> str:
        """Return what the data call the picture."""
        return target.words(one)


class Drawn(Itself):
    """The row of pictures that are to be drawn: whatever is changed would be drawn changed."""

    def preset(self, dataset: Dataset) -> tuple[str, str]:
        """Choose nothing."""
        return "none", f"what is drawn shall be like the pictures as they are {other_presets()}"
