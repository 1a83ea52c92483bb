"""Simple methods that answer one number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.neighbours import nearest_neighbours
from pellucid.evaluation.simple.base import Choices, Constant, FlatRows, Method, SimpleMethods
from pellucid.evaluation.simple.wording import drawn_words, neighbour_words
from pellucid.evaluation.simple_methods import PENALTY, draw_training_examples, least_squares, most_for_linear
from pellucid.evaluation.tree_methods import gradient_boosting, random_forest
from pellucid.kinds import Target


class SimpleValues(SimpleMethods):
    """Mean, nearest neighbour, least squares, forest and boosting."""

    linear_word: ClassVar[str] = "ridge"

    def constant(self, target: Target, learned: NDArray[Any]) -> Constant:
        """Return the mean."""
        mean = float(learned.mean())
        words = f"Always {mean:.4g}, the mean of the training targets."
        return Constant("mean", words, lambda count: np.full(count, mean))

    def on_rows(self, target: Target, rows: FlatRows, choices: Choices) -> list[Method]:
        """Return them on rows."""
        seed = choices.seed

        def neighbour() -> tuple[NDArray[Any], str]:
            return rows.targets[nearest_neighbours(rows.train, rows.asked)], neighbour_words(len(rows.train))

        def linear() -> tuple[NDArray[Any], str]:
            most = most_for_linear(rows.train.shape[1]) if choices.trees else None
            kept = draw_training_examples(rows.targets, seed=seed, most=most)
            answered = least_squares(rows.train[kept], rows.targets[kept], rows.asked)
            return answered, f"Ordinary least squares on {drawn_words(len(kept), len(rows.targets), seed)}."

        def by_trees(method: Callable[..., tuple[NDArray[Any], str]]) -> Callable[[], tuple[NDArray[Any], str]]:
            return lambda: method(rows.train, rows.targets, rows.asked, kind="value", seed=seed)

        methods = [
            self.constant(target, rows.targets).method(len(rows.asked)),
            Method("nearest neighbour", neighbour),
            Method("linear regression", linear),
        ]
        if choices.trees:
            methods.append(Method("random forest", by_trees(random_forest)))
            methods.append(Method("gradient boosting", by_trees(gradient_boosting)))
        return methods

    def linear(self, *, balanced: bool) -> Any:
        """Return ridge regression."""
        from sklearn.linear_model import Ridge

        return Ridge(alpha=PENALTY)

    def forest(self, *, balanced: bool, trees: int) -> Any:
        """Return a regression."""
        from sklearn.ensemble import RandomForestRegressor

        return RandomForestRegressor(trees, random_state=0)

    def naive_bayes(self, *, balanced: bool) -> None:
        """Return nothing: it answers classes."""

    def fit_and_answer(
        self, estimator: Any, known: NDArray[np.float32], targets: NDArray[Any], asked: NDArray[np.float32]
    ) -> NDArray[Any]:
        """Fit, and answer."""
        return np.asarray(estimator.fit(known, targets).predict(asked))
