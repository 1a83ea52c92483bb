"""Temperature scaling: one number that makes a network's probabilities honest without changing its answers."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import scipy
from numpy.typing import ArrayLike

from pellucid.errors import DataError
from pellucid.evaluation.checking import FloatArray, IntArray, check_same_length, check_targets

MIN_EXAMPLES = 50
"""Below this the fitted temperature says more about the draw than about the model, and 1 is kept."""
LOWEST, HIGHEST = 0.1, 1000.0
"""A network trained by cross-entropy stays well below 10; the scores of a perceptron know no scale."""
_PRIOR_SPREAD = 1.0


def fit_temperature(logits: ArrayLike, targets: ArrayLike, *, offsets: ArrayLike | None = None) -> float:
    """Return the temperature T by which to divide logits so that softmax(logits / T) has the least log loss.

    A weak pull towards 1 (a normal prior on log T with spread 1, worth less than one example in most cases) keeps T
    finite where no answer is wrong; T stays within 0.1 and 1,000. With fewer than 50 examples T is 1.
    Source: C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger (2017), "On calibration of modern neural networks".

    Args:
        logits: float [N, K] before softmax, or [N] before the sigmoid of the second class; from examples that were not
            trained on.
        targets: int [N], class index.
        offsets: [K], or [1] for logits [N], added to the divided logits where classes were made even in training; None
            for none.

    Raises:
        DataError: lengths disagree, shapes or targets that do not fit, logits that are not finite.
    """
    scores = np.asarray(logits, dtype=np.float64)
    if scores.ndim == 2 and scores.shape[1] == 1:
        scores = scores[:, 0]
    if scores.ndim not in (1, 2):
        raise DataError(f"Logits have shape {list(scores.shape)}.", expected="[N, K], or [N] for two classes.")
    num_classes = 2 if scores.ndim == 1 else scores.shape[1]
    labels = check_targets(targets, num_classes=num_classes)
    n = check_same_length(logits=scores, targets=labels)
    if not np.isfinite(scores).all():
        raise DataError(
            "Some logits are not finite.", expected="Numbers.", fix="Look for a loss that became NaN during training."
        )
    if n < MIN_EXAMPLES:
        return 1.0
    return math.exp(
        _least(
            lambda log_t: temperature_loss(scores, labels, math.exp(log_t), offsets=offsets),
            math.log(LOWEST),
            math.log(HIGHEST),
        )
    )


def _least(loss: Callable[[float], float], low: float, high: float, *, width: float = 1e-5) -> float:
    """Return where a function with one valley is least, by golden-section search (Kiefer 1953).

    `scipy.optimize` would do, but importing it takes longer than all else that is done after a short training.
    """
    shrink = (math.sqrt(5) - 1) / 2
    left, right = high - shrink * (high - low), low + shrink * (high - low)
    at_left, at_right = loss(left), loss(right)
    while high - low > width:
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - shrink * (high - low)
            at_left = loss(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + shrink * (high - low)
            at_right = loss(right)
    return (low + high) / 2


def temperature_loss(
    logits: FloatArray, targets: IntArray, temperature: float, *, offsets: ArrayLike | None = None
) -> float:
    """Return what `fit_temperature` minimises: the summed log loss at this temperature, plus the pull towards 1.

    Args:
        logits: float64 [N, K], or [N] for two classes.
        targets: int [N], class index.
        temperature: above 0.
        offsets: as in `fit_temperature`.
    """
    scaled = logits / temperature + (0.0 if offsets is None else np.asarray(offsets, dtype=np.float64))
    if scaled.ndim == 1:
        losses = np.logaddexp(0.0, np.where(targets == 1, -scaled, scaled))
    else:
        losses = scipy.special.logsumexp(scaled, axis=1) - scaled[np.arange(len(targets)), targets]
    return float(losses.sum()) + math.log(temperature) ** 2 / (2 * _PRIOR_SPREAD**2)
