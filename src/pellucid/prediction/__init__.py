"""A run becomes answers: label, probability, "unsure", "unknown", or "unchecked" where these cannot be said.

In: a run folder, then files, arrays or the examples of a dataset. Out: a Prediction each.
"""

from __future__ import annotations

from pellucid.prediction.formula import Equation, Formula, Term, formula_of
from pellucid.prediction.judging import (
    JUDGING,
    ClassPrediction,
    Judging,
    LabelsPrediction,
    ValuePrediction,
    ValuesPrediction,
)
from pellucid.prediction.outputs import Outputs
from pellucid.prediction.predictor import KNOWN, Predictor
from pellucid.prediction.records import Prediction, Verdict, table_of
from pellucid.prediction.sources import ANSWERING, Sources
from pellucid.prediction.unknown import KnownFeatures, bank_examples, unknown_threshold
from pellucid.tasks import Answer

__all__ = [
    "ANSWERING",
    "JUDGING",
    "KNOWN",
    "Answer",
    "ClassPrediction",
    "Equation",
    "Formula",
    "Judging",
    "KnownFeatures",
    "LabelsPrediction",
    "Outputs",
    "Prediction",
    "Predictor",
    "Sources",
    "Term",
    "ValuePrediction",
    "ValuesPrediction",
    "Verdict",
    "bank_examples",
    "formula_of",
    "table_of",
    "unknown_threshold",
]
