"""One number per example, or several."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.features.kinds.base import Marks, Moved, Questions
from pellucid.features.placement import Agreement
from pellucid.kinds import Target
from pellucid.prediction import Answer


class ValuesSeen:
    """Units are compared with each number by rank; neighbours agree by the variance that their mean explains."""

    def questions(self, target: Target, targets: NDArray[Any]) -> Questions:
        """Return the numbers."""
        count = len(targets)
        return Questions(target.answers, None, targets.reshape(count, -1), np.zeros(count, np.int64))

    def marks(self, target: Target, targets: NDArray[Any]) -> Marks:
        """Return nothing: several numbers are no one mark."""
        return Marks(np.full(len(targets), -1), (), None)

    def answers(
        self, target: Target, targets: NDArray[Any], answer: Answer
    ) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
        """Return the numbers; how far off they are has no limit from which it is wrong."""
        words = tuple(", ".join(f"{value:.4g}" for value in row) for row in answer.numbers)
        return words, np.zeros(len(targets), bool)

    def most_neighbours(self, targets: NDArray[Any]) -> int:
        """Return all others."""
        return len(targets) - 1

    def agreement(
        self, targets: NDArray[Any], near: NDArray[np.int64], near_on_map: NDArray[np.int64], common: float
    ) -> Agreement:
        """Return the share of variance that the mean of the neighbours explains."""
        values = targets.reshape(len(targets), -1).astype(np.float64)
        spread = max(float(((values - values.mean(axis=0)) ** 2).sum()), 1e-300)
        in_layer, on_map = (
            1 - float(((values - values[found].mean(axis=1)) ** 2).sum()) / spread for found in (near, near_on_map)
        )
        return Agreement("explained variance", near.shape[1], in_layer, on_map, 0.0, common)

    def moved(self, targets: NDArray[Any], before: Answer, after: Answer) -> Moved:
        """Return how far numbers moved, in units of their spread."""
        spread = float(before.numbers.std()) or 1.0
        return Moved(float(np.abs(after.numbers - before.numbers).mean()) / spread)


class ValueSeen(ValuesSeen):
    """The same of one number, which marks an example on a map."""

    def marks(self, target: Target, targets: NDArray[Any]) -> Marks:
        """Return the number."""
        return super().marks(target, targets)._replace(values=targets.astype(np.float64))
