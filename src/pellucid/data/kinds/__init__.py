"""What `data` alone does with each kind of input: one file a kind."""

from __future__ import annotations

from pellucid.data.kinds.base import ExampleInspection, InputSummary, Keeper, KindOfInput
from pellucid.data.kinds.image import Pictures
from pellucid.data.kinds.kept_pictures import PictureKeeper
from pellucid.data.kinds.series import SeriesOfNumbers
from pellucid.data.kinds.table import Rows
from pellucid.data.kinds.text import Texts
from pellucid.kinds import INPUTS, KindTable, Refused

KINDS_OF_INPUT: KindTable[KindOfInput] = KindTable(
    "look at the data",
    INPUTS,
    {
        "image": Pictures(),
        "series": SeriesOfNumbers(),
        "table": Rows(),
        "text": Texts(),
    },
)
KEEPERS: KindTable[Keeper] = KindTable(
    "kept raw dataset",
    INPUTS,
    {
        "image": PictureKeeper(),
        "series": Refused("Series are not kept: they are read again as quickly."),
        "table": Refused("Rows of a table are not kept: they are read again as quickly."),
        "text": Refused("Texts are not kept: they are read again as quickly."),
    },
)

__all__ = ["KEEPERS", "KINDS_OF_INPUT", "ExampleInspection", "InputSummary", "Keeper", "KindOfInput"]
