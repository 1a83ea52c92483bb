"""How what is handed over is opened: a table with a row for each kind of input, each a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.kinds import INPUTS, KindTable
from pellucid.late import Late, late_names
from pellucid.prediction.sources.base import Judge, Sources

if TYPE_CHECKING:
    from pellucid.prediction.sources.pictures import ReadPicture, read_one
    from pellucid.prediction.sources.tables import read_all

__all__ = ["ANSWERING", "Judge", "ReadPicture", "Sources", "read_all", "read_one"]

ANSWERING: KindTable[Sources] = KindTable(
    "way of answering what is handed over",
    INPUTS,
    {
        "image": Late("pellucid.prediction.sources.pictures", "PictureSources", made=True),
        "series": Late("pellucid.prediction.sources.series", "SeriesSources", made=True),
        "table": Late("pellucid.prediction.sources.tables", "TableSources", made=True),
        "text": Late("pellucid.prediction.sources.texts", "TextSources", made=True),
    },
)

__getattr__ = late_names(
    __name__,
    {
        "ReadPicture": "pictures",
        "read_all": "tables",
        "read_one": "pictures",
    },
)
