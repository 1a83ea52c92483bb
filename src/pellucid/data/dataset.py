"""The Dataset: examples, their targets, the splits they fall into, and everything that was decided or noticed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from pellucid.data.addressed import AddressedTargets
from pellucid.data.inputs import Inputs
from pellucid.data.proposals import Proposal
from pellucid.errors import DataError
from pellucid.kinds import SPLITS, Input, SplitName, Target
from pellucid.records import Decision, Record
from pellucid.words import counted

JSON: TypeAlias = str | int | float | bool | None
TargetArray: TypeAlias = NDArray[np.int64] | NDArray[np.float64]
Targets: TypeAlias = TargetArray | AddressedTargets

ARRAYS_SOURCE = "arrays"
"""The `source` of a dataset that was made in memory and cannot be opened again by a path."""


class Finding(Record):
    """Something noticed in the data that the user should know; nothing was guessed because of it."""

    kind: str
    """A fixed word, e.g. "unreadable", "ignored-folder", "equal-files", "leak"."""
    message: str
    """One or two sentences."""
    examples: tuple[str, ...] = ()
    """A few names, at most eight."""
    count: int = 1
    """How many there are in all."""


@dataclass(frozen=True)
class Dataset:
    """A dataset that can be learned from; made by `load_dataset` or `dataset_from_arrays`."""

    name: str
    """Safe as part of a folder's name."""
    source: str
    """A known name, or an absolute path; "arrays" when made in memory."""
    input: Input
    target: Target
    inputs: Inputs
    targets: Targets = field(repr=False)
    """[N] int64 class index or float64 value; [N, L] int64 of 0 and 1 for labels, [N, M] float64 for several values;
    or addresses, from which targets are made when some are asked for."""
    splits: Mapping[SplitName, NDArray[np.int64]] = field(repr=False)
    """Sorted, disjoint indices into the examples; together all of them, but for those across a border of what is split
    in order."""
    groups: NDArray[np.int64] | None = field(repr=False)
    """[N] group of each example, if the data names groups; two splits never share one unless the data says so."""
    fingerprint: str
    """"sha256:..." of names, content and targets; does not depend on where the data lies."""
    split_fingerprint: str
    """"sha256:..." of which example is in which split."""
    options: Mapping[str, JSON] = field(default_factory=dict)
    """The keyword options it was loaded with, to open it again alike."""
    decisions: tuple[Decision, ...] = field(default=(), repr=False)
    findings: tuple[Finding, ...] = field(default=(), repr=False)
    faults: tuple[str, ...] = field(default=(), repr=False)
    """"name: reason" of every example that was left out because it cannot be read: all, where a finding lists a few."""
    weights: NDArray[np.float64] | None = field(default=None, repr=False)
    """[N] what each example's loss is multiplied by in training, 0 or more; None: all count alike."""
    spans: NDArray[np.int64] | None = field(default=None, repr=False)
    """[N, 2] the first and last place, on an axis that all examples share (time, or a text's characters), of what each
    example's target covers; None where examples do not follow one another."""
    proposals: tuple[Proposal, ...] = field(default=(), repr=False)
    """What it proposes for its training, where nobody chooses."""
    content: Sequence[bytes] = field(default=(), repr=False)
    """[N] a digest of each example's content: what a line of fixes is bound to."""
    equality: Sequence[bytes] | None = field(default=None, repr=False)
    """[N] a digest that equal examples share; None where equal ones are not kept together."""
    refusals: tuple[str, ...] = field(default=(), repr=False)
    """Why nothing is to be trained on it, a sentence each: what leaks between its splits; () where nothing does."""

    def __len__(self) -> int:
        return len(self.targets)

    def __repr__(self) -> str:
        """Return one line: what it holds, what is learned, the splits."""
        splits = ", ".join(f"{name} {len(self.splits[name]):,}" for name in SPLITS)
        return f"Dataset('{self.name}': {counted(len(self), self.input.noun)}, {self.target.learned}; {splits})"

    @contextmanager
    def sealed(self) -> Iterator[None]:
        """Let nobody read the targets of the test split within a `with` block, where a kind of target can see to that.

        Raises:
            SealedError: within, where somebody does.
        """
        if isinstance(self.targets, AddressedTargets):
            with self.targets.sealed(self.splits["test"]):
                yield
        else:
            yield

    def check_trainable(self) -> None:
        """Raise where a score that is measured on it would mean nothing.

        Raises:
            DataError: its own splits share what cannot be mended by leaving examples out, and nobody accepted it.
        """
        if self.refusals:
            raise DataError(
                f"'{self.name}' is not trained on as it is: " + " ".join(self.refusals),
                expected="What val and test ask about is not in train.",
                fix="--splits ignore (splits=) draws splits that keep such examples together; --allow-leaks "
                "(allow_leaks=) trains all the same, and the run says so.",
            )

    def example_name(self, index: int) -> str:
        """Return the name of an example: a path relative to the source, or "row 12", "picture 345"."""
        return self.inputs.name(index)

    def class_counts(self, split: SplitName | None = None) -> dict[str, int]:
        """Return the number of examples of each class (or with each label), in order, in one split or in all.

        Raises:
            DataError: the target is a value, not a class.
        """
        if not self.target.categories:
            raise DataError(f"'{self.name}' has no classes: its target '{self.target.name}' is a {self.target.noun}.")
        chosen = self.targets[np.arange(len(self)) if split is None else self.splits[split]]
        return dict(zip(self.target.categories, self.target.counts(chosen), strict=True))
