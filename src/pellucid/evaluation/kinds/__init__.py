"""How answers are scored and compared: a table with a row for each kind of target, each a file."""

from __future__ import annotations

from pellucid.evaluation.kinds.base import About, Scoring, Truth
from pellucid.evaluation.kinds.future import FutureScoring
from pellucid.evaluation.kinds.labels import LabelsScoring
from pellucid.evaluation.kinds.mask import MaskScoring
from pellucid.evaluation.kinds.next_token import NextScoring
from pellucid.evaluation.kinds.one_class import ClassScoring
from pellucid.evaluation.kinds.picture import PictureScoring
from pellucid.evaluation.kinds.text import TextScoring
from pellucid.evaluation.kinds.value import ValueScoring
from pellucid.evaluation.kinds.values import ValuesScoring
from pellucid.kinds import TARGETS, KindTable

__all__ = ["SCORING", "About", "Scoring", "Truth"]

SCORING: KindTable[Scoring] = KindTable(
    "score",
    TARGETS,
    {
        "class": ClassScoring(),
        "labels": LabelsScoring(),
        "future": FutureScoring(),
        "mask": MaskScoring(),
        "next": NextScoring(),
        "picture": PictureScoring(),
        "text": TextScoring(),
        "value": ValueScoring(),
        "values": ValuesScoring(),
    },
)
