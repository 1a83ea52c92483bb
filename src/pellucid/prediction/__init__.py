"""A run becomes answers: label, probability, "unsure", "unknown", or "unchecked" where these cannot be said.

In: a run folder, then files, arrays or the examples of a dataset. Out: an `OpenedRun`, and a Prediction for each of
them. Importing this room does not import torch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.late import late_names
from pellucid.prediction.opened import OpenedRun

if TYPE_CHECKING:
    from pellucid.prediction.asked import Asked
    from pellucid.prediction.asking import ASKING, Source, ask, targets_for_loss
    from pellucid.prediction.codes import IDLE, Codes, codes_of, decoded, given_back
    from pellucid.prediction.denoising import Stage, stages_of
    from pellucid.prediction.drawing import DRAWING, DrawnPictures
    from pellucid.prediction.forecasting import FORECASTING, Forecasts
    from pellucid.prediction.formula import Equation, Formula, Term, formula_of
    from pellucid.prediction.given import Given
    from pellucid.prediction.judging import (
        JUDGING,
        ClassPrediction,
        Judging,
        LabelsPrediction,
        PairedPrediction,
        PicturePrediction,
        ValuePrediction,
        ValuesPrediction,
    )
    from pellucid.prediction.judging.picture import as_canvas, as_png, decibels
    from pellucid.prediction.letters import AskedLetter, own_letter, refuse_letter
    from pellucid.prediction.measured import measured_each
    from pellucid.prediction.of_run import answers_of, forecasts_of, goes_on, language_model_of
    from pellucid.prediction.one_answer import ONE_ANSWER, OneAnswer, known_target, right_answer, single_answer
    from pellucid.prediction.outputs import Outputs
    from pellucid.prediction.predictor import KNOWN, Predictor
    from pellucid.prediction.records import Prediction, Verdict, table_of
    from pellucid.prediction.reopening import reopen_dataset
    from pellucid.prediction.searching import SEARCHING
    from pellucid.prediction.sources import ANSWERING, Sources
    from pellucid.prediction.speaking import SPEAKING, LanguageModel
    from pellucid.prediction.spoken import Factor, Sampled, Sentence
    from pellucid.prediction.unknown import KnownFeatures, bank_examples, unknown_threshold
    from pellucid.tasks import Answer, Sampling

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
    "PairedPrediction",
    "PicturePrediction",
    "Prediction",
    "Predictor",
    "Sampled",
    "Sampling",
    "Sentence",
    "Source",
    "Sources",
    "Stage",
    "Term",
    "ValuePrediction",
    "ValuesPrediction",
    "Verdict",
    "answers_of",
    "as_canvas",
    "as_png",
    "ask",
    "bank_examples",
    "codes_of",
    "decibels",
    "decoded",
    "forecasts_of",
    "formula_of",
    "given_back",
    "goes_on",
    "known_target",
    "language_model_of",
    "measured_each",
    "own_letter",
    "refuse_letter",
    "reopen_dataset",
    "right_answer",
    "single_answer",
    "stages_of",
    "table_of",
    "targets_for_loss",
    "unknown_threshold",
]

__getattr__ = late_names(
    __name__,
    {
        "answers_of": "of_run",
        "forecasts_of": "of_run",
        "goes_on": "of_run",
        "language_model_of": "of_run",
        "ANSWERING": "sources",
        "ASKING": "asking",
        "Answer": ".tasks",
        "Asked": "asked",
        "AskedLetter": "letters",
        "ClassPrediction": "judging",
        "Codes": "codes",
        "DRAWING": "drawing",
        "DrawnPictures": "drawing",
        "Equation": "formula",
        "FORECASTING": "forecasting",
        "Factor": "spoken",
        "Forecasts": "forecasting",
        "Formula": "formula",
        "Given": "given",
        "IDLE": "codes",
        "JUDGING": "judging",
        "Judging": "judging",
        "KNOWN": "predictor",
        "KnownFeatures": "unknown",
        "LabelsPrediction": "judging",
        "LanguageModel": "speaking",
        "ONE_ANSWER": "one_answer",
        "OneAnswer": "one_answer",
        "Outputs": "outputs",
        "PairedPrediction": "judging",
        "PicturePrediction": "judging",
        "Prediction": "records",
        "Predictor": "predictor",
        "SEARCHING": "searching",
        "SPEAKING": "speaking",
        "Sampled": "spoken",
        "Sampling": ".tasks",
        "Sentence": "spoken",
        "Source": "asking",
        "Sources": "sources",
        "Stage": "denoising",
        "Term": "formula",
        "ValuePrediction": "judging",
        "ValuesPrediction": "judging",
        "Verdict": "records",
        "as_canvas": "judging.picture",
        "as_png": "judging.picture",
        "ask": "asking",
        "bank_examples": "unknown",
        "codes_of": "codes",
        "decibels": "judging.picture",
        "decoded": "codes",
        "formula_of": "formula",
        "given_back": "codes",
        "known_target": "one_answer",
        "measured_each": "measured",
        "own_letter": "letters",
        "refuse_letter": "letters",
        "reopen_dataset": "reopening",
        "right_answer": "one_answer",
        "single_answer": "one_answer",
        "stages_of": "denoising",
        "table_of": "records",
        "targets_for_loss": "asking",
        "unknown_threshold": "unknown",
    },
)
