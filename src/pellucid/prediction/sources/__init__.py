"""How what is handed over is opened: a table with a row for each kind of input, each a file."""

from __future__ import annotations

from pellucid.kinds import INPUTS, KindTable
from pellucid.prediction.sources.base import Judge, Sources
from pellucid.prediction.sources.pictures import PictureSources, ReadPicture, read_one
from pellucid.prediction.sources.series import SeriesSources
from pellucid.prediction.sources.tables import TableSources, read_all

__all__ = ["ANSWERING", "Judge", "ReadPicture", "Sources", "read_all", "read_one"]

ANSWERING: KindTable[Sources] = KindTable(
    "way of answering what is handed over",
    INPUTS,
    {"image": PictureSources(), "series": SeriesSources(), "table": TableSources()},
)
