"""The answers to look at first: confident and wrong, or far off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.checking import FloatArray, IntArray
from pellucid.evaluation.records import LargeError, Mistake, Residuals

MAX_LISTED = 24
MAX_RESIDUALS = 2000


def worst_mistakes(
    probabilities: NDArray[np.floating[Any]],
    targets: IntArray,
    predicted: IntArray,
    *,
    classes: Sequence[str],
    names: Sequence[str],
    indices: IntArray,
) -> tuple[Mistake, ...]:
    """Return the wrong answers with the highest probability, 24 at most; equal ones in the order of the examples.

    Args:
        probabilities: float [N, K].
        targets: int [N], class index.
        predicted: int [N], class index of the answer, which need not be the most probable.
        classes: K names.
        names: of the N examples.
        indices: int [N], of the examples in the dataset.
    """
    wrong = np.flatnonzero(predicted != targets)
    order = wrong[np.argsort(-probabilities[wrong, predicted[wrong]], kind="stable")][:MAX_LISTED]
    return tuple(
        Mistake(
            index=int(indices[i]),
            name=names[i],
            target=classes[targets[i]],
            predicted=classes[predicted[i]],
            probability=float(probabilities[i, predicted[i]]),
            target_probability=float(probabilities[i, targets[i]]),
        )
        for i in order.tolist()
    )


def largest_errors(
    values: FloatArray, targets: FloatArray, *, names: Sequence[str], indices: IntArray
) -> tuple[LargeError, ...]:
    """Return the predictions that are furthest off, 24 at most.

    Args:
        values: float64 [N], predicted, in the unit of the target.
        targets: float64 [N].
        names: of the N examples.
        indices: int [N], of the examples in the dataset.
    """
    errors = values - targets
    order = np.argsort(-np.abs(errors), kind="stable")[:MAX_LISTED]
    return tuple(
        LargeError(index=int(indices[i]), name=names[i], target=targets[i], predicted=values[i], error=errors[i])
        for i in order.tolist()
    )


def draw_residuals(values: FloatArray, targets: FloatArray, *, seed: int) -> Residuals:
    """Return (target, prediction) pairs for a plot: all up to 2,000, else a seeded draw of 2,000."""
    kept = np.arange(len(values))
    if len(kept) > MAX_RESIDUALS:
        kept = np.sort(np.random.default_rng(seed).choice(len(values), MAX_RESIDUALS, replace=False))
    return Residuals(targets=tuple(targets[kept].tolist()), predicted=tuple(values[kept].tolist()), total=len(values))
