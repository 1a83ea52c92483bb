"""Simple methods beside a model that answers several labels at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pellucid.evaluation.checking import BoolArray, FloatArray, check_groups
from pellucid.evaluation.comparison import compare_paired_scores
from pellucid.evaluation.multilabel import label_set_metrics, samples_f1
from pellucid.evaluation.neighbours import nearest_neighbours
from pellucid.evaluation.records import Baseline
from pellucid.evaluation.simple_methods import (
    convergence_words,
    draw_training_examples,
    logistic_regression,
)
from pellucid.evaluation.tree_methods import gradient_boosting, random_forest

MODEL = "the model"


def label_baselines(
    train_inputs: NDArray[np.float32],
    train_targets: BoolArray,
    inputs: NDArray[np.float32],
    targets: BoolArray,
    *,
    classes: Sequence[str],
    model_answers: BoolArray,
    groups: ArrayLike | None = None,
    seed: int = 0,
    trees: bool = False,
) -> tuple[Baseline, ...]:
    """Return "every label", nearest neighbour and logistic regression, scored, each with a paired test of `f1_samples`.

    Args:
        train_inputs: float32 [M, D].
        train_targets: bool [M, L].
        inputs: float32 [N, D].
        targets: bool [N, L].
        classes: the L labels.
        model_answers: bool [N, L], what the model answers.
        groups: [N], examples of equal group are alike.
        seed: of the draw of training examples and of the intervals.
        trees: whether random forest and gradient boosting are among them: the inputs are rows of a table.
    """

    def every() -> tuple[BoolArray, str]:
        return np.ones_like(targets), "Always all labels: the F1 that needs no model."

    def neighbour() -> tuple[BoolArray, str]:
        where = f"of {len(train_inputs):,} training examples (Euclidean distance of the flattened inputs)"
        return train_targets[nearest_neighbours(train_inputs, inputs)], f"The labels of the nearest {where}."

    def linear() -> tuple[BoolArray, str]:
        kept = draw_training_examples(train_targets[:, 0].astype(np.float64), seed=seed)
        columns = [
            logistic_regression(train_inputs[kept], train_targets[kept, label].astype(np.int64), inputs)
            for label in range(len(classes))
        ]
        how = convergence_words(all(converged for _, converged in columns))
        words = f"One logistic regression per label on {len(kept):,} training examples, L2 penalty 1, {how}."
        return np.stack([labels for labels, _ in columns], axis=1).astype(np.bool_), words

    def by_trees(method: Callable[..., tuple[NDArray[Any], str]]) -> Callable[[], tuple[BoolArray, str]]:
        def answered() -> tuple[BoolArray, str]:
            labels, words = method(train_inputs, train_targets.astype(np.int64), inputs, kind="labels", seed=seed)
            return labels.astype(np.bool_), words

        return answered

    methods: list[tuple[str, Callable[[], tuple[BoolArray, str]]]] = [
        ("every label", every),
        ("nearest neighbour", neighbour),
        ("logistic regression", linear),
    ]
    if trees:
        methods += [("random forest", by_trees(random_forest)), ("gradient boosting", by_trees(gradient_boosting))]
    own: FloatArray = samples_f1(model_answers, targets)
    scored = []
    for name, method in methods:
        start = time.perf_counter()
        answered, description = method()
        seconds = time.perf_counter() - start
        metrics = label_set_metrics(answered, targets, groups=check_groups(groups), seed=seed)
        versus = compare_paired_scores(samples_f1(answered, targets), own, a=name, b=MODEL, groups=groups, seed=seed)
        versus = versus.model_copy(update={"summary": versus.summary[:1].upper() + versus.summary[1:]})
        scored.append(
            Baseline(
                name=name,
                description=description,
                metric_name="f1_macro",
                metric=metrics["f1_macro"],
                metrics=metrics,
                versus=versus,
                seconds=seconds,
            )
        )
    return tuple(scored)
