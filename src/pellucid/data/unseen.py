"""Classes that no training example shows, although other splits of the data do: what is left without them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import TargetArray, Targets
from pellucid.data.splits import TRAIN
from pellucid.kinds import Target, listed
from pellucid.records import Decision
from pellucid.words import counted


@dataclass(frozen=True)
class SeenClasses:
    """A target without its unseen classes.

    Attributes:
        kept: [n] indices of the examples that are left, sorted.
        target, targets: what is learned, of these.
        decision: what was left out.
    """

    kept: NDArray[np.int64]
    target: Target
    targets: TargetArray
    decision: Decision


def unseen_classes(target: Target, targets: Targets, given: NDArray[np.int8]) -> list[str]:
    """Return the classes or labels that no training example shows; [] where the target is a number.

    Args:
        target, targets: what is learned.
        given: [N] split that the data names.
    """
    learned = target.counts(targets[np.flatnonzero(given == TRAIN)])
    return [name for name, count in zip(target.categories, learned, strict=True) if count == 0]


def without_unseen(target: Target, targets: Targets, given: NDArray[np.int8]) -> SeenClasses | None:
    """Return what is left without the classes (and their examples) or labels that train lacks; None where it has all.

    Args:
        target, targets: what is learned.
        given: [N] split that the data names.
    """
    unseen = unseen_classes(target, targets, given)
    if not unseen:
        return None
    left = target.without(unseen, targets)
    gone = len(targets) - len(left.examples)
    reason = "--drop-unseen (drop_unseen=): no training example shows them" + (
        f"; with them {counted(gone, 'example goes', 'examples go')}" if gone else ""
    )
    value = f"{len(unseen):,} of {len(target.categories):,}: {listed(unseen)}"
    decision = Decision(name="classes left out", value=value, reason=reason)
    return SeenClasses(left.examples, left.target, left.targets, decision)
