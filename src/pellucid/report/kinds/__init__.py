"""What pages and displays say of each kind of input, beyond what the kind says itself: one file a kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from pellucid.data import Dataset
from pellucid.kinds import INPUTS, KindTable, Refused
from pellucid.report.kinds.base import InputWords
from pellucid.report.kinds.image import PictureWords
from pellucid.report.kinds.series import SeriesWords, exhibits_of_series
from pellucid.report.kinds.table import RowWords
from pellucid.report.kinds.text import TextWords
from pellucid.runs import Exhibit

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

InputExhibits: TypeAlias = Callable[[Dataset], list[Exhibit]]
"""Returns what the report of a run shows of the training examples themselves."""

_ON_ITS_OWN_PAGE = Refused("What such examples are like is shown by 'pellucid inspect'.")
INPUT_EXHIBITS: KindTable[InputExhibits] = KindTable(
    "exhibits of inputs",
    INPUTS,
    {
        "image": _ON_ITS_OWN_PAGE,
        "series": exhibits_of_series,
        "table": _ON_ITS_OWN_PAGE,
        "text": _ON_ITS_OWN_PAGE,
    },
)

__all__ = ["INPUT_EXHIBITS", "INPUT_WORDS", "InputExhibits", "InputWords"]
