"""What a trace does with each kind of input and of target."""

from __future__ import annotations

from pellucid.kinds import INPUTS, TARGETS, KindTable
from pellucid.late import Late
from pellucid.trace.kinds.base import Beginning, Ending, Followed
from pellucid.trace.kinds.picture import picture_to_input
from pellucid.trace.kinds.row import row_to_input

__all__ = ["BEGINNINGS", "ENDINGS", "Beginning", "Ending", "Followed", "picture_to_input", "row_to_input"]

BEGINNINGS: KindTable[Beginning] = KindTable(
    "beginning of a trace",
    INPUTS,
    {
        "image": Late("pellucid.trace.kinds.picture", "PictureBeginning", made=True),
        "series": Late("pellucid.trace.kinds.series", "SeriesBeginning", made=True),
        "table": Late("pellucid.trace.kinds.row", "RowBeginning", made=True),
        "text": Late("pellucid.trace.kinds.text", "TextBeginning", made=True),
    },
)
ENDINGS: KindTable[Ending] = KindTable(
    "end of a trace",
    TARGETS,
    {
        "class": Late("pellucid.trace.kinds.targets", "OneClass", made=True),
        "future": Late("pellucid.trace.kinds.targets", "Future", made=True),
        "labels": Late("pellucid.trace.kinds.targets", "Labels", made=True),
        "mask": Late("pellucid.trace.kinds.targets", "EachPixel", made=True),
        "next": Late("pellucid.trace.kinds.targets", "Next", made=True),
        "generated": Late("pellucid.trace.kinds.targets", "Told", made=True),
        "paired": Late("pellucid.trace.kinds.targets", "EachLevel", made=True),
        "picture": Late("pellucid.trace.kinds.targets", "GivenBack", made=True),
        "text": Late("pellucid.trace.kinds.targets", "Written", made=True),
        "value": Late("pellucid.trace.kinds.targets", "Numbers", made=True),
        "values": Late("pellucid.trace.kinds.targets", "Numbers", made=True),
    },
)
