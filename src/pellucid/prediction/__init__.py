"""A run becomes answers: label, probability, "unsure", "unknown", or "unchecked" where these cannot be said.

In: a run folder, then files, arrays or the examples of a dataset. Out: an `OpenedRun`, and a Prediction for each of
them. Importing this room does not import torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pellucid.prediction.opened import OpenedRun
from pellucid.prediction.records import Prediction, Verdict
from pellucid.prediction.reopening import reopen_dataset

if TYPE_CHECKING:
    from pellucid.prediction.asked import Asked
    from pellucid.prediction.asking import ask
    from pellucid.prediction.formula import Equation, Formula, Term, formula_of
    from pellucid.prediction.predictor import KNOWN, Outputs, Predictor
    from pellucid.prediction.unknown import KnownFeatures, bank_examples, unknown_threshold
    from pellucid.tasks import Answer

_NEED_TORCH = {
    "KNOWN": "prediction.predictor",
    "Answer": "tasks",
    "Asked": "prediction.asked",
    "Equation": "prediction.formula",
    "Formula": "prediction.formula",
    "KnownFeatures": "prediction.unknown",
    "Outputs": "prediction.predictor",
    "Predictor": "prediction.predictor",
    "Term": "prediction.formula",
    "ask": "prediction.asking",
    "bank_examples": "prediction.unknown",
    "formula_of": "prediction.formula",
    "unknown_threshold": "prediction.unknown",
}

__all__ = [
    "KNOWN",
    "Answer",
    "Asked",
    "Equation",
    "Formula",
    "KnownFeatures",
    "OpenedRun",
    "Outputs",
    "Prediction",
    "Predictor",
    "Term",
    "Verdict",
    "ask",
    "bank_examples",
    "formula_of",
    "reopen_dataset",
    "unknown_threshold",
]


def __getattr__(name: str) -> Any:
    if name in _NEED_TORCH:
        return getattr(import_module(f"pellucid.{_NEED_TORCH[name]}"), name)
    raise AttributeError(f"module 'pellucid.prediction' has no attribute '{name}'")
