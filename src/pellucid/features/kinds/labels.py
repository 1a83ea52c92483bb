"""Any of several labels per example."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.features.kinds.base import Marks, Moved, Questions
from pellucid.features.placement import Agreement
from pellucid.kinds import Target
from pellucid.prediction import Answer

_ALL_PAIRS = 2000
"""Examples up to which every pair tells what chance would give; of more, those that are near."""


class LabelsSeen:
    """Units are compared with each label; neighbours agree by the share of labels that they have in common."""

    def questions(self, target: Target, targets: NDArray[Any]) -> Questions:
        """Return the labels."""
        return Questions(target.categories, targets.astype(bool), None, np.zeros(len(targets), np.int64))

    def marks(self, target: Target, targets: NDArray[Any]) -> Marks:
        """Return the names alone: an example may have several labels."""
        return Marks(np.full(len(targets), -1), target.categories, None)

    def answers(
        self, target: Target, targets: NDArray[Any], answer: Answer
    ) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
        """Return the labels that reach their thresholds."""
        held = answer.as_targets
        return tuple(map(target.words, held)), (held != targets).any(axis=1)

    def most_neighbours(self, targets: NDArray[Any]) -> int:
        """Return all others."""
        return len(targets) - 1

    def agreement(
        self, targets: NDArray[Any], near: NDArray[np.int64], near_on_map: NDArray[np.int64], common: float
    ) -> Agreement:
        """Return the mean share of labels in common (Jaccard)."""
        in_layer, on_map = (_jaccard(targets, found) for found in (near, near_on_map))
        count = len(targets)
        everyone = np.tile(np.arange(count), (count, 1)) if count <= _ALL_PAIRS else near
        return Agreement("labels in common", near.shape[1], in_layer, on_map, _jaccard(targets, everyone), common)

    def moved(self, targets: NDArray[Any], before: Answer, after: Answer) -> Moved:
        """Return which sets of labels stayed."""
        was, is_now = before.as_targets, after.as_targets
        change = float(np.abs(after.numbers - before.numbers).max(axis=1).mean())
        return Moved(change, (was == is_now).all(axis=1), (is_now == targets).all(axis=1))


def _jaccard(targets: NDArray[Any], found: NDArray[np.int64]) -> float:
    own, other = targets[:, None].astype(bool), targets[found].astype(bool)
    either = (own | other).sum(axis=2)
    return float(np.where(either > 0, (own & other).sum(axis=2) / np.maximum(either, 1), 1.0).mean())
