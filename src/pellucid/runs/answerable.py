"""What a run can say of answers to each kind of target, and what its record must hold for that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pellucid.kinds import TARGETS, KindTable, Target


@dataclass(frozen=True)
class Answerable:
    """What can be said of answers to one kind of target.

    Attributes:
        unknown: whether an input can be called "unknown", for being unlike all in training.
        unsure: whether an answer can be called "unsure", for too low a probability.
        thresholds: whether each of the target's answers has a threshold of its own.
        fault: from a target and the number of scalings beside it to what is wrong in a record; "" for nothing.
    """

    unknown: bool = False
    unsure: bool = False
    thresholds: bool = False
    fault: Callable[[Target, int], str] = lambda _target, _scalings: ""


def _has_no_category(target: Target, _scalings: int) -> str:
    return "" if target.categories else "dataset.target.classes: there is none"


def _lacks_scalings(target: Target, scalings: int) -> str:
    return "" if scalings == len(target.answers) else "target_scaling: there is not one for each number"


ANSWERABLE: KindTable[Answerable] = KindTable(
    "account of what can be said of answers",
    TARGETS,
    {
        "class": Answerable(unknown=True, unsure=True, fault=_has_no_category),
        "labels": Answerable(unknown=True, thresholds=True, fault=_has_no_category),
        "mask": Answerable(),
        "next": Answerable(),
        "generated": Answerable(),
        "paired": Answerable(),
        "picture": Answerable(),
        "text": Answerable(),
        "value": Answerable(),
        "future": Answerable(),
        "values": Answerable(fault=_lacks_scalings),
    },
)
