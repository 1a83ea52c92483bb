"""Answers and targets come in; metrics with intervals, comparisons and baselines go out, as records.

In: probabilities [N, K] or values [N], targets [N]. Out: `Evaluation`, `PairedComparison`, `Baseline`, `Abstention`.
No torch here; scikit-learn is imported only by the baselines that need it, when they run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.late import late_names
from pellucid.printed import said_in

if TYPE_CHECKING:
    from pellucid.evaluation.abstention import Abstention, choose_threshold
    from pellucid.evaluation.answer_files import KeptAnswers, kept_answers
    from pellucid.evaluation.baselines import classification_baselines, regression_baselines
    from pellucid.evaluation.classification import evaluate_classification
    from pellucid.evaluation.comparison import balancing_weights, compare_paired, compare_paired_values
    from pellucid.evaluation.counting_words import counting_methods
    from pellucid.evaluation.estimators import ESTIMATORS
    from pellucid.evaluation.frechet import frechet_distance, kernel_distance
    from pellucid.evaluation.judged import Judged, JudgedSet
    from pellucid.evaluation.judging import NUMBER, judge_drawn, nearest_of, training_parts
    from pellucid.evaluation.kept import kept_evaluations, mistakes_of
    from pellucid.evaluation.kinds import SCORING, Truth
    from pellucid.evaluation.meanings import metric_words
    from pellucid.evaluation.measuring import check_split, measure_after_training, measure_split
    from pellucid.evaluation.methods_of_series import SeriesExamples, series_examples, series_methods
    from pellucid.evaluation.picture_features import SIDE, colour_histogram, edges, edges_and_colours, shrink
    from pellucid.evaluation.proportions import wilson, wilson_metric
    from pellucid.evaluation.ranking import area_interval, roc_auc
    from pellucid.evaluation.records import (
        Baseline,
        Calibration,
        CalibrationBin,
        ClassRow,
        LargeError,
        Metric,
        Mistake,
        Opening,
        PairedComparison,
        Residuals,
    )
    from pellucid.evaluation.regression import evaluate_regression
    from pellucid.evaluation.resampling import bootstrap
    from pellucid.evaluation.result import Evaluation
    from pellucid.evaluation.simple_methods import draw_training_examples
    from pellucid.evaluation.small import are_few, say_few, say_nothing_learned
    from pellucid.evaluation.split import compare_runs
    from pellucid.evaluation.summary import TOO_FEW, comparison_sentences, summarise_evaluation
    from pellucid.evaluation.temperature import fit_temperature
    from pellucid.evaluation.winner import say_winner

__all__ = [
    "ESTIMATORS",
    "NUMBER",
    "SCORING",
    "SIDE",
    "TOO_FEW",
    "Abstention",
    "Baseline",
    "Calibration",
    "CalibrationBin",
    "ClassRow",
    "Evaluation",
    "Judged",
    "JudgedSet",
    "KeptAnswers",
    "LargeError",
    "Metric",
    "Mistake",
    "Opening",
    "PairedComparison",
    "Residuals",
    "SeriesExamples",
    "Truth",
    "are_few",
    "area_interval",
    "balancing_weights",
    "bootstrap",
    "check_split",
    "choose_threshold",
    "classification_baselines",
    "colour_histogram",
    "compare_paired",
    "compare_paired_values",
    "compare_runs",
    "comparison_sentences",
    "counting_methods",
    "draw_training_examples",
    "edges",
    "edges_and_colours",
    "evaluate_classification",
    "evaluate_regression",
    "fit_temperature",
    "frechet_distance",
    "judge_drawn",
    "kept_answers",
    "kept_evaluations",
    "kernel_distance",
    "measure_after_training",
    "measure_split",
    "metric_words",
    "mistakes_of",
    "nearest_of",
    "regression_baselines",
    "roc_auc",
    "say_few",
    "say_nothing_learned",
    "say_winner",
    "series_examples",
    "series_methods",
    "shrink",
    "summarise_evaluation",
    "training_parts",
    "wilson",
    "wilson_metric",
]

__getattr__ = late_names(
    __name__,
    {
        "Abstention": "abstention",
        "Baseline": "records",
        "Calibration": "records",
        "CalibrationBin": "records",
        "ClassRow": "records",
        "ESTIMATORS": "estimators",
        "Evaluation": "result",
        "Judged": "judged",
        "JudgedSet": "judged",
        "KeptAnswers": "answer_files",
        "LargeError": "records",
        "Metric": "records",
        "NUMBER": "judging",
        "Mistake": "records",
        "Opening": "records",
        "PairedComparison": "records",
        "Residuals": "records",
        "SCORING": "kinds",
        "SIDE": "picture_features",
        "SeriesExamples": "methods_of_series",
        "Truth": "kinds",
        "are_few": "small",
        "area_interval": "ranking",
        "balancing_weights": "comparison",
        "bootstrap": "resampling",
        "check_split": "measuring",
        "choose_threshold": "abstention",
        "classification_baselines": "baselines",
        "colour_histogram": "picture_features",
        "compare_paired": "comparison",
        "compare_paired_values": "comparison",
        "compare_runs": "split",
        "counting_methods": "counting_words",
        "draw_training_examples": "simple_methods",
        "edges": "picture_features",
        "edges_and_colours": "picture_features",
        "evaluate_classification": "classification",
        "evaluate_regression": "regression",
        "fit_temperature": "temperature",
        "frechet_distance": "frechet",
        "judge_drawn": "judging",
        "kernel_distance": "frechet",
        "nearest_of": "judging",
        "training_parts": "judging",
        "kept_answers": "answer_files",
        "kept_evaluations": "kept",
        "measure_after_training": "measuring",
        "measure_split": "measuring",
        "metric_words": "meanings",
        "mistakes_of": "kept",
        "regression_baselines": "baselines",
        "roc_auc": "ranking",
        "say_few": "small",
        "say_nothing_learned": "small",
        "say_winner": "winner",
        "series_examples": "methods_of_series",
        "series_methods": "methods_of_series",
        "shrink": "picture_features",
        "TOO_FEW": "summary",
        "comparison_sentences": "summary",
        "summarise_evaluation": "summary",
        "wilson": "proportions",
        "wilson_metric": "proportions",
    },
)

said_in(__name__, "summary", "judged_text")
