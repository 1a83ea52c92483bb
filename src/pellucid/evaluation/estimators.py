"""Which of scikit-learn's estimators answer a kind of target, and how much they cost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from pellucid.kinds import TARGETS, KindTable, Refused

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Estimators(Protocol):
    """The estimators for one kind of target."""

    def forest(self, *, balanced: bool, trees: int) -> Any:
        """Return an unfitted random forest (L. Breiman 2001), seeded.

        Args:
            balanced: whether each class counts alike, however rare.
            trees: how many.
        """

    def boosting(self, *, balanced: bool) -> Any:
        """Return unfitted gradient boosting on histograms (G. Ke et al. 2017), seeded."""

    def columns_per_cut(self, columns: int) -> int:
        """Return how many of the columns each cut of a forest's trees looks at."""

    def answers_to_boost(self, targets: NDArray[Any]) -> int:
        """Return how many answers boosting makes trees for, of [M, ...] training targets."""

    def drawn_by(self, targets: NDArray[Any]) -> NDArray[Any]:
        """Return [M] by which training examples with [M, ...] targets are drawn; see `draw_training_examples`."""


class ClassEstimators:
    """Estimators of one class."""

    def forest(self, *, balanced: bool, trees: int) -> Any:
        """Return a classifier."""
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(trees, random_state=0, class_weight="balanced" if balanced else None)

    def boosting(self, *, balanced: bool) -> Any:
        """Return a classifier."""
        from sklearn.ensemble import HistGradientBoostingClassifier

        return HistGradientBoostingClassifier(random_state=0, class_weight="balanced" if balanced else None)

    def columns_per_cut(self, columns: int) -> int:
        """Return their root."""
        # Breiman's choice for classes, and scikit-learn's.
        return max(1, math.isqrt(columns))

    def answers_to_boost(self, targets: NDArray[Any]) -> int:
        """Return the number of classes."""
        return len(np.unique(targets))

    def drawn_by(self, targets: NDArray[Any]) -> NDArray[Any]:
        """Return the classes."""
        return targets


class LabelsEstimators:
    """Estimators of several labels."""

    def forest(self, *, balanced: bool, trees: int) -> Any:
        """Return a classifier, which takes several labels at once."""
        from sklearn.ensemble import RandomForestClassifier

        return RandomForestClassifier(trees, random_state=0, class_weight="balanced" if balanced else None)

    def boosting(self, *, balanced: bool) -> Any:
        """Return a classifier per label."""
        from sklearn.multiclass import OneVsRestClassifier

        return OneVsRestClassifier(ClassEstimators().boosting(balanced=balanced))

    def columns_per_cut(self, columns: int) -> int:
        """Return their root."""
        return max(1, math.isqrt(columns))

    def answers_to_boost(self, targets: NDArray[Any]) -> int:
        """Return the number of labels."""
        return int(targets.shape[1])

    def drawn_by(self, targets: NDArray[Any]) -> NDArray[Any]:
        """Return the first label as floats: the draw is even."""
        # Floats have no strata: there is no draw that keeps every combination of labels.
        return targets[:, 0].astype(np.float64)


class ValueEstimators:
    """Estimators of one number."""

    def forest(self, *, balanced: bool, trees: int) -> Any:
        """Return a regression; there are no classes to balance."""
        from sklearn.ensemble import RandomForestRegressor

        return RandomForestRegressor(trees, random_state=0)

    def boosting(self, *, balanced: bool) -> Any:
        """Return a regression."""
        from sklearn.ensemble import HistGradientBoostingRegressor

        return HistGradientBoostingRegressor(random_state=0)

    def columns_per_cut(self, columns: int) -> int:
        """Return all of them."""
        return columns

    def answers_to_boost(self, targets: NDArray[Any]) -> int:
        """Return one."""
        return 1

    def drawn_by(self, targets: NDArray[Any]) -> NDArray[Any]:
        """Return the numbers."""
        return targets


ESTIMATORS: KindTable[Estimators] = KindTable(
    "simple estimator",
    TARGETS,
    {
        "class": ClassEstimators(),
        "labels": LabelsEstimators(),
        "value": ValueEstimators(),
        "future": Refused("Forecasts are compared with methods that know an order, not with estimators on rows."),
        "next": Refused("Simple methods answer with classes and numbers; beside language models stand n-grams."),
        "mask": Refused("Simple methods answer examples as a whole, and a mask has a class for each pixel."),
        "generated": Refused("Simple methods answer with classes and numbers, and draw no pictures."),
        "paired": Refused("Simple methods answer with classes and numbers, not with pictures."),
        "picture": Refused("Simple methods answer with classes and numbers, not with pictures."),
        "text": Refused("Simple methods answer with classes and numbers, not with texts."),
        "values": Refused(
            "Simple methods answer one number; train one of the several numbers alone to see how they do."
        ),
    },
)
