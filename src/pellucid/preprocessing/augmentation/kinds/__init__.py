"""What augmentation does with each kind of input and of target: one file a kind."""

from __future__ import annotations

from pellucid.kinds import INPUTS, KindTable
from pellucid.preprocessing.augmentation.kinds.base import AugmentedTarget, Choose
from pellucid.preprocessing.augmentation.kinds.pictures import choose_for_pictures
from pellucid.preprocessing.augmentation.kinds.rows import choose_for_rows
from pellucid.preprocessing.augmentation.kinds.series import choose_for_series
from pellucid.preprocessing.augmentation.kinds.targets import AUGMENTED_TARGETS

AUGMENTERS: KindTable[Choose] = KindTable(
    "augmentation", INPUTS, {"image": choose_for_pictures, "series": choose_for_series, "table": choose_for_rows}
)

__all__ = ["AUGMENTED_TARGETS", "AUGMENTERS", "AugmentedTarget", "Choose"]
