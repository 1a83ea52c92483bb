"""What looking into a network asks of the kind of target."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from pellucid.features.placement import Agreement
from pellucid.kinds import Target
from pellucid.prediction import Answer


class Questions(NamedTuple):
    """What units may react to.

    Attributes:
        names: K classes or labels, or M numbers.
        holds: [n, K] bool, which of them each example has; None of numbers.
        values: [n, M] numbers; None of classes and labels.
        strata: [n] int64, what each half of the examples is to have its share of.
    """

    names: tuple[str, ...]
    holds: NDArray[np.bool_] | None
    values: NDArray[Any] | None
    strata: NDArray[np.int64]


class Marks(NamedTuple):
    """What of its target marks an example on a map.

    Attributes:
        groups: [n] int64, its class; -1 where there is none.
        classes: names of the classes or labels.
        values: [n] float64, where it is one number, else None.
    """

    groups: NDArray[np.int64]
    classes: tuple[str, ...]
    values: NDArray[np.float64] | None


class Moved(NamedTuple):
    """How answers to moved inputs differ from those to the inputs in their place.

    Attributes:
        change: of numbers in units of their spread; else the mean of the largest difference in probability.
        same: [n] bool, whether an answer stayed; None of numbers.
        right: [n] bool, whether the new one is right; None of numbers.
    """

    change: float
    same: NDArray[np.bool_] | None = None
    right: NDArray[np.bool_] | None = None


class TargetSeen(Protocol):
    """How one kind of target is looked at."""

    def questions(self, target: Target, targets: NDArray[Any]) -> Questions:
        """Return what units may react to, of [n, ...] targets."""

    def marks(self, target: Target, targets: NDArray[Any]) -> Marks:
        """Return what marks examples on a map."""

    def answers(
        self, target: Target, targets: NDArray[Any], answer: Answer
    ) -> tuple[tuple[str, ...], NDArray[np.bool_]]:
        """Return each example's answer in words, and whether it is wrong (never, for a number)."""

    def agreement(
        self, targets: NDArray[Any], near: NDArray[np.int64], near_on_map: NDArray[np.int64], common: float
    ) -> Agreement:
        """Return how far nearest neighbours agree in their targets.

        Args:
            targets: [n, ...].
            near: [n, k] each example's nearest others in the layer's space.
            near_on_map: likewise on the map.
            common: share of neighbours that both have.
        """

    def most_neighbours(self, targets: NDArray[Any]) -> int:
        """Return how many neighbours it makes sense to ask about, at most."""

    def moved(self, targets: NDArray[Any], before: Answer, after: Answer) -> Moved:
        """Return how answers changed."""
