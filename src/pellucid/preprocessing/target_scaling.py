"""Targets that are numbers, in units of their own spread: measured on the training split alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.errors import DataError
from pellucid.kinds import TARGETS, KindTable, Refused
from pellucid.preprocessing.table import Finite, Positive, Scale, centre_and_spread
from pellucid.records import Record

_SMALLEST_SPREAD, _LARGEST_TARGET = 1e-36, 1e36
"""Targets beyond these could be learned, scaled, but not answered: float32 goes from 1e-38 to 3e38."""


class TargetScaling(Record):
    """A numeric target in units of its own spread: learned as (y - mean) / std, answered as y; as it is for 0 and 1."""

    mean: Finite
    std: Positive

    @classmethod
    def fit(cls, targets: NDArray[Any]) -> TargetScaling:
        """Measure on the training split's targets, [N] numbers; a constant target gets std 1."""
        mean, std = centre_and_spread(np.asarray(targets, np.float64))
        return cls(mean=mean, std=std)

    def scale(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """Return (values - mean) / std as float32; computed in float64, for targets like 1,000,000.1."""
        return ((np.asarray(values, np.float64) - self.mean) / self.std).astype(np.float32)


Scalings: TypeAlias = TargetScaling | tuple[TargetScaling, ...]
_NOT_SCALED = Refused("Classes and labels are not scaled: they are no numbers.")
_ARRANGED: KindTable[Callable[[tuple[TargetScaling, ...]], Scalings]] = KindTable(
    "scaling of the target",
    TARGETS,
    {
        "class": _NOT_SCALED,
        "labels": _NOT_SCALED,
        "next": Refused("Tokens are not scaled: they are no numbers."),
        "value": lambda scalings: scalings[0],
        "values": lambda scalings: scalings,
    },
)
"""How a record holds the scalings of a target's numbers, by the target's kind."""


def fit_target_scaling(dataset: Dataset, *, scale: Scale | None = None) -> Scalings:
    """Measure the targets' mean and deviation on the training split, for a regression; of each of several targets.

    Args:
        dataset: of numbers.
        scale: "none" leaves the targets as they are.

    Raises:
        DataError: the targets are too small or too large for answers in float32.
        RecipeError: the target's kind is not scaled.
    """
    arranged = _ARRANGED[dataset.target.kind]
    numbers = dataset.target.numbers(dataset.targets[dataset.splits["train"]])
    for name, values in numbers:
        _check_range(name, values)
    plain = TargetScaling(mean=0.0, std=1.0)
    return arranged(tuple(plain if scale == "none" else TargetScaling.fit(values) for _, values in numbers))


def _check_range(name: str, targets: NDArray[Any]) -> None:
    """Raise DataError where [N] targets could be learned, but not answered: answers are float32."""
    largest = float(np.abs(targets).max())
    if largest > _LARGEST_TARGET or 0 < float(np.ptp(targets)) < _SMALLEST_SPREAD:
        raise DataError(
            f"The target '{name}' runs from {targets.min():.3g} to {targets.max():.3g}.",
            expected=f"Numbers up to {_LARGEST_TARGET:g} that spread over {_SMALLEST_SPREAD:g} or more: answers are "
            "float32, which holds no others.",
            fix="Give it in another unit, e.g. multiplied by a power of ten.",
        )
