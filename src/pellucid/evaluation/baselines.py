"""Baselines: simple methods scored on the same examples, with a paired test against the model."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pellucid.evaluation import intervals, regression
from pellucid.evaluation.checking import (
    FloatArray,
    IntArray,
    check_groups,
    check_same_length,
    check_targets,
    check_values,
)
from pellucid.evaluation.comparison import compare_paired, compare_paired_values
from pellucid.evaluation.neighbours import nearest_neighbours
from pellucid.evaluation.records import Baseline, Metric, PairedComparison
from pellucid.evaluation.simple_methods import (
    draw_training_examples,
    logistic_regression,
    majority_class,
    ridge_regression,
)

MODEL = "the model"
Answer = TypeVar("Answer", np.int64, np.float64)


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
) -> tuple[Baseline, ...]:
    """Return majority class, nearest neighbour and logistic regression, scored.

    Args:
        train_inputs: float32 [M, D], training examples, each flattened to a row (pixels, or scaled cells).
        train_targets: int [M], class index.
        inputs: float32 [N, D], the examples to score on.
        targets: int [N], class index.
        classes: K names.
        headline: which of accuracy, balanced_accuracy, f1_macro to show as `metric`.
        model_answers: int [N], the classes that the model predicts for the same examples; adds a paired test.
        groups: [N], examples of equal group are alike.
        seed: of the draw of training examples and of the intervals.

    Raises:
        DataError: lengths or shapes disagree, targets that are no class.
    """
    train, rows = np.asarray(train_inputs, dtype=np.float32), np.asarray(inputs, dtype=np.float32)
    train_labels = check_targets(train_targets, num_classes=len(classes))
    labels = check_targets(targets, num_classes=len(classes))
    check_same_length(train_inputs=train, train_targets=train_labels)
    answers = None if model_answers is None else check_targets(model_answers, num_classes=len(classes))
    check_same_length(inputs=rows, targets=labels, model_answers=answers, groups=groups)

    balanced = headline == "balanced_accuracy"

    def linear() -> IntArray:
        kept = draw_training_examples(train_labels, seed=seed)
        return logistic_regression(train[kept], train_labels[kept], rows, balanced=balanced)

    words = "Multinomial logistic regression" + (" with balanced class weights" if balanced else "")
    common = classes[int(np.bincount(train_labels).argmax())]
    methods: tuple[tuple[str, str, Callable[[], IntArray]], ...] = (
        (
            "majority class",
            f"Always '{common}', the most frequent class in training.",
            lambda: majority_class(train_labels, len(labels)),
        ),
        ("nearest neighbour", _neighbour_words(len(train)), lambda: train_labels[nearest_neighbours(train, rows)]),
        ("logistic regression", _linear_words(words, train_labels, seed), linear),
    )
    scored = []
    for name, description, method in methods:
        predicted, seconds = _timed(method)
        metrics = intervals.label_metrics(labels, predicted, classes=classes, groups=check_groups(groups))
        versus = None
        if answers is not None:
            right = (predicted == labels, answers == labels)
            by_class = labels if balanced else None
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
) -> tuple[Baseline, ...]:
    """Return mean, nearest neighbour and linear regression, scored; arguments as in `classification_baselines`.

    Args:
        train_inputs: float32 [M, D].
        train_targets: float [M].
        inputs: float32 [N, D].
        targets: float [N].
        headline: which of mae, rmse, r2, median_absolute_error to show as `metric`.
        model_answers: float [N], the model's predictions for the same examples; adds a paired test.
        groups: [N], examples of equal group are alike.
        seed: of the draw of training examples and of the intervals.

    Raises:
        DataError: lengths or shapes disagree, numbers that are not finite.
    """
    train, rows = np.asarray(train_inputs, dtype=np.float32), np.asarray(inputs, dtype=np.float32)
    train_values, values = check_values(train_targets, what="Training targets"), check_values(targets, what="Targets")
    check_same_length(train_inputs=train, train_targets=train_values)
    answers = None if model_answers is None else check_values(model_answers, what="Predictions")
    check_same_length(inputs=rows, targets=values, model_answers=answers, groups=groups)

    def linear() -> FloatArray:
        kept = draw_training_examples(train_values, seed=seed)
        return ridge_regression(train[kept], train_values[kept], rows)

    mean = float(train_values.mean())
    methods: tuple[tuple[str, str, Callable[[], FloatArray]], ...] = (
        ("mean", f"Always {mean:.4g}, the mean of the training targets.", lambda: np.full(len(values), mean)),
        ("nearest neighbour", _neighbour_words(len(train)), lambda: train_values[nearest_neighbours(train, rows)]),
        ("linear regression", _linear_words("Linear regression", train_values, seed), linear),
    )
    scored = []
    for name, description, method in methods:
        predicted, seconds = _timed(method)
        metrics = regression.value_metrics(predicted, values, groups=check_groups(groups), seed=seed)
        versus = None
        if answers is not None:
            versus = compare_paired_values(predicted, answers, values, a=name, b=MODEL, groups=groups, seed=seed)
        scored.append(_baseline(name, description, metrics, headline=headline, versus=versus, seconds=seconds))
    return tuple(scored)


def _timed(method: Callable[[], NDArray[Answer]]) -> tuple[NDArray[Answer], float]:
    start = time.perf_counter()
    predicted = method()
    return predicted, time.perf_counter() - start


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


def _linear_words(what: str, train_targets: NDArray[Any], seed: int) -> str:
    kept = len(draw_training_examples(train_targets, seed=seed))
    part = "" if kept == len(train_targets) else f" (of {len(train_targets):,}, drawn with seed {seed})"
    inputs = f"the flattened, standardised inputs of {kept:,} training examples{part}"
    return f"{what} on {inputs}, penalty 1, at most 100 steps."
