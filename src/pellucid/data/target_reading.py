"""A target as it was understood from cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Finding, TargetArray
from pellucid.data.ordering import sort_classes
from pellucid.data.scan import plain_name
from pellucid.kinds import ClassTarget, Target
from pellucid.records import Decision


@dataclass(frozen=True)
class TargetReading:
    """The target of each row of a table.

    Attributes:
        target: what is learned.
        targets: [N] class or value, or [N, L]; of rows without a label any class.
        decision: how the cells were understood, and the flag for the other reading.
        labelled: [N] whether a row has a label; the others are to be left out.
        findings: what is to be said of them.
    """

    target: Target
    targets: TargetArray
    decision: Decision
    labelled: NDArray[np.bool_]
    findings: tuple[Finding, ...] = field(default=())


def classes_of(
    name: str, words: Sequence[str], reason: str, *, labelled: NDArray[np.bool_] | None = None
) -> TargetReading:
    """Return words as classes, sorted.

    Args:
        name: of the target.
        words: [N].
        reason: why they are classes.
        labelled: [N] whether a row has a class; None for all.
    """
    labels = [plain_name(word) for word in words]
    known = np.ones(len(labels), dtype=bool) if labelled is None else labelled
    classes = sort_classes(label for label, counts in zip(labels, known, strict=True) if counts)
    place = {label: index for index, label in enumerate(classes)}
    targets = np.array([place.get(label, 0) for label in labels], dtype=np.int64)
    decision = Decision(name="target", value=f"'{name}': {len(classes)} classes", reason=reason)
    return TargetReading(ClassTarget(name=name, classes=classes), targets, decision, known)
