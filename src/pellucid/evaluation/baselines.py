"""Baselines of arrays: simple methods scored on the same examples, with a paired test against the model."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from pellucid.evaluation.beside import score_methods
from pellucid.evaluation.checking import check_same_length, check_targets, check_values
from pellucid.evaluation.kinds import Truth
from pellucid.evaluation.records import Baseline
from pellucid.evaluation.simple import SIMPLE, Choices, FlatRows
from pellucid.kinds import ClassTarget, ValueTarget


def classification_baselines(
    train_inputs: ArrayLike,
    train_targets: ArrayLike,
    inputs: ArrayLike,
    targets: ArrayLike,
    *,
    classes: Sequence[str],
    headline: str = "accuracy",
    model_answers: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    seed: int = 0,
    trees: bool = False,
    balanced: bool | None = None,
) -> tuple[Baseline, ...]:
    """Return majority class, nearest neighbour and logistic regression, and for tables forest and boosting, scored.

    Where the error in steps of ordered classes leads, that is what the paired tests compare.

    Args:
        train_inputs: float32 [M, D], training examples, each flattened to a row (pixels, or scaled cells).
        train_targets: int [M], class index.
        inputs: float32 [N, D], the examples to score on.
        targets: int [N], class index.
        classes: K names.
        headline: which of accuracy, balanced_accuracy, f1_macro, rank_mae to show as `metric`.
        model_answers: int [N], the classes that the model predicts for the same examples; adds a paired test.
        groups: [N], examples of equal group are alike.
        seed: of the draw of training examples and of the intervals.
        trees: whether random forest and gradient boosting are among them: the inputs are rows of a table.
        balanced: whether they learn as if each class were equally frequent; None: where balanced accuracy leads.

    Raises:
        DataError: lengths or shapes disagree, targets that are no class.
    """
    train, rows = np.asarray(train_inputs, dtype=np.float32), np.asarray(inputs, dtype=np.float32)
    train_labels = check_targets(train_targets, num_classes=len(classes))
    labels = check_targets(targets, num_classes=len(classes))
    check_same_length(train_inputs=train, train_targets=train_labels)
    answers = None if model_answers is None else check_targets(model_answers, num_classes=len(classes))
    check_same_length(inputs=rows, targets=labels, model_answers=answers, groups=groups)

    target = ClassTarget(classes=tuple(classes))
    counts_alike = headline == "balanced_accuracy" if balanced is None else balanced
    methods = SIMPLE[target.kind].on_rows(
        target, FlatRows(train, train_labels, rows), Choices(trees=trees, balanced=counts_alike, seed=seed)
    )
    truth = Truth(target, labels, train_labels, None if groups is None else np.asarray(groups), headline, seed)
    return score_methods(methods, truth, model_answers=answers)


def regression_baselines(
    train_inputs: ArrayLike,
    train_targets: ArrayLike,
    inputs: ArrayLike,
    targets: ArrayLike,
    *,
    headline: str = "mae",
    model_answers: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    seed: int = 0,
    trees: bool = False,
) -> tuple[Baseline, ...]:
    """Return mean, nearest neighbour and linear regression, and for tables forest and boosting, scored.

    Args:
        train_inputs: float32 [M, D].
        train_targets: float [M].
        inputs: float32 [N, D].
        targets: float [N].
        headline: which of mae, rmse, r2, median_absolute_error to show as `metric`.
        model_answers: float [N], the model's predictions for the same examples; adds a paired test.
        groups: [N], examples of equal group are alike.
        seed: of the draw of training examples and of the intervals.
        trees: whether random forest and gradient boosting are among them: the inputs are rows of a table.

    Raises:
        DataError: lengths or shapes disagree, numbers that are not finite.
    """
    train, rows = np.asarray(train_inputs, dtype=np.float32), np.asarray(inputs, dtype=np.float32)
    train_values, values = check_values(train_targets, what="Training targets"), check_values(targets, what="Targets")
    check_same_length(train_inputs=train, train_targets=train_values)
    answers = None if model_answers is None else check_values(model_answers, what="Predictions")
    check_same_length(inputs=rows, targets=values, model_answers=answers, groups=groups)

    target = ValueTarget(name="target")
    methods = SIMPLE[target.kind].on_rows(target, FlatRows(train, train_values, rows), Choices(trees=trees, seed=seed))
    truth = Truth(target, values, train_values, None if groups is None else np.asarray(groups), headline, seed)
    return score_methods(methods, truth, model_answers=answers)
