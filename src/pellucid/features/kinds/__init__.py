"""What looking into a network does with each kind of target, and of input."""

from __future__ import annotations

from pellucid.features.kinds.base import Marks, Moved, Questions, TargetSeen
from pellucid.features.kinds.inputs import PICTURES
from pellucid.features.kinds.labels import LabelsSeen
from pellucid.features.kinds.numbers import ValueSeen, ValuesSeen
from pellucid.features.kinds.one_class import ClassSeen
from pellucid.kinds import TARGETS, KindTable, Refused

__all__ = ["PICTURES", "TARGETS_SEEN", "Marks", "Moved", "Questions", "TargetSeen"]

TARGETS_SEEN: KindTable[TargetSeen] = KindTable(
    "look at what units react to",
    TARGETS,
    {
        "class": ClassSeen(),
        "labels": LabelsSeen(),
        "future": ValuesSeen(),
        "mask": Refused("What units react to is measured on one answer an example, and here each pixel has its own."),
        "next": Refused(
            "What units react to is measured on one answer an example; a language model answers at every place."
        ),
        "picture": Refused(
            "What units react to is measured on one answer an example, and a picture is given back whole."
        ),
        "text": Refused("What units react to is measured on one answer an example, and a text is many letters."),
        "value": ValueSeen(),
        "values": ValuesSeen(),
    },
)
