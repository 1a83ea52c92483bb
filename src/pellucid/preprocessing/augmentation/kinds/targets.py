"""The kinds of target, as augmentation sees them."""

from __future__ import annotations

from pellucid.kinds import TARGETS, KindTable, Refused
from pellucid.preprocessing.augmentation.kinds.base import AugmentedTarget
from pellucid.preprocessing.augmentation.kinds.itself import Itself
from pellucid.preprocessing.augmentation.kinds.labels import Labels
from pellucid.preprocessing.augmentation.kinds.numbers import Numbers, OneNumber
from pellucid.preprocessing.augmentation.kinds.one_class import OneClass
from pellucid.preprocessing.augmentation.kinds.pixels import Pixels

AUGMENTED_TARGETS: KindTable[AugmentedTarget] = KindTable(
    "augmentation",
    TARGETS,
    {
        "class": OneClass(),
        "future": Numbers(),
        "labels": Labels(),
        "mask": Pixels(),
        "next": Refused("Texts are not augmented: another text would go on otherwise."),
        "picture": Itself(),
        "text": Refused("Pairs of texts are not augmented: another text would have another answer."),
        "value": OneNumber(),
        "values": Numbers(),
    },
)
