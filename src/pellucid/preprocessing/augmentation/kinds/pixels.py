"""Targets on the pixels of pictures, whatever they are: they move with them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.errors import RecipeError
from pellucid.kinds import Target
from pellucid.preprocessing.augmentation.kinds.base import in_random_order, other_presets


class OnEachPixel:
    """The row of every kind that is `on_pixels`."""

    def preset(self, dataset: Dataset) -> tuple[str, str]:
        """Choose crops from anywhere, turned and mirrored."""
        return "squares", f"picture and {dataset.target.name} are cut, turned and mirrored as one {other_presets()}"

    def check_mixing(self) -> None:
        """Refuse: targets of pixels are not mixed.

        Raises:
            RecipeError: always.
        """
        raise RecipeError(
            "--mixup and --cutmix mix classes.", expected="Each pixel has a target of its own.", fix="Leave them out."
        )

    def shown(self, dataset: Dataset, per_class: int) -> NDArray[np.int64]:
        """Return some of all."""
        return in_random_order(dataset)[: 4 * per_class]

    def num_classes(self, target: Target) -> int:
        """Return 0: one sheet of all."""
        return 0

    def words(self, target: Target, one: Any) -> str:
        """Return what the kind says of it."""
        return target.words(one)
