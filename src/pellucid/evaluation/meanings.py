"""What each metric is called and means, for people: on pages, in terminals."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

OPAQUE = ("mcc", "log_loss", "brier", "ece")
"""Names that say nothing to who meets them first: a terminal explains these; a page explains all."""


@dataclass(frozen=True)
class MetricWords:
    """How a metric is shown.

    Attributes:
        label: its name on the page.
        meaning: one sentence for those who do not know it.
        is_share: whether it is a share of 1, and shown in percent.
    """

    label: str
    meaning: str
    is_share: bool = False


METRIC_WORDS: dict[str, MetricWords] = {
    "accuracy": MetricWords("accuracy", "Share of right answers.", True),
    "balanced_accuracy": MetricWords(
        "balanced accuracy", "Mean of the classes' recalls: each class counts alike.", True
    ),
    "top5_accuracy": MetricWords(
        "top-5 accuracy", "Share of examples whose class is among the five most probable.", True
    ),
    "f1_macro": MetricWords("F1, macro", "Mean over the classes of the balance between precision and recall.", True),
    "precision_macro": MetricWords(
        "precision, macro", "Mean over the classes: of the answers, how many are right.", True
    ),
    "recall_macro": MetricWords("recall, macro", "Mean over the classes: of the examples, how many are found.", True),
    "coverage": MetricWords("coverage", "Share that is answered, neither “unsure” nor “unknown”.", True),
    "selective_accuracy": MetricWords("accuracy when answered", "Share of right answers among those answered.", True),
    "f1_micro": MetricWords(
        "F1, micro", "F1 over all labels of all examples together: frequent labels weigh most.", True
    ),
    "f1_samples": MetricWords("F1, per example", "Mean over the examples of the F1 of each one's set of labels.", True),
    "precision_micro": MetricWords("precision, micro", "Of all labels that were answered, how many are right.", True),
    "recall_micro": MetricWords("recall, micro", "Of all labels there are, how many were found.", True),
    "subset_accuracy": MetricWords("subset accuracy", "Share of examples with every single label right.", True),
    "hamming_loss": MetricWords("Hamming loss", "Share of single labels that are wrong; lower is better.", True),
    "roc_auc_macro": MetricWords("ROC AUC, macro", "Mean over the labels of the ranking's quality; 0.5 is guessing."),
    "average_precision_macro": MetricWords(
        "average precision, macro", "Mean over the labels of the area under precision against recall."
    ),
    "mcc": MetricWords("Matthews correlation", "1 is perfect, 0 is no better than guessing."),
    "roc_auc": MetricWords(
        "ROC AUC", "Chance that of two examples, one of each class, the right one is ranked higher."
    ),
    "roc_auc_ovr": MetricWords(
        "ROC AUC, one vs rest", "Mean over the classes of the ranking's quality; 0.5 is guessing."
    ),
    "average_precision": MetricWords("average precision", "Area under the curve of precision against recall."),
    "log_loss": MetricWords("log loss", "Surprise at the right answers; lower is better, 0 is perfect."),
    "brier": MetricWords("Brier score", "Squared error of the probabilities; lower is better, 0 is perfect."),
    "ece": MetricWords("calibration error (ECE)", "Gap between stated and true confidence; lower is better."),
    "rank_mae": MetricWords("mean error in steps", "How many steps of the order the answers are off on average."),
    "quadratic_kappa": MetricWords(
        "quadratic weighted kappa", "Agreement in which far misses weigh most; 1 is perfect, 0 is chance."
    ),
    "mae": MetricWords("mean absolute error", "How far off the answers are on average, in the target's unit."),
    "rmse": MetricWords(
        "root mean squared error", "As the mean error, but large errors weigh more; in the target's unit."
    ),
    "r2": MetricWords("R²", "Share of the target's spread that is explained; 0 is the mean's score."),
    "median_absolute_error": MetricWords(
        "median absolute error", "Half of the answers are closer than this, in the target's unit."
    ),
    "loss": MetricWords("loss", "What the training minimises."),
}


def metric_words(name: str) -> MetricWords:
    """Return how a metric is shown; an unknown one goes by its own name."""
    return METRIC_WORDS.get(name) or MetricWords(name.replace("_", " "), "")


def explain_opaque(names: Container[str]) -> str:
    """Return sentences about those of some metrics whose names say nothing: "mcc: 1 is perfect, ..."; "" for none."""
    meanings = {name: metric_words(name).meaning for name in OPAQUE if name in names}
    return " ".join(f"{name}: {meaning[0].lower()}{meaning[1:]}" for name, meaning in meanings.items())
