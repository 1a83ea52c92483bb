"""From which probability a label is answered, where several may hold at once: fitted on the validation split."""

from __future__ import annotations

import numpy as np

from pellucid.evaluation.checking import BoolArray, FloatArray

MIN_POSITIVES = 10
"""Validation examples with a label (and without it) below which its threshold would follow the draw: then it is 0.5."""


def fit_thresholds(probabilities: FloatArray, truth: BoolArray) -> tuple[float, ...]:
    """Return, per label, the threshold with the highest F1; of equals the nearest to 0.5.

    Source: Y. Yang (2001), "A study of thresholding strategies for text categorization" (SCut).

    Args:
        probabilities: float [N, L].
        truth: bool [N, L].
    """
    return tuple(_best(probabilities[:, label], truth[:, label]) for label in range(truth.shape[1]))


def _best(scores: FloatArray, has: BoolArray) -> float:
    if min(int(has.sum()), int((~has).sum())) < MIN_POSITIVES:
        return 0.5
    order = np.argsort(-scores, kind="stable")
    found, ordered = np.cumsum(has[order]), scores[order]
    answered = np.arange(1, len(scores) + 1)
    f1 = 2 * found / (answered + has.sum())
    # A threshold lies between two different scores, so that no two alike are answered differently.
    ends = np.flatnonzero(np.append(ordered[:-1] > ordered[1:], True))
    below = np.append(ordered[1:], 0.0)
    middles = (ordered[ends] + below[ends]) / 2
    best = f1[ends] >= f1[ends].max() - 1e-12
    candidates = middles[best]
    return float(candidates[np.abs(candidates - 0.5).argmin()])
