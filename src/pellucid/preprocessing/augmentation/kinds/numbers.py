"""Pictures with one number each, or with several."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.errors import RecipeError
from pellucid.kinds import Target
from pellucid.preprocessing.augmentation.kinds.base import in_random_order, other_presets


class Numbers:
    """The row of several numbers."""

    def preset(self, dataset: Dataset) -> tuple[str, str]:
        """Choose nothing: any change may change the number."""
        return "none", f"a shifted or brighter picture may have another value {other_presets()}"

    def check_mixing(self) -> None:
        """Refuse: numbers are not mixed.

        Raises:
            RecipeError: always.
        """
        raise RecipeError(
            "--mixup and --cutmix mix classes.", expected="The target is a number.", fix="Leave them out."
        )

    def shown(self, dataset: Dataset, per_class: int) -> NDArray[np.int64]:
        """Return some of all."""
        return in_random_order(dataset)[: 4 * per_class]

    def num_classes(self, target: Target) -> int:
        """Return 0: there are no classes."""
        return 0

    def words(self, target: Target, one: Any) -> str:
        """Return the numbers, without their names."""
        return ", ".join(f"{number:g}" for number in np.atleast_1d(one).tolist())


class OneNumber(Numbers):
    """The row of one number."""

    def shown(self, dataset: Dataset, per_class: int) -> NDArray[np.int64]:
        """Return some from all over its range, smallest first."""
        train = dataset.splits["train"]
        ordered = train[np.argsort(dataset.targets[train], kind="stable")]
        return ordered[np.unique(np.linspace(0, len(ordered) - 1, 4 * per_class).round().astype(np.int64))]
