"""Calibration: does a probability of 80 % come true four times in five?"""

from __future__ import annotations

import numpy as np

from pellucid.evaluation.checking import BoolArray, FloatArray, IntArray
from pellucid.evaluation.proportions import wilson_metric
from pellucid.evaluation.records import Calibration, CalibrationBin

# As Guo et al. (2017) have it: figures with other bins cannot be compared.
NUM_BINS = 15
DEFINITION = (
    "Expected calibration error: the predicted class's probability against how often it is right, in 15 bins of equal "
    "width, absolute gaps averaged by count (Guo et al. 2017). Chance alone makes it larger than 0: compare with "
    "what even perfect probabilities would miss by."
)


def bin_of(confidence: FloatArray) -> IntArray:
    """Return the bin (0 to 14) of each probability: bin b holds (b / 15, (b + 1) / 15]."""
    # A confidence of exactly 0 belongs to the first bin, though bins are open below.
    return np.clip(np.ceil(confidence * NUM_BINS).astype(np.int64) - 1, 0, NUM_BINS - 1)


def bin_gaps(confidence: FloatArray, correct: BoolArray) -> FloatArray:
    """Return [n, 15]: each example's (correct - confidence) in the column of its bin, else 0."""
    gaps = np.zeros((len(confidence), NUM_BINS))
    gaps[np.arange(len(confidence)), bin_of(confidence)] = correct - confidence
    return gaps


def expected_calibration_error(confidence: FloatArray, correct: BoolArray) -> float:
    """Return the expected calibration error, in [0, 1].

    Source: C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger (2017), "On calibration of modern neural networks".
    """
    return float(np.abs(bin_gaps(confidence, correct).mean(axis=0)).sum())


def error_if_calibrated(confidence: FloatArray, *, seed: int, draws: int = 200) -> float:
    """Return the mean calibration error that exactly calibrated probabilities would show, answers drawn from them.

    Args:
        confidence: float64 [N], the probability of each answer, 0..1.
        seed: of the draws.
        draws: how many times all answers are drawn.
    """
    random = np.random.default_rng(seed)
    counts = np.bincount(bin_of(confidence), minlength=NUM_BINS)
    starts = np.cumsum(counts) - counts
    ordered = confidence[np.argsort(bin_of(confidence), kind="stable")]
    total = 0.0
    for _ in range(draws):
        gaps = (random.random(len(ordered)) < ordered) - ordered
        total += float(np.abs(np.add.reduceat(gaps, starts[counts > 0])).sum()) / len(ordered)
    return total / draws


def reliability(confidence: FloatArray, correct: BoolArray, *, seed: int = 0) -> Calibration:
    """Return the reliability diagram as numbers.

    Args:
        confidence: float [n], the predicted class's probability.
        correct: bool [n], whether the predicted class is right.
        seed: for the comparison with chance.
    """
    bins = bin_of(confidence)
    counts = np.bincount(bins, minlength=NUM_BINS)
    hits = np.bincount(bins, weights=correct.astype(np.float64), minlength=NUM_BINS)
    sums = np.bincount(bins, weights=confidence, minlength=NUM_BINS)
    rows = []
    for b, count in enumerate(counts.tolist()):
        accuracy = wilson_metric(int(hits[b]), count) if count else None
        mean = sums[b] / count if count else None
        edges = {"low": b / NUM_BINS, "high": (b + 1) / NUM_BINS}
        rows.append(CalibrationBin(**edges, count=count, mean_probability=mean, accuracy=accuracy))
    return Calibration(
        bins=tuple(rows),
        ece=expected_calibration_error(confidence, correct),
        ece_if_calibrated=error_if_calibrated(confidence, seed=seed),
        definition=DEFINITION,
    )
