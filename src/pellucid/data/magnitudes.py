"""Numbers so large that arithmetic with them overflows: refused with their place, before anything is measured."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Targets
from pellucid.errors import DataError
from pellucid.kinds import Target

LARGEST_INPUT = 1e150
"""Of a cell: squares of larger ones, summed for a deviation, pass the largest number there is (1.8e308)."""
LARGEST_TARGET = 1e35
"""Of a target or a weight: answers and losses are 32-bit numbers, which end at 3.4e38, and are added up."""


def check_magnitudes(
    target: Target,
    targets: Targets,
    weights: NDArray[np.float64] | None,
    label: Callable[[int], str],
) -> None:
    """Look whether every number that is learned can be computed with; inputs are looked at by their kind.

    Args:
        target: what is learned.
        targets: [N] or [N, M], or addresses.
        weights: [N], or None.
        label: the name of an example by its index.

    Raises:
        DataError: one is too large; the message says which, and where.
    """
    for name, values in target.numbers(targets):
        check_magnitude(np.asarray(values, np.float64), f"The target '{name}'", LARGEST_TARGET, label)
    if weights is not None:
        check_magnitude(weights, "The weights", LARGEST_TARGET, label)


def check_magnitude(values: NDArray[np.float64], what: str, largest: float, label: Callable[[int], str]) -> None:
    """Look whether numbers can be computed with.

    Args:
        values: [N].
        what: what holds them, for the message.
        largest: the largest that is allowed, either side of 0.
        label: the name of an example by its index.

    Raises:
        DataError: one is larger; the message says which, and where.
    """
    beyond = np.flatnonzero(np.abs(values) > largest)
    if len(beyond):
        index = int(beyond[0])
        raise DataError(
            f"{what} holds {values[index]:g} ({label(index)}), which is too large to compute with.",
            expected=f"Numbers of at most {largest:g}.",
            fix="Correct it, give the numbers in another unit, or take their logarithm.",
        )
