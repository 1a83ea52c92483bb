"""What augmentation does with each kind of input and of target: one file a kind."""

from __future__ import annotations

from pellucid.kinds import INPUTS, KindTable
from pellucid.late import Late
from pellucid.preprocessing.augmentation.kinds.base import AugmentedTarget, Choose
from pellucid.preprocessing.augmentation.kinds.targets import AUGMENTED_TARGETS

AUGMENTERS: KindTable[Choose] = KindTable(
    "augmentation",
    INPUTS,
    {
        "image": Late("pellucid.preprocessing.augmentation.kinds.pictures", "choose_for_pictures"),
        "series": Late("pellucid.preprocessing.augmentation.kinds.series", "choose_for_series"),
        "table": Late("pellucid.preprocessing.augmentation.kinds.rows", "choose_for_rows"),
        "text": Late("pellucid.preprocessing.augmentation.kinds.texts", "choose_for_texts"),
    },
)

__all__ = ["AUGMENTED_TARGETS", "AUGMENTERS", "AugmentedTarget", "Choose"]
