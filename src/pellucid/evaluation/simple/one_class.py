"""Simple methods that answer one class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.neighbours import nearest_neighbours
from pellucid.evaluation.simple.base import Choices, Constant, FlatRows, Method, SimpleMethods
from pellucid.evaluation.simple.wording import drawn_words, neighbour_words
from pellucid.evaluation.simple_methods import (
    PENALTY,
    convergence_words,
    draw_training_examples,
    logistic_regression,
    majority_class,
    most_for_linear,
)
from pellucid.evaluation.tree_methods import gradient_boosting, random_forest
from pellucid.kinds import Target


class SimpleClasses(SimpleMethods):
    """Majority class, nearest neighbour, logistic regression, forest and boosting."""

    linear_word: ClassVar[str] = "logistic"

    def constant(self, target: Target, learned: NDArray[Any]) -> Constant:
        """Return the most frequent class."""
        common = target.answers[int(np.bincount(learned).argmax())]
        words = f"Always '{common}', the most frequent class in training."
        return Constant("majority class", words, lambda count: majority_class(learned, count))

    def on_rows(self, target: Target, rows: FlatRows, choices: Choices) -> list[Method]:
        """Return them on rows; rare classes count alike where they are to."""
        balanced, seed = choices.balanced, choices.seed

        def neighbour() -> tuple[NDArray[Any], str]:
            return rows.targets[nearest_neighbours(rows.train, rows.asked)], neighbour_words(len(rows.train))

        def linear() -> tuple[NDArray[Any], str]:
            most = most_for_linear(rows.train.shape[1]) if choices.trees else None
            kept = draw_training_examples(rows.targets, seed=seed, most=most)
            answered, converged = logistic_regression(
                rows.train[kept], rows.targets[kept], rows.asked, balanced=balanced
            )
            words = "Multinomial logistic regression" + (" with balanced class weights" if balanced else "")
            inputs = drawn_words(len(kept), len(rows.targets), seed)
            return answered, f"{words} on {inputs}, L2 penalty 1, {convergence_words(converged)}."

        def by_trees(method: Callable[..., tuple[NDArray[Any], str]]) -> Callable[[], tuple[NDArray[Any], str]]:
            return lambda: method(rows.train, rows.targets, rows.asked, kind="class", balanced=balanced, seed=seed)

        methods = [
            self.constant(target, rows.targets).method(len(rows.asked)),
            Method("nearest neighbour", neighbour),
            Method("logistic regression", linear),
        ]
        if choices.trees:
            methods.append(Method("random forest", by_trees(random_forest)))
            methods.append(Method("gradient boosting", by_trees(gradient_boosting)))
        return methods

    def linear(self, *, balanced: bool) -> Any:
        """Return logistic regression."""
        from sklearn.linear_model import LogisticRegression

        return LogisticRegression(C=PENALTY, max_iter=1000, class_weight="balanced" if balanced else None)

    def forest(self, *, balanced: bool, trees: int) -> Any:
        """Return a classifier; each tree weighs the classes of its own draw."""
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(trees, random_state=0, class_weight="balanced_subsample" if balanced else None)

    def naive_bayes(self, *, balanced: bool) -> Any:
        """Return a classifier."""
        from sklearn.naive_bayes import MultinomialNB

        return MultinomialNB(fit_prior=not balanced)

    def fit_and_answer(
        self, estimator: Any, known: NDArray[np.float32], targets: NDArray[Any], asked: NDArray[np.float32]
    ) -> NDArray[Any]:
        """Fit, and answer; where the training holds one class only, that one."""
        if len(np.unique(targets)) == 1:
            return np.full(len(asked), int(targets[0]), dtype=np.int64)
        return np.asarray(estimator.fit(known, targets).predict(asked))
