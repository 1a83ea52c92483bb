"""A run becomes answers: label, probability, "unsure", "unknown", or "unchecked" where these cannot be said.

In: a run folder, then files, arrays or the examples of a dataset. Out: a Prediction each.
"""

from __future__ import annotations

from pellucid.prediction.formula import Equation, Formula, Term, formula_of
from pellucid.prediction.predictor import KNOWN, Outputs, Predictor
from pellucid.prediction.records import Prediction, Verdict
from pellucid.prediction.unknown import KnownFeatures, bank_examples, unknown_threshold
from pellucid.tasks import Answer

__all__ = [
    "KNOWN",
    "Answer",
    "Equation",
    "Formula",
    "KnownFeatures",
    "Outputs",
    "Prediction",
    "Predictor",
    "Term",
    "Verdict",
    "bank_examples",
    "formula_of",
    "unknown_threshold",
]
