"""Dice and IoU, from counts of pixels: pooled over pictures they are always defined.

Source: L. R. Dice (1945), Ecology 26; P. Jaccard (1912), New Phytologist 11. Of class k with t pixels that are it, p
that are answered so and b that are both: Dice 2 b / (t + p), IoU b / (t + p - b).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.kinds import NOT_LABELLED

Counts = NDArray[np.float64]


def count_pixels(answered: NDArray[np.uint8], right: NDArray[np.uint8], num_classes: int) -> Counts:
    """Return [N, K, K] counts of labelled pixels: rows are what is right, columns what is answered.

    Args:
        answered: [N, H, W] numbers of classes.
        right: likewise, `NOT_LABELLED` where nothing is known: such pixels count nowhere.
        num_classes: K.
    """
    counts = np.zeros((len(right), num_classes, num_classes))
    for place, (one, truth) in enumerate(zip(answered, right, strict=True)):
        known = truth != NOT_LABELLED
        # Both numbers in one, so that a single count makes the table. A method may answer with a number beyond the
        # classes.
        pairs = truth[known].astype(np.int64) * num_classes + np.minimum(one[known], num_classes - 1)
        counts[place] = np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)
    return counts


def dice_of(counts: Counts) -> Counts:
    """Return [..., K] Dice of [..., K, K] counts; NaN of a class that is neither there nor answered."""
    both, sizes = _both_and_sizes(counts)
    return _ratio(2 * both, sizes)


def iou_of(counts: Counts) -> Counts:
    """Return [..., K] IoU of [..., K, K] counts; NaN of a class that is neither there nor answered."""
    both, sizes = _both_and_sizes(counts)
    return _ratio(both, sizes - both)


def mean_over_classes(values: Counts) -> Counts:
    """Return [...] the mean over the classes that have a value; NaN where none has."""
    known = np.isfinite(values)
    return _ratio(np.where(known, values, 0).sum(axis=-1), known.sum(axis=-1))


def pooled(counts: Counts, weights: Counts) -> Counts:
    """Return [B, K, K]: counts of [N, K, K] pictures, each taken as often as [B, N] weights say."""
    return np.asarray(np.tensordot(weights, counts, axes=(1, 0)), np.float64)


def _both_and_sizes(counts: Counts) -> tuple[Counts, Counts]:
    both = np.diagonal(counts, axis1=-2, axis2=-1)
    return both, counts.sum(axis=-1) + counts.sum(axis=-2)


def _ratio(above: Counts, below: Counts) -> Counts:
    return np.asarray(np.divide(above, below, out=np.full(np.shape(below), np.nan), where=np.asarray(below) > 0))
