"""Any of several labels: chosen by the mean of the labels' F1."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from pellucid.kinds import Target
from pellucid.ladder.kinds.base import Trivial


class ClimbLabels:
    """Classical methods of several labels."""

    notes: ClassVar[tuple[str, ...]] = (
        "f1_macro is the mean of the labels' F1; the paired tests are of each example's own F1 (f1_samples), which "
        "pairs. Networks answer a label from a probability that was fitted on val, which flatters them there; the "
        "others from even odds.",
    )
    # A label is answered from even odds on; that rare ones count more is one more choice.
    weight_grid: ClassVar[dict[str, list[Any]]] = {"class_weight": [None, "balanced"]}

    def trivial(self, target: Target, learned: NDArray[Any]) -> Trivial:
        """Return all labels, the F1 that needs no model: a label that is never answered has none."""
        width = len(target.answers)
        said = f"always all {width} labels"
        return Trivial("every label", said, lambda count: np.ones((count, width), dtype=np.int64))

    def is_balanced(self, target: Target, learned: NDArray[Any]) -> bool:
        """Never: it is a choice of cross-validation."""
        return False

    def is_stratified(self, targets: NDArray[Any], *, folds: int) -> bool:
        """Never: they are no classes that exclude each other."""
        return False

    def neighbours(self) -> Any:
        """Return a classifier, which takes several labels at once."""
        from sklearn.neighbors import KNeighborsClassifier

        return KNeighborsClassifier()

    def support_vectors(self, *, balanced: bool) -> Any:
        """Return a classifier per label."""
        from sklearn.multiclass import OneVsRestClassifier
        from sklearn.svm import SVC

        return OneVsRestClassifier(SVC())

    def scoring(self, *, balanced: bool) -> Any:
        """Return the mean F1."""
        from sklearn.metrics import f1_score, make_scorer

        return make_scorer(f1_score, average="macro", zero_division=0)
