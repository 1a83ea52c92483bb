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
        lower_is_better: its direction.
    """

    label: str
    meaning: str
    is_share: bool = False
    lower_is_better: bool = False


METRIC_WORDS: dict[str, MetricWords] = {
    "nats_per_token": MetricWords(
        "nats per token",
        "How surprising a token is, on average: minus the natural logarithm of its probability; lower is better.",
        lower_is_better=True,
    ),
    "bits_per_character": MetricWords(
        "bits per character",
        "The same per character and to the base 2: it compares models with other tokens; lower is better.",
        lower_is_better=True,
    ),
    "perplexity": MetricWords(
        "perplexity",
        "Among how many equally likely tokens the next one would be as surprising; lower is better.",
        lower_is_better=True,
    ),
    "dice": MetricWords(
        "Dice",
        "Overlap of what is answered and what is right, 2 both / (one + other), of all pixels together, averaged over "
        "the classes; 1 is equal.",
        True,
    ),
    "iou": MetricWords("IoU", "Likewise both / (one or other), never more than Dice.", True),
    "pixel_accuracy": MetricWords(
        "pixel accuracy", "Share of the labelled pixels that are answered rightly; large classes decide it.", True
    ),
    "dice_per_picture": MetricWords(
        "Dice per picture", "Dice of each picture alone, averaged over pictures: small objects count as much.", True
    ),
    "false_alarms": MetricWords(
        "false alarms",
        "Share of the pictures without a class in which it is answered all the same.",
        True,
        lower_is_better=True,
    ),
    "share": MetricWords("share", "Of the labelled pixels, how many are of the class.", True),
    "exact_match": MetricWords(
        "exact match", "Share of texts that are written rightly from the first letter to the last.", True
    ),
    "token_accuracy": MetricWords(
        "token accuracy", "Share of the right text's places, its end among them, that have the right letter.", True
    ),
    "chrf": MetricWords(
        "chrF", "Pieces of up to six letters shared with the right text, as an F-score; 1 is equal.", True
    ),
    "accuracy": MetricWords("accuracy", "Share of right answers.", True),
    "balanced_accuracy": MetricWords(
        "balanced accuracy", "Share of right answers in each class, averaged: rare classes count as much.", True
    ),
    "top5_accuracy": MetricWords(
        "top-5 accuracy", "Share of examples whose class is among the five most probable.", True
    ),
    "f1_macro": MetricWords("F1, macro", "Precision and recall in one number, averaged over the classes.", True),
    "precision_macro": MetricWords(
        "precision, macro", "Of the answers that name a class, how many are right; averaged over the classes.", True
    ),
    "recall_macro": MetricWords(
        "recall, macro", "Of the examples of a class, how many are found; averaged over the classes.", True
    ),
    "coverage": MetricWords("coverage", "Share of examples that are answered, not called “unsure” or “unknown”.", True),
    "selective_accuracy": MetricWords("accuracy when answered", "Share of right answers among those answered.", True),
    "f1_micro": MetricWords(
        "F1, micro", "F1 over all labels of all examples together: frequent labels weigh most.", True
    ),
    "f1_samples": MetricWords("F1, per example", "Mean over the examples of the F1 of each one's set of labels.", True),
    "precision_micro": MetricWords("precision, micro", "Of all labels that were answered, how many are right.", True),
    "recall_micro": MetricWords("recall, micro", "Of all labels there are, how many were found.", True),
    "subset_accuracy": MetricWords("subset accuracy", "Share of examples with every single label right.", True),
    "hamming_loss": MetricWords(
        "Hamming loss", "Share of single labels that are wrong; lower is better.", True, lower_is_better=True
    ),
    "roc_auc_macro": MetricWords(
        "ROC AUC, macro", "How well the probability of a label sorts those that have it from the rest; 0.5 is guessing."
    ),
    "average_precision_macro": MetricWords(
        "average precision, macro", "Precision from the surest answers down to all, averaged; 1 is perfect."
    ),
    "mcc": MetricWords("Matthews correlation", "1 is perfect, 0 is no better than guessing."),
    "roc_auc": MetricWords(
        "ROC AUC", "Of one example of each class, how often the right one is ranked higher; 0.5 is guessing."
    ),
    "roc_auc_ovr": MetricWords(
        "ROC AUC, one vs rest", "How well the probability of a class sorts its examples from the rest; 0.5 is guessing."
    ),
    "average_precision": MetricWords(
        "average precision", "Precision from the surest answers down to all, averaged; 1 is perfect."
    ),
    "log_loss": MetricWords(
        "log loss",
        "Large when right answers had a low probability; lower is better, 0 is perfect.",
        lower_is_better=True,
    ),
    "brier": MetricWords(
        "Brier score", "Squared error of the probabilities; lower is better, 0 is perfect.", lower_is_better=True
    ),
    "ece": MetricWords(
        "calibration error (ECE)",
        "How far stated probabilities are from the share that is right; lower is better.",
        lower_is_better=True,
    ),
    "rank_mae": MetricWords(
        "mean error in steps", "How many steps of the order the answers are off on average.", lower_is_better=True
    ),
    "quadratic_kappa": MetricWords(
        "quadratic weighted kappa", "Agreement in which far misses weigh most; 1 is perfect, 0 is chance."
    ),
    "mae": MetricWords(
        "mean absolute error", "How far off the answers are on average, in the target's unit.", lower_is_better=True
    ),
    "mse": MetricWords(
        "mean squared error", "Of levels from 0 to 1, over pixels and colours; 0 is equal.", lower_is_better=True
    ),
    "psnr": MetricWords(
        "PSNR, in dB", "Minus ten times the logarithm (base 10) of a picture's mean squared error, on the mean."
    ),
    "psnr_gain": MetricWords("PSNR gain, in dB", "How far it lies above the PSNR of the noisy pictures."),
    "elbo": MetricWords("ELBO", "Lower bound of a picture's log probability, in nats; higher is better."),
    "reconstruction": MetricWords(
        "reconstruction term",
        "How surprising a picture is to the decoder, each pixel being white with its level as probability; in nats.",
        lower_is_better=True,
    ),
    "kl": MetricWords("KL term", "How much the code tells of a picture, beside a standard normal draw; in nats."),
    "rmse": MetricWords(
        "root mean squared error",
        "Like the mean error, but large errors weigh more; in the target's unit.",
        lower_is_better=True,
    ),
    "mase": MetricWords(
        "MASE",
        "Below 1 where forecasts are nearer than the seasonal naive one is, one season ahead, within training.",
        lower_is_better=True,
    ),
    "smape": MetricWords(
        "sMAPE, in %",
        "200 % times the error over the sum of both sizes, on the mean: M4's definition.",
        lower_is_better=True,
    ),
    "coverage_80": MetricWords("covered by the 80 % band", "Share of values within it; 80 % is right.", True),
    "coverage_95": MetricWords("covered by the 95 % band", "Share of values within it; 95 % is right.", True),
    "pinball": MetricWords(
        "pinball loss", "How well the quantiles say what comes, in the target's unit.", lower_is_better=True
    ),
    "r2": MetricWords("R²", "Share of the target's spread that is explained; 1 is perfect, 0 as good as the mean."),
    "median_absolute_error": MetricWords(
        "median absolute error", "Half of the answers are closer than this, in the target's unit.", lower_is_better=True
    ),
    "accepted": MetricWords(
        "accepted", "Share of drawn pictures that the judge takes for a class with more than 90 %.", True
    ),
    "smallest_class": MetricWords(
        "smallest class", "Share of drawn pictures in the class that is drawn least often.", True
    ),
    "frechet": MetricWords(
        "Fréchet distance",
        "From the training pictures, in the judge's features; beside it stand that of held-out pictures and of noise.",
        lower_is_better=True,
    ),
    "kernel_distance": MetricWords(
        "kernel distance", "Likewise, by a kernel and without bias; 0 is alike.", lower_is_better=True
    ),
    "copying": MetricWords(
        "distance to training",
        "To the nearest training picture, over that of held-out pictures; well below 1 where pictures are copied.",
    ),
    "loss": MetricWords("loss", "What the training minimises.", lower_is_better=True),
}


def metric_words(name: str) -> MetricWords:
    """Return how a metric is shown; an unknown one goes by its own name."""
    return METRIC_WORDS.get(name) or MetricWords(name.replace("_", " "), "")


def explain_opaque(names: Container[str]) -> str:
    """Return sentences about those of some metrics whose names say nothing: "mcc: 1 is perfect, ..."; "" for none."""
    meanings = {name: metric_words(name).meaning for name in OPAQUE if name in names}
    return " ".join(f"{name}: {meaning[0].lower()}{meaning[1:]}" for name, meaning in meanings.items())
