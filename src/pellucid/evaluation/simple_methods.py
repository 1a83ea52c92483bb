"""Simple methods to stand beside a model: what is left to say if one of them does as well?"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.checking import FloatArray, IntArray

MAX_TRAINING_EXAMPLES = 5000
"""What the linear methods learn from at most, so that they end within seconds; of a table, see `LINEAR_WORK`."""
LINEAR_WORK = 2_000_000
"""Numbers in a table's rows up to which the linear methods learn from all of them."""
STEPS = 1_000
"""Of logistic regression, at most; a hundred or two are enough for most data."""
PENALTY = 1.0
_COLLINEAR = 1e-6
"""Directions of so small a share of the largest spread count as none: inputs are float32, the rest is rounding."""


def majority_class(train_targets: IntArray, n: int) -> IntArray:
    """Return the most frequent of the training targets ([M], class index) n times, int64 [n]; the first of equals."""
    return np.full(n, int(np.bincount(train_targets).argmax()), dtype=np.int64)


def draw_training_examples(train_targets: NDArray[Any], *, seed: int, most: int | None = None) -> IntArray:
    """Return sorted indices of at most `most` of M training examples, drawn evenly, but at least one of each class.

    Args:
        train_targets: [M]; integers are classes, of floats none is looked for.
        seed: of the draw.
        most: how many; None for 5,000.
    """
    total = len(train_targets)
    most = MAX_TRAINING_EXAMPLES if most is None else most
    if total <= most:
        return np.arange(total)
    drawn = np.random.default_rng(seed).permutation(total)[:most]
    if np.issubdtype(train_targets.dtype, np.integer):
        _, first = np.unique(train_targets, return_index=True)
        drawn = np.union1d(drawn, first)
    return np.sort(drawn).astype(np.int64)


def most_for_linear(columns: int) -> int:
    """Return how many training examples of so many columns the linear methods learn from at most."""
    return max(MAX_TRAINING_EXAMPLES, LINEAR_WORK // max(1, columns))


def logistic_regression(
    train_inputs: NDArray[Any], train_targets: IntArray, inputs: NDArray[Any], *, balanced: bool = False
) -> tuple[IntArray, bool]:
    """Return the classes predicted by multinomial logistic regression on standardised inputs, and whether it converged.

    Args:
        train_inputs: float [M, D].
        train_targets: int [M]; a single class is returned as it is.
        inputs: float [N, D].
        balanced: whether each class counts alike, however rare.
    """
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    if len(np.unique(train_targets)) == 1:
        return np.full(len(inputs), int(train_targets[0]), dtype=np.int64), True
    train, queries = _reduced(*_standardised(train_inputs, inputs))
    model = LogisticRegression(C=PENALTY, max_iter=STEPS, class_weight="balanced" if balanced else None)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ConvergenceWarning)
        model.fit(train, train_targets)
    converged = not any(issubclass(warning.category, ConvergenceWarning) for warning in caught)
    return np.asarray(model.predict(queries), dtype=np.int64), converged


def convergence_words(converged: bool) -> str:
    """Return how a description of logistic regression ends."""
    return "trained to convergence" if converged else f"stopped after {STEPS:,} steps before it had converged"


def least_squares(train_inputs: NDArray[Any], train_targets: FloatArray, inputs: NDArray[Any]) -> FloatArray:
    """Return the numbers predicted by ordinary least squares with an intercept.

    Where columns are constant, collinear, or more than there are examples, many solutions fit equally well: it is the
    one with the smallest weights on standardised inputs.

    Args:
        train_inputs: float [M, D].
        train_targets: float [M].
        inputs: float [N, D].
    """
    train, queries = _reduced(*_standardised(train_inputs, inputs))
    centre = float(train_targets.mean())
    weights = np.linalg.lstsq(train, train_targets - centre, rcond=_COLLINEAR)[0]
    return np.asarray(queries @ weights + centre, dtype=np.float64)


def _standardised(train_inputs: NDArray[Any], inputs: NDArray[Any]) -> tuple[FloatArray, FloatArray]:
    train, queries = train_inputs.astype(np.float64), inputs.astype(np.float64)
    mean, spread = train.mean(axis=0), train.std(axis=0)
    # A column that never varies in training says nothing; it becomes 0 also where it varies later.
    scale = np.divide(1.0, spread, out=np.zeros_like(spread), where=spread > 1e-9 * np.maximum(1.0, np.abs(mean)))
    return (train - mean) * scale, (queries - mean) * scale


def _reduced(train: FloatArray, queries: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the same problem in at most M columns when there are more columns than training examples.

    A linear model with a squared penalty, or the smallest of those that fit equally well, lies in the span of the
    training rows, so turning to a basis of that span changes no prediction, and pictures of 12,288 numbers cost no
    more than there are examples.
    """
    if train.shape[1] <= len(train):
        return train, queries
    values, vectors = np.linalg.eigh(train @ train.T)
    keep = values > 1e-10 * values.max()
    basis = train.T @ (vectors[:, keep] / np.sqrt(values[keep]))
    return train @ basis, queries @ basis
