"""What is said of examples that are equal, whatever they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pellucid.data.dataset import Finding
from pellucid.data.raw_dataset import EXAMPLES_SHOWN, RawDataset
from pellucid.words import counted

_MEMBERS_SHOWN = 4


def num_repeated(equal: Sequence[Sequence[int]]) -> int:
    """Return how many examples of sets of equal ones equal another that stands before them."""
    return sum(len(members) - 1 for members in equal)


def find_equal(raw: RawDataset, equal: Sequence[Sequence[int]], *, kind: str, message: str) -> list[Finding]:
    """Return a finding about sets of equal examples; none where there are no such sets."""
    return [_finding(raw, equal, kind=kind, message=message, count=num_repeated(equal))] if equal else []


def find_equal_of_other_class(raw: RawDataset, equal: Sequence[Sequence[int]], *, things: str) -> list[Finding]:
    """Return a finding about sets of equal examples whose classes differ; none where there are no such sets.

    Args:
        raw: of the dataset.
        equal: sets of equal examples.
        things: what they are, e.g. "pictures".
    """
    if not raw.target.categories:
        return []
    torn = [members for members in equal if len(np.unique(raw.targets[list(members)], axis=0)) > 1]
    message = f"{counted(len(torn), 'set')} of equal {things} in different classes: one label at most is right."
    return [_finding(raw, torn, kind="equal-but-other-class", message=message, count=len(torn))] if torn else []


def _finding(raw: RawDataset, sets: Sequence[Sequence[int]], *, kind: str, message: str, count: int) -> Finding:
    name = raw.inputs.name
    examples = tuple(" = ".join(name(index) for index in one[:_MEMBERS_SHOWN]) for one in sets[:EXAMPLES_SHOWN])
    return Finding(kind=kind, message=message, examples=examples, count=count)
