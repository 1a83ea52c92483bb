"""What looking into a network does with each kind of target, and of input."""

from __future__ import annotations

from pellucid.features.kinds.base import Marks, Moved, Questions, TargetSeen
from pellucid.features.kinds.inputs import PICTURES
from pellucid.kinds import TARGETS, KindTable, Refused
from pellucid.late import Late

__all__ = ["PICTURES", "TARGETS_SEEN", "Marks", "Moved", "Questions", "TargetSeen"]

TARGETS_SEEN: KindTable[TargetSeen] = KindTable(
    "look at what units react to",
    TARGETS,
    {
        "class": Late("pellucid.features.kinds.one_class", "ClassSeen", made=True),
        "labels": Late("pellucid.features.kinds.labels", "LabelsSeen", made=True),
        "future": Late("pellucid.features.kinds.numbers", "ValuesSeen", made=True),
        "mask": Refused("What units react to is measured on one answer an example, and here each pixel has its own."),
        "next": Refused(
            "What units react to is measured on one answer an example; a language model answers at every place."
        ),
        "generated": Refused("What units react to is measured on answers to examples, and this run draws pictures."),
        "paired": Refused("What units react to is measured on one answer an example, and a picture is many pixels."),
        "picture": Refused(
            "What units react to is measured on one answer an example, and a picture is given back whole."
        ),
        "text": Refused("What units react to is measured on one answer an example, and a text is many letters."),
        "value": Late("pellucid.features.kinds.numbers", "ValueSeen", made=True),
        "values": Late("pellucid.features.kinds.numbers", "ValuesSeen", made=True),
    },
)
