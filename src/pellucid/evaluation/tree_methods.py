"""Random forest and gradient boosting, scikit-learn's: what is hard to beat on tables."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.estimators import ESTIMATORS
from pellucid.evaluation.simple_methods import draw_training_examples

TREES = 200
FOREST_WORK = 200_000
"""Rows times columns that each cut of a tree looks at, up to which a forest learns from all rows: seconds."""
BOOSTING_WORK = 20_000_000
"""Rows times columns times answers up to which boosting does."""


def random_forest(
    train_inputs: NDArray[Any],
    train_targets: NDArray[Any],
    inputs: NDArray[Any],
    *,
    kind: str,
    balanced: bool = False,
    seed: int = 0,
) -> tuple[NDArray[Any], str]:
    """Return what a forest answers, and in words what it is and learned from.

    Args:
        train_inputs: float [M, D]; of very many, an even draw is learned from.
        train_targets: [M] classes or values, [M, L] of 0 and 1 for labels.
        inputs: float [N, D].
        kind: of the target.
        balanced: whether each class counts alike.
        seed: of the draw.
    """
    estimators = ESTIMATORS[kind]
    looked_at = estimators.columns_per_cut(train_inputs.shape[1])
    model = estimators.forest(balanced=balanced, trees=TREES)
    what = f"scikit-learn's random forest of {TREES} trees" + (" with balanced class weights" if balanced else "")
    return _fit_and_answer(
        model,
        train_inputs,
        train_targets,
        inputs,
        kind=kind,
        most=FOREST_WORK // looked_at,
        seed=seed,
        what=what,
    )


def gradient_boosting(
    train_inputs: NDArray[Any],
    train_targets: NDArray[Any],
    inputs: NDArray[Any],
    *,
    kind: str,
    balanced: bool = False,
    seed: int = 0,
) -> tuple[NDArray[Any], str]:
    """Return what gradient boosting answers, and in words what it is; arguments as of `random_forest`."""
    estimators = ESTIMATORS[kind]
    answers = estimators.answers_to_boost(train_targets)
    model = estimators.boosting(balanced=balanced)
    what = "scikit-learn's gradient boosting on histograms" + (" with balanced class weights" if balanced else "")
    most = BOOSTING_WORK // (train_inputs.shape[1] * answers)
    return _fit_and_answer(model, train_inputs, train_targets, inputs, kind=kind, most=most, seed=seed, what=what)


def _fit_and_answer(
    model: Any,
    train_inputs: NDArray[Any],
    train_targets: NDArray[Any],
    inputs: NDArray[Any],
    *,
    kind: str,
    most: int,
    seed: int,
    what: str,
) -> tuple[NDArray[Any], str]:
    kept = draw_training_examples(ESTIMATORS[kind].drawn_by(train_targets), seed=seed, most=max(1_000, most))
    total = len(train_targets)
    part = "" if len(kept) == total else f" (of {total:,}, drawn with seed {seed}, to end within seconds)"
    if len(np.unique(train_targets[kept], axis=0)) == 1:
        answers = np.repeat(train_targets[kept][:1], len(inputs), axis=0)
    else:
        with warnings.catch_warnings():
            # A label that all examples have, or all lack, is answered so.
            warnings.filterwarnings("ignore", message="Label .* is present in", category=UserWarning)
            answers = model.fit(train_inputs[kept], train_targets[kept]).predict(inputs)
    return np.asarray(answers), f"{what[:1].upper()}{what[1:]}, on the inputs of {len(kept):,} training examples{part}."
