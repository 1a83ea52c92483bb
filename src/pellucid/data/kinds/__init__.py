"""What `data` alone does with each kind of input: one file a kind."""

from __future__ import annotations

from pellucid.data.kinds.base import ExampleInspection, InputSummary, Keeper, KindOfInput
from pellucid.kinds import INPUTS, KindTable, Refused
from pellucid.late import Late

KINDS_OF_INPUT: KindTable[KindOfInput] = KindTable(
    "look at the data",
    INPUTS,
    {
        "image": Late("pellucid.data.kinds.image", "Pictures", made=True),
        "series": Late("pellucid.data.kinds.series", "SeriesOfNumbers", made=True),
        "table": Late("pellucid.data.kinds.table", "Rows", made=True),
        "text": Late("pellucid.data.kinds.text", "Texts", made=True),
    },
)
KEEPERS: KindTable[Keeper] = KindTable(
    "kept raw dataset",
    INPUTS,
    {
        "image": Late("pellucid.data.kinds.kept_pictures", "PictureKeeper", made=True),
        "series": Refused("Series are not kept: they are read again as quickly."),
        "table": Refused("Rows of a table are not kept: they are read again as quickly."),
        "text": Refused("Texts are not kept: they are read again as quickly."),
    },
)

__all__ = ["KEEPERS", "KINDS_OF_INPUT", "ExampleInspection", "InputSummary", "Keeper", "KindOfInput"]
