"""One number: chosen by the mean absolute error."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.kinds import Target
from pellucid.ladder.kinds.base import Trivial


class ClimbValues:
    """Classical methods of one number."""

    notes: ClassVar[tuple[str, ...]] = ()
    weight_grid: ClassVar[dict[str, list[Any]]] = {}

    def trivial(self, target: Target, learned: NDArray[Any]) -> Trivial:
        """Return the median, which has the least mean absolute error, by which a ladder of numbers is measured."""
        answer = float(np.median(learned))
        said = f"always {answer:.4g}, the median of the training targets"
        return Trivial("median", said, lambda count: np.full(count, answer))

    def is_balanced(self, target: Target, learned: NDArray[Any]) -> bool:
        """Never: there are no classes."""
        return False

    def is_stratified(self, targets: NDArray[Any], *, folds: int) -> bool:
        """Never: there are no classes."""
        return False

    def neighbours(self) -> Any:
        """Return a regression."""
        from sklearn.neighbors import KNeighborsRegressor

        return KNeighborsRegressor()

    def support_vectors(self, *, balanced: bool) -> Any:
        """Return a regression on targets of deviation 1, for which the width of its tube is made."""
        from sklearn.compose import TransformedTargetRegressor
        from sklearn.preprocessing import StandardScaler
        from sklearn.svm import SVR

        return TransformedTargetRegressor(SVR(), transformer=StandardScaler())

    def scoring(self, *, balanced: bool) -> Any:
        """Return the mean absolute error."""
        return "neg_mean_absolute_error"
