"""A run becomes answers: label, probability, "unsure", "unknown".

In: a run folder, then files, arrays or the examples of a data set. Out: a Prediction each.
"""

from __future__ import annotations

from pellucid.prediction.predictor import KNOWN, Outputs, Predictor
from pellucid.prediction.records import Prediction, Verdict
from pellucid.prediction.unknown import BANK_SIZE, KnownFeatures, unknown_threshold
from pellucid.tasks import Answer

__all__ = [
    "BANK_SIZE",
    "KNOWN",
    "Answer",
    "KnownFeatures",
    "Outputs",
    "Prediction",
    "Predictor",
    "Verdict",
    "unknown_threshold",
]
