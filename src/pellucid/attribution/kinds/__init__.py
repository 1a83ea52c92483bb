"""What an explanation does with each kind of input and of target."""

from __future__ import annotations

from pellucid.attribution.kinds.base import InputExplained, TargetExplained
from pellucid.kinds import INPUTS, TARGETS, KindTable, Refused
from pellucid.late import Late

__all__ = ["INPUTS_EXPLAINED", "TARGETS_EXPLAINED", "InputExplained", "TargetExplained"]

INPUTS_EXPLAINED: KindTable[InputExplained] = KindTable(
    "explanation of answers to it",
    INPUTS,
    {
        "image": Late("pellucid.attribution.kinds.picture", "PictureExplained", made=True),
        "series": Late("pellucid.attribution.kinds.series", "SeriesExplained", made=True),
        "table": Late("pellucid.attribution.kinds.row", "RowExplained", made=True),
        "text": Late("pellucid.attribution.kinds.text", "TextExplained", made=True),
    },
)
TARGETS_EXPLAINED: KindTable[TargetExplained] = KindTable(
    "explanation of it",
    TARGETS,
    {
        "class": Late("pellucid.attribution.kinds.targets", "OneClass", made=True),
        "future": Late("pellucid.attribution.kinds.targets", "Future", made=True),
        "labels": Late("pellucid.attribution.kinds.targets", "Labels", made=True),
        "mask": Late("pellucid.attribution.kinds.pixels", "EachPixel", made=True),
        "next": Late("pellucid.attribution.kinds.targets", "NextOfText", made=True),
        "generated": Refused(
            "An explanation is about the answer to an input, and this run draws pictures of random numbers."
        ),
        "paired": Refused("An explanation is about one number of an answer, and a picture is answered as a whole."),
        "picture": Refused("An explanation is about one number of an answer, and a picture is given back whole."),
        "text": Late("pellucid.attribution.kinds.targets", "Written", made=True),
        "value": Late("pellucid.attribution.kinds.targets", "Numbers", made=True),
        "values": Late("pellucid.attribution.kinds.targets", "Numbers", made=True),
    },
)
