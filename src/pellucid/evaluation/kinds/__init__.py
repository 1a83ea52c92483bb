"""How answers are scored and compared: a table with a row for each kind of target, each a file."""

from __future__ import annotations

from pellucid.evaluation.kinds.base import About, Scoring, Truth
from pellucid.kinds import TARGETS, KindTable, Refused
from pellucid.late import Late

__all__ = ["SCORING", "About", "Scoring", "Truth"]

SCORING: KindTable[Scoring] = KindTable(
    "score",
    TARGETS,
    {
        "class": Late("pellucid.evaluation.kinds.one_class", "ClassScoring", made=True),
        "labels": Late("pellucid.evaluation.kinds.labels", "LabelsScoring", made=True),
        "future": Late("pellucid.evaluation.kinds.future", "FutureScoring", made=True),
        "mask": Late("pellucid.evaluation.kinds.mask", "MaskScoring", made=True),
        "next": Late("pellucid.evaluation.kinds.next_token", "NextScoring", made=True),
        "generated": Refused(
            "Pictures that are drawn have no right answer each: pellucid evaluate RUN --judge CLASSIFIER."
        ),
        "paired": Late("pellucid.evaluation.kinds.paired", "PairedScoring", made=True),
        "picture": Late("pellucid.evaluation.kinds.picture", "PictureScoring", made=True),
        "text": Late("pellucid.evaluation.kinds.text", "TextScoring", made=True),
        "value": Late("pellucid.evaluation.kinds.value", "ValueScoring", made=True),
        "values": Late("pellucid.evaluation.kinds.values", "ValuesScoring", made=True),
    },
)
