"""What pages and displays say of each kind of input, beyond what the kind says itself: one file a kind."""

from __future__ import annotations

from pellucid.kinds import INPUTS, KindTable
from pellucid.report.kinds.base import InputWords
from pellucid.report.kinds.image import PictureWords
from pellucid.report.kinds.series import SeriesWords
from pellucid.report.kinds.table import RowWords
from pellucid.report.kinds.text import TextWords

INPUT_WORDS: KindTable[InputWords] = KindTable(
    "pages",
    INPUTS,
    {
        "image": PictureWords(),
        "series": SeriesWords(),
        "table": RowWords(),
        "text": TextWords(),
    },
)

__all__ = ["INPUT_WORDS", "InputWords"]
