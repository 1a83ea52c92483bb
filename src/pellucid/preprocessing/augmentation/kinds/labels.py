"""Pictures of several labels each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.kinds import Target
from pellucid.preprocessing.augmentation.kinds.base import in_random_order
from pellucid.preprocessing.augmentation.kinds.by_names import preset_by_names


class Labels:
    """The row of several labels."""

    def preset(self, dataset: Dataset) -> tuple[str, str]:
        """Choose by the labels' names."""
        return preset_by_names(dataset)

    def check_mixing(self) -> None:
        """Labels can be mixed."""

    def shown(self, dataset: Dataset, per_class: int) -> NDArray[np.int64]:
        """Return some of all."""
        return in_random_order(dataset)[: 4 * per_class]

    def num_classes(self, target: Target) -> int:
        """Return 0: a picture with two labels would be on two sheets."""
        return 0

    def words(self, target: Target, one: Any) -> str:
        """Return the labels that hold."""
        return target.words(one)
