"""How answers become predictions: a table with a row for each kind of target, each a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.kinds import TARGETS, KindTable
from pellucid.late import Late, late_names
from pellucid.prediction.judging.base import Judging, Known

if TYPE_CHECKING:
    from pellucid.prediction.judging.future import FuturePrediction
    from pellucid.prediction.judging.labels import LabelsPrediction
    from pellucid.prediction.judging.mask import MaskPrediction
    from pellucid.prediction.judging.one_class import ClassPrediction
    from pellucid.prediction.judging.paired import PairedPrediction
    from pellucid.prediction.judging.picture import PicturePrediction
    from pellucid.prediction.judging.text import TextPrediction
    from pellucid.prediction.judging.value import ValuePrediction
    from pellucid.prediction.judging.values import ValuesPrediction

__all__ = [
    "JUDGING",
    "ClassPrediction",
    "FuturePrediction",
    "Judging",
    "Known",
    "LabelsPrediction",
    "MaskPrediction",
    "PairedPrediction",
    "PicturePrediction",
    "TextPrediction",
    "ValuePrediction",
    "ValuesPrediction",
]

JUDGING: KindTable[Judging] = KindTable(
    "way of judging an answer",
    TARGETS,
    {
        "class": Late("pellucid.prediction.judging.one_class", "JudgeClass", made=True),
        "labels": Late("pellucid.prediction.judging.labels", "JudgeLabels", made=True),
        "future": Late("pellucid.prediction.judging.future", "JudgeFuture", made=True),
        "mask": Late("pellucid.prediction.judging.mask", "JudgeMask", made=True),
        "next": Late("pellucid.prediction.judging.next_token", "JudgeNext", made=True),
        "generated": Late("pellucid.prediction.judging.generated", "JudgeNothing", made=True),
        "paired": Late("pellucid.prediction.judging.paired", "JudgePaired", made=True),
        "picture": Late("pellucid.prediction.judging.picture", "JudgePicture", made=True),
        "text": Late("pellucid.prediction.judging.text", "JudgeText", made=True),
        "value": Late("pellucid.prediction.judging.value", "JudgeValue", made=True),
        "values": Late("pellucid.prediction.judging.values", "JudgeValues", made=True),
    },
)

__getattr__ = late_names(
    __name__,
    {
        "ClassPrediction": "one_class",
        "FuturePrediction": "future",
        "LabelsPrediction": "labels",
        "MaskPrediction": "mask",
        "PairedPrediction": "paired",
        "PicturePrediction": "picture",
        "TextPrediction": "text",
        "ValuePrediction": "value",
        "ValuesPrediction": "values",
    },
)
