"""What an intake found, before the last checks and the splits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pellucid.data.addressed import AddressedTargets
from pellucid.data.dataset import JSON, Finding, Targets
from pellucid.data.inputs import Inputs
from pellucid.data.proposals import Proposal, ProposedSplits
from pellucid.kinds import Input, Target
from pellucid.records import Decision

EXAMPLES_SHOWN = 8
"""How many names a finding lists."""


@dataclass
class RawDataset:
    """What an intake found, before the splits."""

    name: str
    source: str
    input: Input
    target: Target
    inputs: Inputs
    targets: Targets
    content: Sequence[bytes]
    """A digest of each example's content, for the fingerprint."""
    names: Sequence[str] | None = None
    """Relative names; None where examples are known by their place."""
    equality: Sequence[bytes] | None = None
    """A digest of each example's pixels: examples with the same one stay together. None: nothing is kept together."""
    given: NDArray[np.int8] | None = None
    """[N] split that the data itself names (splits.TRAIN, VAL, TEST), or None."""
    pinned: NDArray[np.int8] | None = None
    """[N] split that somebody wants an example in, -1 where nobody does; None where `given` says it, or nobody does."""
    groups: NDArray[np.int64] | None = None
    weights: NDArray[np.float64] | None = None
    """[N] what each example's loss is multiplied by, or None."""
    spans: NDArray[np.int64] | None = None
    """[N, 2] first and last place, on the axis that all examples share, of what each one's target covers; None where
    they do not follow one another. A target that is split in time or by stretches needs them."""
    pieces: Inputs | None = None
    """What examples are windows of, where they are; of it others can be cut."""
    least_held: int = 0
    """Of what is split in order: places that val and test have at least, where there are such splits."""
    options: Mapping[str, JSON] = field(default_factory=dict)
    decisions: list[Decision] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    faults: Sequence[str] = ()
    """"name: reason" of every example that was left out because it cannot be read."""
    proposals: tuple[Proposal, ...] = ()
    """What suits its training, where nobody chooses."""
    proposed_splits: ProposedSplits | None = None
    """The shares of val and test where nobody chooses; None: a tenth and a fifth."""

    def keep_only(self, kept: NDArray[np.int64], *, targets: Targets | None = None) -> None:
        """Leave some of the examples.

        Args:
            kept: [n] their indices, sorted.
            targets: [n] what they are learned as; None: as they were.
        """
        indices = kept.tolist()
        if targets is not None:
            self.targets = targets
        elif isinstance(self.targets, AddressedTargets):
            self.targets = self.targets.subset(kept)
        else:
            self.targets = self.targets[kept]
        self.inputs = self.inputs.subset(kept)
        self.names = None if self.names is None else [self.names[index] for index in indices]
        self.content = [self.content[index] for index in indices]
        self.equality = None if self.equality is None else [self.equality[index] for index in indices]
        self.given = None if self.given is None else self.given[kept]
        self.pinned = None if self.pinned is None else self.pinned[kept]
        self.groups = None if self.groups is None else self.groups[kept]
        self.weights = None if self.weights is None else self.weights[kept]
        self.spans = None if self.spans is None else self.spans[kept]
