"""Random forest and gradient boosting, scikit-learn's: what is hard to beat on tables."""

from __future__ import annotations

import math
import warnings
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.simple_methods import draw_training_examples

TREES = 200
FOREST_WORK = 200_000
"""Rows times columns that each cut of a tree looks at, up to which a forest learns from all rows: seconds."""
BOOSTING_WORK = 20_000_000
"""Rows times columns times answers up to which boosting does."""

Kind = Literal["class", "labels", "value"]
"""What is answered: one class, any of several labels, one number."""


def make_forest(kind: Kind, *, balanced: bool = False, trees: int = TREES) -> Any:
    """Return an unfitted random forest (L. Breiman 2001), seeded.

    Args:
        kind: what is answered.
        balanced: whether each class counts alike, however rare.
        trees: how many.
    """
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor

    if kind == "value":
        return RandomForestRegressor(trees, random_state=0)
    return RandomForestClassifier(trees, random_state=0, class_weight="balanced" if balanced else None)


def make_boosting(kind: Kind, *, balanced: bool = False) -> Any:
    """Return unfitted gradient boosting on histograms (G. Ke et al. 2017), seeded; arguments as of `make_forest`."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
    from sklearn.multiclass import OneVsRestClassifier

    if kind == "value":
        return HistGradientBoostingRegressor(random_state=0)
    model = HistGradientBoostingClassifier(random_state=0, class_weight="balanced" if balanced else None)
    return OneVsRestClassifier(model) if kind == "labels" else model


def random_forest(
    train_inputs: NDArray[Any],
    train_targets: NDArray[Any],
    inputs: NDArray[Any],
    *,
    kind: Kind,
    balanced: bool = False,
    seed: int = 0,
) -> tuple[NDArray[Any], str]:
    """Return what a forest answers, and in words what it is and learned from.

    Args:
        train_inputs: float [M, D]; of very many, an even draw is learned from.
        train_targets: [M] classes or values, [M, L] of 0 and 1 for labels.
        inputs: float [N, D].
        kind: what the targets are.
        balanced: whether each class counts alike.
        seed: of the draw.
    """
    columns = train_inputs.shape[1]
    looked_at = columns if kind == "value" else max(1, math.isqrt(columns))
    model = make_forest(kind, balanced=balanced)
    what = f"scikit-learn's random forest of {TREES} trees" + (" with balanced class weights" if balanced else "")
    return _fit_and_answer(
        model, train_inputs, train_targets, inputs, most=FOREST_WORK // looked_at, seed=seed, what=what
    )


def gradient_boosting(
    train_inputs: NDArray[Any],
    train_targets: NDArray[Any],
    inputs: NDArray[Any],
    *,
    kind: Kind,
    balanced: bool = False,
    seed: int = 0,
) -> tuple[NDArray[Any], str]:
    """Return what gradient boosting answers, and in words what it is; arguments as of `random_forest`."""
    answers = 1 if kind == "value" else train_targets.shape[1] if kind == "labels" else len(np.unique(train_targets))
    model = make_boosting(kind, balanced=balanced)
    what = "scikit-learn's gradient boosting on histograms" + (" with balanced class weights" if balanced else "")
    most = BOOSTING_WORK // (train_inputs.shape[1] * answers)
    return _fit_and_answer(model, train_inputs, train_targets, inputs, most=most, seed=seed, what=what)


def _fit_and_answer(
    model: Any,
    train_inputs: NDArray[Any],
    train_targets: NDArray[Any],
    inputs: NDArray[Any],
    *,
    most: int,
    seed: int,
    what: str,
) -> tuple[NDArray[Any], str]:
    drawn_by = train_targets if train_targets.ndim == 1 else train_targets[:, 0].astype(np.float64)
    kept = draw_training_examples(drawn_by, seed=seed, most=max(1_000, most))
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
