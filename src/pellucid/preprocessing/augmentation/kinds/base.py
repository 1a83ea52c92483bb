"""What augmentation asks of each kind of input and of target."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, shuffled
from pellucid.kinds import Target
from pellucid.preprocessing.augmentation.presets import PRESETS
from pellucid.preprocessing.augmentation.spec import Augmentation
from pellucid.records import Decision

Choose: TypeAlias = Callable[
    [Dataset, str | None, Mapping[str, Any], tuple[int, int] | None], tuple[Augmentation, Decision]
]
"""Chooses for one kind of input: of a dataset, the preset asked for, single choices, and (H, W) of the canvas."""


class AugmentedTarget(Protocol):
    """The row of one kind of target: what leaves it true, and how it is shown beside augmented pictures."""

    def preset(self, dataset: Dataset) -> tuple[str, str]:
        """Return the preset that leaves the targets of pictures true, and why, with the flag that chooses otherwise."""
        ...

    def check_mixing(self) -> None:
        """Look whether the targets of two examples can be mixed.

        Raises:
            RecipeError: they cannot.
        """
        ...

    def shown(self, dataset: Dataset, per_class: int) -> NDArray[np.int64]:
        """Return some training examples to preview, by chance and always the same, as indices in the dataset."""
        ...

    def num_classes(self, target: Target) -> int:
        """Return into how many sheets, one a class, a preview is laid out; 0 for one sheet of all."""
        ...

    def words(self, target: Target, one: Any) -> str:
        """Return an example's target in the words below its picture."""
        ...


def in_random_order(dataset: Dataset) -> NDArray[np.int64]:
    """Return the training examples in an order that is always the same."""
    return shuffled(dataset.splits["train"], len(dataset), seed=0)


def other_presets() -> str:
    """Return the flag that chooses another preset, for a reason."""
    return f"(--augment {', '.join(PRESETS)})"


def flags_of(given: Mapping[str, Any]) -> str:
    """Return single choices as the flags that make them."""
    return ", ".join("--" + key.replace("_", "-") for key in given)
