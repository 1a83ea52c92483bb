"""What pages and displays say of each kind of input, beyond what the kind says itself: one file a kind."""

from __future__ import annotations

from pellucid.kinds import INPUTS, KindTable
from pellucid.late import Late
from pellucid.report.kinds.base import InputWords

INPUT_WORDS: KindTable[InputWords] = KindTable(
    "pages",
    INPUTS,
    {
        "image": Late("pellucid.report.kinds.image", "PictureWords", made=True),
        "series": Late("pellucid.report.kinds.series", "SeriesWords", made=True),
        "table": Late("pellucid.report.kinds.table", "RowWords", made=True),
        "text": Late("pellucid.report.kinds.text", "TextWords", made=True),
    },
)

__all__ = ["INPUT_WORDS", "InputWords"]
