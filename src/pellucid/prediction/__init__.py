"""A run becomes answers: label, probability, "unsure", "unknown", or "unchecked" where these cannot be said.

In: a run folder, then files, arrays or the examples of a dataset. Out: an `OpenedRun`, and a Prediction for each of
them. Importing this room does not import torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pellucid.prediction.given import Given
from pellucid.prediction.opened import OpenedRun
from pellucid.prediction.records import Prediction, Verdict, table_of
from pellucid.prediction.reopening import reopen_dataset
from pellucid.prediction.spoken import Factor, Sampled, Sentence

if TYPE_CHECKING:
    from pellucid.prediction.asked import Asked
    from pellucid.prediction.asking import ASKING, Source, ask, targets_for_loss
    from pellucid.prediction.codes import IDLE, Codes, codes_of, decoded, given_back
    from pellucid.prediction.drawing import DRAWING, DrawnPictures
    from pellucid.prediction.forecasting import FORECASTING, Forecasts
    from pellucid.prediction.formula import Equation, Formula, Term, formula_of
    from pellucid.prediction.judging import (
        JUDGING,
        ClassPrediction,
        Judging,
        LabelsPrediction,
        PicturePrediction,
        ValuePrediction,
        ValuesPrediction,
    )
    from pellucid.prediction.judging.picture import as_canvas, as_png, decibels
    from pellucid.prediction.letters import AskedLetter, own_letter, refuse_letter
    from pellucid.prediction.measured import measured_each
    from pellucid.prediction.one_answer import ONE_ANSWER, OneAnswer, known_target, right_answer, single_answer
    from pellucid.prediction.outputs import Outputs
    from pellucid.prediction.predictor import KNOWN, Predictor
    from pellucid.prediction.searching import SEARCHING
    from pellucid.prediction.sources import ANSWERING, Sources
    from pellucid.prediction.speaking import SPEAKING, LanguageModel
    from pellucid.prediction.unknown import KnownFeatures, bank_examples, unknown_threshold
    from pellucid.tasks import Answer, Sampling

_NEED_TORCH = {
    "ANSWERING": "prediction.sources",
    "ASKING": "prediction.asking",
    "JUDGING": "prediction.judging",
    "LanguageModel": "prediction.speaking",
    "SPEAKING": "prediction.speaking",
    "KNOWN": "prediction.predictor",
    "ClassPrediction": "prediction.judging",
    "Judging": "prediction.judging",
    "LabelsPrediction": "prediction.judging",
    "Sources": "prediction.sources",
    "ValuePrediction": "prediction.judging",
    "ValuesPrediction": "prediction.judging",
    "Answer": "tasks",
    "Sampling": "tasks",
    "Asked": "prediction.asked",
    "Equation": "prediction.formula",
    "FORECASTING": "prediction.forecasting",
    "Forecasts": "prediction.forecasting",
    "Formula": "prediction.formula",
    "KnownFeatures": "prediction.unknown",
    "AskedLetter": "prediction.letters",
    "own_letter": "prediction.letters",
    "refuse_letter": "prediction.letters",
    "SEARCHING": "prediction.searching",
    "Outputs": "prediction.outputs",
    "Predictor": "prediction.predictor",
    "Term": "prediction.formula",
    "ask": "prediction.asking",
    "Source": "prediction.asking",
    "bank_examples": "prediction.unknown",
    "ONE_ANSWER": "prediction.one_answer",
    "OneAnswer": "prediction.one_answer",
    "known_target": "prediction.one_answer",
    "measured_each": "prediction.measured",
    "PicturePrediction": "prediction.judging",
    "decibels": "prediction.judging.picture",
    "Codes": "prediction.codes",
    "IDLE": "prediction.codes",
    "codes_of": "prediction.codes",
    "decoded": "prediction.codes",
    "given_back": "prediction.codes",
    "DRAWING": "prediction.drawing",
    "DrawnPictures": "prediction.drawing",
    "as_canvas": "prediction.judging.picture",
    "as_png": "prediction.judging.picture",
    "right_answer": "prediction.one_answer",
    "single_answer": "prediction.one_answer",
    "targets_for_loss": "prediction.asking",
    "formula_of": "prediction.formula",
    "unknown_threshold": "prediction.unknown",
}

__all__ = [
    "ANSWERING",
    "ASKING",
    "DRAWING",
    "FORECASTING",
    "IDLE",
    "JUDGING",
    "KNOWN",
    "ONE_ANSWER",
    "SEARCHING",
    "SPEAKING",
    "Answer",
    "Asked",
    "AskedLetter",
    "ClassPrediction",
    "Codes",
    "DrawnPictures",
    "Equation",
    "Factor",
    "Forecasts",
    "Formula",
    "Given",
    "Judging",
    "KnownFeatures",
    "LabelsPrediction",
    "LanguageModel",
    "OneAnswer",
    "OpenedRun",
    "Outputs",
    "PicturePrediction",
    "Prediction",
    "Predictor",
    "Sampled",
    "Sampling",
    "Sentence",
    "Source",
    "Sources",
    "Term",
    "ValuePrediction",
    "ValuesPrediction",
    "Verdict",
    "as_canvas",
    "as_png",
    "ask",
    "bank_examples",
    "codes_of",
    "decibels",
    "decoded",
    "formula_of",
    "given_back",
    "known_target",
    "measured_each",
    "own_letter",
    "refuse_letter",
    "reopen_dataset",
    "right_answer",
    "single_answer",
    "table_of",
    "targets_for_loss",
    "unknown_threshold",
]


def __getattr__(name: str) -> Any:
    if name in _NEED_TORCH:
        return getattr(import_module(f"pellucid.{_NEED_TORCH[name]}"), name)
    raise AttributeError(f"module 'pellucid.prediction' has no attribute '{name}'")
