"""Simple methods beside a model: a table with a row for each kind of target, each a file."""

from __future__ import annotations

from pellucid.evaluation.simple.base import Choices, Constant, FlatRows, Method, SimpleMethods, learning_from
from pellucid.kinds import TARGETS, KindTable, Refused
from pellucid.late import Late

__all__ = ["SIMPLE", "Choices", "Constant", "FlatRows", "Method", "SimpleMethods", "learning_from"]

SIMPLE: KindTable[SimpleMethods] = KindTable(
    "simple method",
    TARGETS,
    {
        "class": Late("pellucid.evaluation.simple.one_class", "SimpleClasses", made=True),
        "labels": Late("pellucid.evaluation.simple.labels", "SimpleLabels", made=True),
        "mask": Refused("simple methods on rows answer a picture as a whole"),
        "next": Refused("simple methods learn one answer an example"),
        "generated": Refused("simple methods on rows draw no pictures"),
        "paired": Refused("simple methods on rows answer with no pictures"),
        "picture": Refused("simple methods on rows give no pictures back"),
        "text": Refused("simple methods on rows write no texts"),
        "value": Late("pellucid.evaluation.simple.value", "SimpleValues", made=True),
        "future": Refused("what knows the order of steps looks at series, not at rows"),
        "values": Refused("several numbers have none together; train one of them alone to see how simple methods do"),
    },
)
