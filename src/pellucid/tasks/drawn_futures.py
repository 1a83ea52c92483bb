"""Futures drawn from the quantiles of a forecast, and how alike the errors of neighbouring steps are.

Between two quantiles, and beyond the outermost, a value moves along a normal distribution. What joins the steps of one
future is a Gaussian copula whose correlation falls off by the same factor from step to step.
"""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from pellucid.kinds import LEVELS
from pellucid.tasks.answers import FutureAnswer

_PLACES = np.array([NormalDist().inv_cdf(level) for level in LEVELS])
_FARTHEST, _MOST_ALIKE = 4.0, 0.99
_TINY = float(np.finfo(np.float32).tiny)


def drawn_futures(answer: FutureAnswer, *, echo: float | None, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return [N, h] a future of each of N forecasts.

    Args:
        answer: the forecasts.
        echo: the correlation of neighbouring steps, in [0, 1]; None where it is not known: 1, all lie equally high.
        rng: what draws.
    """
    count, horizon = answer.median.shape
    alike = 1.0 if echo is None else echo
    scores = rng.standard_normal((count, horizon))
    for step in range(1, horizon):
        scores[:, step] = alike * scores[:, step - 1] + np.sqrt(1 - alike**2) * scores[:, step]
    return values_at(answer, scores)


def values_at(answer: FutureAnswer, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return [N, h] the values that lie as high in their forecasts as [N, h] normal scores say; 0 is the median."""
    levels = _levels(answer)
    place = np.clip(np.searchsorted(_PLACES, scores) - 1, 0, len(LEVELS) - 2)
    low, high = (np.take_along_axis(levels, (place + up)[..., None], axis=2)[..., 0] for up in (0, 1))
    # Between known quantiles values grow evenly with the score; beyond the outermost as between the last two.
    found = low + (scores - _PLACES[place]) / (_PLACES[place + 1] - _PLACES[place]) * (high - low)
    return np.asarray(np.exp(found) if answer.positive else found, np.float64)


def scores_of(answer: FutureAnswer, right: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return [N, h] how high in its forecast each value lies that came, as a normal score within -4 and 4."""
    levels = _levels(answer)
    came = np.log(np.maximum(right, _TINY)) if answer.positive else right
    place = np.clip((levels <= came[..., None]).sum(axis=2) - 1, 0, len(LEVELS) - 2)
    low, high = (np.take_along_axis(levels, (place + up)[..., None], axis=2)[..., 0] for up in (0, 1))
    # Equal quantiles have no distance to measure by.
    share = (came - low) / np.maximum(high - low, 1e-12)
    scores = _PLACES[place] + share * (_PLACES[place + 1] - _PLACES[place])
    return np.asarray(np.clip(scores, -_FARTHEST, _FARTHEST), np.float64)


def echo_of(answer: FutureAnswer, right: NDArray[np.float64]) -> float:
    """Return how alike the errors of neighbouring steps are: the correlation of their normal scores, in [0, 0.99].

    Args:
        answer: forecasts from N origins.
        right: [N, h] what came.
    """
    scores = scores_of(answer, right)
    size = float(np.square(scores).mean())
    if scores.shape[1] < 2 or size == 0:
        return 0.0
    return float(np.clip((scores[:, :-1] * scores[:, 1:]).mean() / size, 0, _MOST_ALIKE))


def _levels(answer: FutureAnswer) -> NDArray[np.float64]:
    """Return [N, h, Q] quantiles, of what is positive their logarithms."""
    levels = answer.quantiles.astype(np.float64)
    return np.log(np.maximum(levels, _TINY)) if answer.positive else levels
