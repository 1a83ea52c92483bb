"""Baselines: simple methods scored on the same examples, with a paired test against the model."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pellucid.evaluation import intervals, regression
from pellucid.evaluation.answers import ClassAnswers
from pellucid.evaluation.checking import (
    check_groups,
    check_same_length,
    check_targets,
    check_values,
)
from pellucid.evaluation.comparison import compare_paired, compare_paired_values
from pellucid.evaluation.neighbours import nearest_neighbours
from pellucid.evaluation.ordered import LEADS, ordered_metrics
from pellucid.evaluation.records import Baseline, Metric, PairedComparison
from pellucid.evaluation.simple_methods import (
    convergence_words,
    draw_training_examples,
    least_squares,
    logistic_regression,
    majority_class,
    most_for_linear,
)
from pellucid.evaluation.tree_methods import gradient_boosting, random_forest

MODEL = "the model"
Answer = TypeVar("Answer", np.int64, np.float64)
Told = tuple[NDArray[Answer], str]
"""What a method answers, and how it is described."""


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

    leads = headline == "balanced_accuracy"
    counts_alike = leads if balanced is None else balanced
    common = classes[int(np.bincount(train_labels).argmax())]

    def majority() -> Told[np.int64]:
        words = f"Always '{common}', the most frequent class in training."
        return majority_class(train_labels, len(labels)), words

    def neighbour() -> Told[np.int64]:
        return train_labels[nearest_neighbours(train, rows)], _neighbour_words(len(train))

    def linear() -> Told[np.int64]:
        most = most_for_linear(train.shape[1]) if trees else None
        kept = draw_training_examples(train_labels, seed=seed, most=most)
        predicted, converged = logistic_regression(train[kept], train_labels[kept], rows, balanced=counts_alike)
        words = "Multinomial logistic regression" + (" with balanced class weights" if counts_alike else "")
        inputs = _linear_inputs(len(kept), len(train_labels), seed)
        return predicted, f"{words} on {inputs}, L2 penalty 1, {convergence_words(converged)}."

    def by_trees(method: Callable[..., tuple[NDArray[Any], str]]) -> Callable[[], Told[np.int64]]:
        return lambda: method(train, train_labels, rows, kind="class", balanced=counts_alike, seed=seed)

    methods: list[tuple[str, Callable[[], Told[np.int64]]]] = [
        ("majority class", majority),
        ("nearest neighbour", neighbour),
        ("logistic regression", linear),
    ]
    if trees:
        methods += [("random forest", by_trees(random_forest)), ("gradient boosting", by_trees(gradient_boosting))]
    scored = []
    for name, method in methods:
        predicted, description, seconds = _timed(method)
        metrics = intervals.label_metrics(labels, predicted, classes=classes, groups=check_groups(groups))
        if headline == LEADS:
            sure = np.eye(len(classes), dtype=np.float32)[predicted]
            metrics |= ordered_metrics(ClassAnswers(sure, labels, tuple(classes), check_groups(groups), seed))
        versus = None
        if answers is not None and headline == LEADS:
            versus = compare_paired_values(predicted, answers, labels, a=name, b=MODEL, groups=groups, seed=seed)
        elif answers is not None:
            right = (predicted == labels, answers == labels)
            by_class = labels if leads else None
            versus = compare_paired(*right, a=name, b=MODEL, groups=groups, classes=by_class, seed=seed)
        scored.append(_baseline(name, description, metrics, headline=headline, versus=versus, seconds=seconds))
    return tuple(scored)


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

    mean = float(train_values.mean())

    def average() -> Told[np.float64]:
        return np.full(len(values), mean), f"Always {mean:.4g}, the mean of the training targets."

    def neighbour() -> Told[np.float64]:
        return train_values[nearest_neighbours(train, rows)], _neighbour_words(len(train))

    def linear() -> Told[np.float64]:
        most = most_for_linear(train.shape[1]) if trees else None
        kept = draw_training_examples(train_values, seed=seed, most=most)
        inputs = _linear_inputs(len(kept), len(train_values), seed)
        return least_squares(train[kept], train_values[kept], rows), f"Ordinary least squares on {inputs}."

    def by_trees(method: Callable[..., tuple[NDArray[Any], str]]) -> Callable[[], Told[np.float64]]:
        return lambda: method(train, train_values, rows, kind="value", seed=seed)

    methods: list[tuple[str, Callable[[], Told[np.float64]]]] = [
        ("mean", average),
        ("nearest neighbour", neighbour),
        ("linear regression", linear),
    ]
    if trees:
        methods += [("random forest", by_trees(random_forest)), ("gradient boosting", by_trees(gradient_boosting))]
    scored = []
    for name, method in methods:
        predicted, description, seconds = _timed(method)
        metrics = regression.value_metrics(predicted, values, groups=check_groups(groups), seed=seed)
        versus = None
        if answers is not None:
            versus = compare_paired_values(predicted, answers, values, a=name, b=MODEL, groups=groups, seed=seed)
        scored.append(_baseline(name, description, metrics, headline=headline, versus=versus, seconds=seconds))
    return tuple(scored)


def _timed(method: Callable[[], Told[Answer]]) -> tuple[NDArray[Answer], str, float]:
    start = time.perf_counter()
    predicted, description = method()
    return predicted, description, time.perf_counter() - start


def _baseline(
    name: str,
    description: str,
    metrics: dict[str, Metric],
    *,
    headline: str,
    versus: PairedComparison | None,
    seconds: float,
) -> Baseline:
    shown = headline if headline in metrics else next(iter(metrics))
    if versus is not None:
        versus = versus.model_copy(update={"summary": versus.summary[:1].upper() + versus.summary[1:]})
    return Baseline(
        name=name,
        description=description,
        metric_name=shown,
        metric=metrics[shown],
        metrics=metrics,
        versus=versus,
        seconds=seconds,
    )


def _neighbour_words(num_training: int) -> str:
    return (
        f"The target of the nearest of {num_training:,} training examples (Euclidean distance of the flattened inputs)."
    )


def _linear_inputs(kept: int, total: int, seed: int) -> str:
    part = "" if kept == total else f" (of {total:,}, drawn with seed {seed})"
    return f"the flattened, standardised inputs of {kept:,} training examples{part}"
