"""The kinds of target, as augmentation sees them."""

from __future__ import annotations

from pellucid.kinds import TARGETS, KindTable, Refused
from pellucid.late import Late
from pellucid.preprocessing.augmentation.kinds.base import AugmentedTarget

AUGMENTED_TARGETS: KindTable[AugmentedTarget] = KindTable(
    "augmentation",
    TARGETS,
    {
        "class": Late("pellucid.preprocessing.augmentation.kinds.one_class", "OneClass", made=True),
        "future": Late("pellucid.preprocessing.augmentation.kinds.numbers", "Numbers", made=True),
        "labels": Late("pellucid.preprocessing.augmentation.kinds.labels", "Labels", made=True),
        "mask": Late("pellucid.preprocessing.augmentation.kinds.pixels", "OnEachPixel", made=True),
        "next": Refused("Texts are not augmented: another text would go on otherwise."),
        "generated": Late("pellucid.preprocessing.augmentation.kinds.itself", "Drawn", made=True),
        "paired": Late("pellucid.preprocessing.augmentation.kinds.pixels", "OnEachPixel", made=True),
        "picture": Late("pellucid.preprocessing.augmentation.kinds.itself", "Itself", made=True),
        "text": Refused("Pairs of texts are not augmented: another text would have another answer."),
        "value": Late("pellucid.preprocessing.augmentation.kinds.numbers", "OneNumber", made=True),
        "values": Late("pellucid.preprocessing.augmentation.kinds.numbers", "Numbers", made=True),
    },
)
