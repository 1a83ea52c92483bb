"""One class per example."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.features.kinds.base import Marks, Moved, Questions
from pellucid.features.placement import Agreement
from pellucid.kinds import Target
from pellucid.prediction import Answer


class ClassSeen:
    """Units are compared with each class against the rest; neighbours agree where their class is the same."""

    def questions(self, target: Target, targets: NDArray[Any]) -> Questions:
        """Return the classes; each half has its share of every one."""
        holds = targets[:, None] == np.arange(len(target.categories))
        return Questions(target.categories, holds, None, targets)

    def marks(self, target: Target, targets: NDArray[Any]) -> Marks:
        """Return the classes."""
        return Marks(targets.astype(np.int64), target.categories, None)

    def answers(
        self, target: Target, targets: NDArray[Any], answer: Answer
    ) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
        """Return the class that is answered."""
        labels = answer.as_targets
        return tuple(map(target.words, labels)), labels != targets

    def most_neighbours(self, targets: NDArray[Any]) -> int:
        """Return the size of the class in the middle, without the example itself.

        A class of five has four neighbours of its own: asking for ten would call the best of maps a bad one.
        """
        return int(np.median(np.unique(targets, return_counts=True)[1])) - 1

    def agreement(
        self, targets: NDArray[Any], near: NDArray[np.int64], near_on_map: NDArray[np.int64], common: float
    ) -> Agreement:
        """Return the share of neighbours of the same class."""
        shares = np.bincount(targets) / len(targets)
        # A neighbour is another example: one of the class is taken away.
        chance = float((shares * (shares * len(targets) - 1) / (len(targets) - 1)).sum())
        in_layer, on_map = (float((targets[found] == targets[:, None]).mean()) for found in (near, near_on_map))
        return Agreement("same class", near.shape[1], in_layer, on_map, chance, common)

    def moved(self, targets: NDArray[Any], before: Answer, after: Answer) -> Moved:
        """Return which classes stayed."""
        change = float(np.abs(after.numbers - before.numbers).max(axis=1).mean())
        return Moved(change, before.as_targets == after.as_targets, after.as_targets == targets)
