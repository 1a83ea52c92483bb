"""What augmentation does with each kind of input and of target: one file a kind, and one for all that lie on pixels."""

from __future__ import annotations

from pellucid.kinds import INPUTS, KindTable
from pellucid.late import Late
from pellucid.preprocessing.augmentation.kinds.base import AugmentedTarget, Choose
from pellucid.preprocessing.augmentation.kinds.none import NotAugmented
from pellucid.preprocessing.augmentation.kinds.targets import AUGMENTED_TARGETS

AUGMENTERS: KindTable[Choose] = KindTable(
    "augmentation",
    INPUTS,
    {
        "image": Late("pellucid.preprocessing.augmentation.kinds.pictures", "choose_for_pictures"),
        "series": NotAugmented("The dataset holds series.", "series are learned from as they are"),
        "table": NotAugmented("The dataset is a table.", "the rows of a table are not augmented"),
        "text": NotAugmented("The dataset holds texts.", "texts are not augmented"),
    },
)

__all__ = ["AUGMENTED_TARGETS", "AUGMENTERS", "AugmentedTarget", "Choose"]
