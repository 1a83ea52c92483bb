"""How answers become predictions: a table with a row for each kind of target, each a file."""

from __future__ import annotations

from pellucid.kinds import TARGETS, KindTable
from pellucid.prediction.judging.base import Judging, Known
from pellucid.prediction.judging.future import FuturePrediction, JudgeFuture
from pellucid.prediction.judging.labels import JudgeLabels, LabelsPrediction
from pellucid.prediction.judging.mask import JudgeMask, MaskPrediction
from pellucid.prediction.judging.next_token import JudgeNext
from pellucid.prediction.judging.one_class import ClassPrediction, JudgeClass
from pellucid.prediction.judging.picture import JudgePicture, PicturePrediction
from pellucid.prediction.judging.text import JudgeText, TextPrediction
from pellucid.prediction.judging.value import JudgeValue, ValuePrediction
from pellucid.prediction.judging.values import JudgeValues, ValuesPrediction

__all__ = [
    "JUDGING",
    "ClassPrediction",
    "FuturePrediction",
    "Judging",
    "Known",
    "LabelsPrediction",
    "MaskPrediction",
    "PicturePrediction",
    "TextPrediction",
    "ValuePrediction",
    "ValuesPrediction",
]

JUDGING: KindTable[Judging] = KindTable(
    "way of judging an answer",
    TARGETS,
    {
        "class": JudgeClass(),
        "labels": JudgeLabels(),
        "future": JudgeFuture(),
        "mask": JudgeMask(),
        "next": JudgeNext(),
        "picture": JudgePicture(),
        "text": JudgeText(),
        "value": JudgeValue(),
        "values": JudgeValues(),
    },
)
