"""Simple methods that answer several labels."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.neighbours import nearest_neighbours
from pellucid.evaluation.simple.base import Choices, Constant, FlatRows, Method, SimpleMethods
from pellucid.evaluation.simple_methods import (
    PENALTY,
    convergence_words,
    draw_training_examples,
    logistic_regression,
)
from pellucid.evaluation.tree_methods import gradient_boosting, random_forest
from pellucid.kinds import Target


class SimpleLabels(SimpleMethods):
    """Every label, nearest neighbour, a logistic regression per label, forest and boosting."""

    linear_word: ClassVar[str] = "logistic"

    def constant(self, target: Target, learned: NDArray[Any]) -> Constant:
        """Return all labels: a label that is never answered has no F1."""
        width = learned.shape[1]
        words = "Always all labels: the F1 that needs no model."
        return Constant("every label", words, lambda count: np.ones((count, width), np.bool_))

    def on_rows(self, target: Target, rows: FlatRows, choices: Choices) -> list[Method]:
        """Return them on rows."""
        train, truth, seed = rows.train, rows.targets.astype(np.bool_), choices.seed

        def neighbour() -> tuple[NDArray[Any], str]:
            where = f"of {len(train):,} training examples (Euclidean distance of the flattened inputs)"
            return truth[nearest_neighbours(train, rows.asked)], f"The labels of the nearest {where}."

        def linear() -> tuple[NDArray[Any], str]:
            kept = draw_training_examples(truth[:, 0].astype(np.float64), seed=seed)
            columns = [
                logistic_regression(train[kept], truth[kept, label].astype(np.int64), rows.asked)
                for label in range(truth.shape[1])
            ]
            how = convergence_words(all(converged for _, converged in columns))
            words = f"One logistic regression per label on {len(kept):,} training examples, L2 penalty 1, {how}."
            return np.stack([labels for labels, _ in columns], axis=1).astype(np.bool_), words

        def by_trees(method: Callable[..., tuple[NDArray[Any], str]]) -> Callable[[], tuple[NDArray[Any], str]]:
            def answered() -> tuple[NDArray[Any], str]:
                labels, words = method(train, truth.astype(np.int64), rows.asked, kind="labels", seed=seed)
                return labels.astype(np.bool_), words

            return answered

        methods = [
            self.constant(target, truth).method(len(rows.asked)),
            Method("nearest neighbour", neighbour),
            Method("logistic regression", linear),
        ]
        if choices.trees:
            methods.append(Method("random forest", by_trees(random_forest)))
            methods.append(Method("gradient boosting", by_trees(gradient_boosting)))
        return methods

    def linear(self, *, balanced: bool) -> Any:
        """Return a logistic regression per label."""
        from sklearn.linear_model import LogisticRegression
        from sklearn.multiclass import OneVsRestClassifier

        return OneVsRestClassifier(LogisticRegression(C=PENALTY, max_iter=1000))

    def forest(self, *, balanced: bool, trees: int) -> Any:
        """Return a classifier, which takes several labels at once."""
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(trees, random_state=0)

    def naive_bayes(self, *, balanced: bool) -> Any:
        """Return a classifier for each label."""
        from sklearn.multiclass import OneVsRestClassifier
        from sklearn.naive_bayes import MultinomialNB

        return OneVsRestClassifier(MultinomialNB())

    def fit_and_answer(
        self, estimator: Any, known: NDArray[np.float32], targets: NDArray[Any], asked: NDArray[np.float32]
    ) -> NDArray[Any]:
        """Fit, and answer; a label that all training examples have, or all lack, is answered so."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Label .* is present in", category=UserWarning)
            return np.asarray(estimator.fit(known, targets).predict(asked))
