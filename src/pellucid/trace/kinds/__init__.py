"""What a trace does with each kind of input and of target."""

from __future__ import annotations

from pellucid.kinds import INPUTS, TARGETS, KindTable
from pellucid.trace.kinds.base import Beginning, Ending, Followed
from pellucid.trace.kinds.picture import PictureBeginning, picture_to_input
from pellucid.trace.kinds.row import RowBeginning, row_to_input
from pellucid.trace.kinds.series import SeriesBeginning
from pellucid.trace.kinds.targets import EachPixel, Future, GivenBack, Labels, Next, Numbers, OneClass, Written
from pellucid.trace.kinds.text import TextBeginning

__all__ = ["BEGINNINGS", "ENDINGS", "Beginning", "Ending", "Followed", "picture_to_input", "row_to_input"]

BEGINNINGS: KindTable[Beginning] = KindTable(
    "beginning of a trace",
    INPUTS,
    {
        "image": PictureBeginning(),
        "series": SeriesBeginning(),
        "table": RowBeginning(),
        "text": TextBeginning(),
    },
)
ENDINGS: KindTable[Ending] = KindTable(
    "end of a trace",
    TARGETS,
    {
        "class": OneClass(),
        "future": Future(),
        "labels": Labels(),
        "mask": EachPixel(),
        "next": Next(),
        "picture": GivenBack(),
        "text": Written(),
        "value": Numbers(),
        "values": Numbers(),
    },
)
