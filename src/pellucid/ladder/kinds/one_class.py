"""One class: chosen by accuracy, balanced where classes are uneven."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.kinds import Target, is_uneven
from pellucid.ladder.kinds.base import Trivial


class ClimbClasses:
    """Classical methods of one class."""

    notes: ClassVar[tuple[str, ...]] = ()
    weight_grid: ClassVar[dict[str, list[Any]]] = {}

    def trivial(self, target: Target, learned: NDArray[Any]) -> Trivial:
        """Return the most frequent class."""
        common = int(np.bincount(learned).argmax())
        said = f"always '{target.answers[common]}', the most frequent class in training"
        return Trivial("majority class", said, lambda count: np.full(count, common))

    def is_balanced(self, target: Target, learned: NDArray[Any]) -> bool:
        """Tell whether the classes are uneven."""
        return is_uneven(target.counts(learned))

    def is_stratified(self, targets: NDArray[Any], *, folds: int) -> bool:
        """Tell whether each fold gets one of each class."""
        return bool(min(np.unique(targets, return_counts=True)[1]) >= folds)

    def neighbours(self) -> Any:
        """Return a classifier."""
        from sklearn.neighbors import KNeighborsClassifier

        return KNeighborsClassifier()

    def support_vectors(self, *, balanced: bool) -> Any:
        """Return a classifier."""
        from sklearn.svm import SVC

        return SVC(class_weight="balanced" if balanced else None)

    def scoring(self, *, balanced: bool) -> Any:
        """Return accuracy."""
        return "balanced_accuracy" if balanced else "accuracy"
