"""Pictures of one class each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.kinds import ClassTarget, Target
from pellucid.preprocessing.augmentation.kinds.base import in_random_order
from pellucid.preprocessing.augmentation.kinds.by_names import preset_by_names

MOST_EXAMPLES = 60
"""Examples on one sheet; with many classes each shows fewer, and then not every class is shown."""


class OneClass:
    """The row of one class."""

    def preset(self, dataset: Dataset) -> tuple[str, str]:
        """Choose by the classes' names."""
        return preset_by_names(dataset)

    def check_mixing(self) -> None:
        """Classes can be mixed."""

    def shown(self, dataset: Dataset, per_class: int) -> NDArray[np.int64]:
        """Return some of each class."""
        classes, in_order = ClassTarget.of(dataset.target).classes, in_random_order(dataset)
        each = max(1, min(per_class, MOST_EXAMPLES // len(classes)))
        members = [in_order[dataset.targets[in_order] == label][:each] for label in range(len(classes))]
        return np.concatenate(members)[:MOST_EXAMPLES]

    def num_classes(self, target: Target) -> int:
        """Return how many classes there are."""
        return len(ClassTarget.of(target).classes)

    def words(self, target: Target, one: Any) -> str:
        """Return the class."""
        return target.words(one)
