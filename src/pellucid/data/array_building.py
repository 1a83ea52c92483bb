"""The one way from what Python hands over in memory to a dataset, whatever kind of input and target it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pellucid.data.assemble import finish
from pellucid.data.choose_splits import SplitChoice
from pellucid.data.dataset import ARRAYS_SOURCE, Dataset, Targets
from pellucid.data.inputs import Inputs
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.scan import safe_name
from pellucid.errors import DataError
from pellucid.kinds import SPLITS, Input, SplitName, Target
from pellucid.records import Decision


@dataclass(frozen=True)
class HandedOver:
    """What may be handed over beside N examples and their targets.

    Attributes:
        name: of the dataset.
        choice: of the splits.
        splits: indices of the examples of each split, or None.
        groups: [N] anything whose equal values must stay in one split, or None.
        weights: [N] numbers from 0 on, or None.
        names: of the examples, or None.
    """

    name: str
    choice: SplitChoice
    splits: Mapping[SplitName, ArrayLike] | None = None
    groups: ArrayLike | None = None
    weights: ArrayLike | None = None
    names: Sequence[str] | None = None

    def check(self, what: str, length: int, expected: int, others: str) -> None:
        """Look whether there are as many targets, and names if there are any, as examples.

        Args:
            what: the targets, in the plural.
            length: how many there are.
            expected: how many examples.
            others: the examples, in the plural.

        Raises:
            DataError: there are not.
        """
        check_length(what, length, expected, others)
        if self.names is not None:
            check_length("names", len(self.names), expected, others)

    def dataset(
        self,
        inputs: Inputs,
        input: Input,
        targets: Targets,
        target: Target,
        *,
        content: Sequence[bytes],
        decisions: Sequence[Decision] = (),
        equality: Sequence[bytes] | None = None,
    ) -> Dataset:
        """Return the dataset.

        Args:
            inputs, input: the examples, and what they are.
            targets, target: likewise.
            content: a digest of each example.
            decisions: what was done with the examples.
            equality: digests by which equal examples are kept together; None: none are.

        Raises:
            DataError: splits, groups or weights do not fit, or the targets cannot be learned from.
        """
        count = len(targets)
        raw = RawDataset(
            name=safe_name(self.name),
            source=ARRAYS_SOURCE,
            input=input,
            target=target,
            inputs=inputs,
            targets=targets,
            names=self.names,
            content=content,
            equality=equality,
            given=_as_assignment(self.splits, count),
            groups=_as_groups(self.groups, count),
            weights=_as_weights(self.weights, count),
            decisions=list(decisions),
        )
        return finish(raw, choice=self.choice)


def _as_assignment(splits: Mapping[SplitName, ArrayLike] | None, count: int) -> NDArray[np.int8] | None:
    """Return the split of each example, [N], from indices per split."""
    if splits is None:
        return None
    times = np.zeros(count, dtype=np.int64)
    assignment = np.zeros(count, dtype=np.int8)
    for name, given in splits.items():
        if name not in SPLITS:
            raise DataError(f"There is no split '{name}'.", expected=f"Splits are called {', '.join(SPLITS)}.")
        indices = np.asarray(given, dtype=np.int64)
        if indices.size and (indices.min() < 0 or indices.max() >= count):
            raise DataError(f"The split '{name}' names example {indices.max()}.", expected=f"There are 0..{count - 1}.")
        np.add.at(times, indices, 1)
        assignment[indices] = SPLITS.index(name)
    if (times != 1).any():
        raise DataError(
            f"The splits name {int((times > 1).sum()):,} examples twice and {int((times == 0).sum()):,} not at all.",
            expected="Together they must name each example once.",
        )
    return assignment


def _as_groups(groups: ArrayLike | None, count: int) -> NDArray[np.int64] | None:
    """Return the number of each example's group, [N], from [N] of anything."""
    if groups is None:
        return None
    _, numbers = np.unique(np.asarray(groups), return_inverse=True)
    check_length("groups", len(numbers), count, "examples")
    return numbers.astype(np.int64)


def _as_weights(weights: ArrayLike | None, count: int) -> NDArray[np.float64] | None:
    """Return [N] weights as floats.

    Raises:
        DataError: they are not one number per example.
    """
    if weights is None:
        return None
    given = np.asarray(weights, dtype=np.float64)
    if given.ndim != 1:
        raise DataError(f"The weights have the shape {given.shape}.", expected="[N]: one number per example.")
    check_length("weights", len(given), count, "examples")
    return given


def check_length(what: str, length: int, expected: int, other: str) -> None:
    """Raise a DataError where there are not as many of one thing as of another."""
    if length != expected:
        raise DataError(
            f"There are {length:,} {what} but {expected:,} {other}.", expected="Their numbers must be equal."
        )
