"""What classical methods do with each kind of target: a table, a file a row."""

from __future__ import annotations

from pellucid.kinds import TARGETS, KindTable, Refused
from pellucid.ladder.kinds.base import Climbing, Trivial
from pellucid.late import Late

__all__ = ["CLIMBING", "Climbing", "Trivial"]

CLIMBING: KindTable[Climbing] = KindTable(
    "ladder",
    TARGETS,
    {
        "class": Late("pellucid.ladder.kinds.one_class", "ClimbClasses", made=True),
        "labels": Late("pellucid.ladder.kinds.labels", "ClimbLabels", made=True),
        "value": Late("pellucid.ladder.kinds.value", "ClimbValues", made=True),
        "future": Refused(
            "A ladder climbs by methods that know no order of examples; `pellucid evaluate` has naive forecasts and "
            "Holt-Winters beside the network."
        ),
        "mask": Refused(
            "A ladder compares methods that answer pictures as a whole; `pellucid evaluate` has a threshold and a "
            "forest on pixels beside the network."
        ),
        "next": Refused(
            "A ladder compares methods that give an answer an example; beside a language model stand n-grams."
        ),
        "generated": Refused(
            "A ladder compares methods that answer examples, and this draws pictures of random numbers."
        ),
        "paired": Refused("A ladder compares methods that give one answer, and a picture is answered as a whole."),
        "picture": Refused("A ladder compares methods that give one answer, and a picture is given back whole."),
        "text": Refused(
            "A ladder compares methods that choose an answer; `pellucid evaluate` has simple ways to"
            " write one beside it."
        ),
        "values": Refused(
            "A ladder is measured by one metric, and errors of several numbers in different units have no sum."
        ),
    },
)
