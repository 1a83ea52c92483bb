"""What an explanation does with each kind of input and of target."""

from __future__ import annotations

from pellucid.attribution.kinds.base import InputExplained, TargetExplained
from pellucid.attribution.kinds.picture import PictureExplained
from pellucid.attribution.kinds.row import RowExplained
from pellucid.attribution.kinds.series import SeriesExplained
from pellucid.attribution.kinds.targets import Future, Labels, NextOfText, Numbers, OneClass, Written
from pellucid.attribution.kinds.text import TextExplained
from pellucid.kinds import INPUTS, TARGETS, KindTable, Refused

__all__ = ["INPUTS_EXPLAINED", "TARGETS_EXPLAINED", "InputExplained", "TargetExplained"]

INPUTS_EXPLAINED: KindTable[InputExplained] = KindTable(
    "explanation of answers to it",
    INPUTS,
    {
        "image": PictureExplained(),
        "series": SeriesExplained(),
        "table": RowExplained(),
        "text": TextExplained(),
    },
)
TARGETS_EXPLAINED: KindTable[TargetExplained] = KindTable(
    "explanation of it",
    TARGETS,
    {
        "class": OneClass(),
        "future": Future(),
        "labels": Labels(),
        "mask": Refused("An explanation is of one answer of an example, and here each pixel has its own."),
        "next": NextOfText(),
        "picture": Refused("An explanation is about one number of an answer, and a picture is given back whole."),
        "text": Written(),
        "value": Numbers(),
        "values": Numbers(),
    },
)
