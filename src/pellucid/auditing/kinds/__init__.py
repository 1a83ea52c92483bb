"""What examples of each kind of input are like, beside the others of their set: one file a kind."""

from __future__ import annotations

from pellucid.auditing.kinds.base import Looks
from pellucid.kinds import INPUTS, KindTable, Refused
from pellucid.late import Late

QUALITY: KindTable[Looks] = KindTable(
    "way to look at its quality",
    INPUTS,
    {
        "image": Late("pellucid.auditing.kinds.image", "Pictures", made=True),
        "series": Refused("Values of series are not looked at one by one."),
        "table": Refused("Cells of rows are not looked at one by one."),
        "text": Refused("Texts are not looked at one by one."),
    },
)

__all__ = ["QUALITY", "Looks"]
