"""The ifs that a programmer would write for one number: a few comparisons, learned as a small decision tree."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAST_SHARE = 0.02
"""Of the examples that a branch must hold: fewer would be chance."""


class Step(NamedTuple):
    """An answer that holds from where the one before ends.

    Attributes:
        below: up to where; infinity of the last.
        answer: number of the class.
    """

    below: float
    answer: int


def learn_ifs(values: NDArray[np.float64], classes: NDArray[np.int64], *, most: int) -> tuple[Step, ...]:
    """Return comparisons of one number in their order, as many as tell classes apart.

    Args:
        values: [n] numbers.
        classes: [n] class of each.
        most: answers at most, before equal neighbours are joined.
    """
    from sklearn.tree import DecisionTreeClassifier

    present = np.isfinite(values)  # a missing number lies on no side of a threshold
    values, classes = values[present], classes[present]
    least = max(1, round(LEAST_SHARE * len(values)))
    tree = DecisionTreeClassifier(max_leaf_nodes=max(2, most), min_samples_leaf=least, random_state=0)
    fitted = tree.fit(values[:, None], classes).tree_
    thresholds = np.sort(fitted.threshold[fitted.feature >= 0])
    edges = np.concatenate([[-np.inf], thresholds, [np.inf]])
    # A place between two thresholds each, well away from both: trees compare in float32.
    outer = (
        [thresholds[0] - 1, *((thresholds[1:] + thresholds[:-1]) / 2), thresholds[-1] + 1] if len(thresholds) else [0]
    )
    inside = np.asarray(outer, np.float64)
    answers = tree.predict(inside[:, None]).astype(np.int64)
    kept = [place for place in range(len(answers)) if place == len(answers) - 1 or answers[place] != answers[place + 1]]
    return tuple(Step(float(edges[place + 1]), int(answers[place])) for place in kept)
