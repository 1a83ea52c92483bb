"""Classes that no training example shows, although other splits of the data do: what is left without them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Targets
from pellucid.data.splits import TRAIN
from pellucid.kinds import ClassTarget, LabelsTarget, Target
from pellucid.records import Decision
from pellucid.words import counted

_SHOWN = 8


@dataclass(frozen=True)
class SeenClasses:
    """A target without its unseen classes.

    Attributes:
        kept: [n] places of the examples that are left, sorted.
        target, targets: what is learned, of these.
        decision: what was left out.
    """

    kept: NDArray[np.int64]
    target: Target
    targets: Targets
    decision: Decision


def class_counts(target: ClassTarget | LabelsTarget, targets: Targets) -> list[int]:
    """Return how many examples each class has, or how many have each label."""
    if isinstance(target, LabelsTarget):
        return [int(count) for count in targets.sum(axis=0)]
    return [int(count) for count in np.bincount(targets.astype(np.int64), minlength=len(target.classes))]


def unseen_classes(target: Target, targets: Targets, given: NDArray[np.int8]) -> list[str]:
    """Return the classes or labels that no training example shows; [] where the target is a number.

    Args:
        target, targets: what is learned.
        given: [N] split that the data names.
    """
    if not isinstance(target, ClassTarget | LabelsTarget):
        return []
    learned = class_counts(target, targets[given == TRAIN])
    return [name for name, count in zip(target.classes, learned, strict=True) if count == 0]


def without_unseen(target: Target, targets: Targets, given: NDArray[np.int8]) -> SeenClasses | None:
    """Return what is left without the classes (and their examples) or labels that train lacks; None where it has all.

    Args:
        target, targets: what is learned.
        given: [N] split that the data names.
    """
    unseen = unseen_classes(target, targets, given)
    if not unseen or not isinstance(target, ClassTarget | LabelsTarget):
        return None
    places = np.array([place for place, name in enumerate(target.classes) if name not in unseen], dtype=np.int64)
    left = target.model_copy(update={"classes": tuple(target.classes[place] for place in places)})
    if isinstance(target, LabelsTarget):
        kept = np.arange(len(targets))
        chosen: Targets = targets[:, places]
    else:
        kept = np.flatnonzero(np.isin(targets, places))
        chosen = np.searchsorted(places, targets[kept]).astype(np.int64)
    gone = len(targets) - len(kept)
    reason = "--drop-unseen (drop_unseen=): no training example shows them" + (
        f"; with them {counted(gone, 'example goes', 'examples go')}" if gone else ""
    )
    value = f"{len(unseen):,} of {len(target.classes):,}: {_listed(unseen)}"
    return SeenClasses(kept, left, chosen, Decision(name="classes left out", value=value, reason=reason))


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more:,} more" if more > 0 else "")
