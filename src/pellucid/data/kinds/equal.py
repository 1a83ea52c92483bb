"""What is said of examples that are equal, whatever they are."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pellucid.data.dataset import Finding
from pellucid.data.draft import EXAMPLES_SHOWN, Draft
from pellucid.words import counted

_MEMBERS_SHOWN = 4


def num_repeated(equal: Sequence[Sequence[int]]) -> int:
    """Return how many examples of sets of equal ones equal another that stands before them."""
    return sum(len(members) - 1 for members in equal)


def find_equal(draft: Draft, equal: Sequence[Sequence[int]], *, kind: str, message: str) -> list[Finding]:
    """Return a finding about sets of equal examples; none where there are no such sets."""
    return [_finding(draft, equal, kind=kind, message=message, count=num_repeated(equal))] if equal else []


def find_equal_of_other_class(draft: Draft, equal: Sequence[Sequence[int]], *, things: str) -> list[Finding]:
    """Return a finding about sets of equal examples whose classes differ; none where there are no such sets.

    Args:
        draft: of the dataset.
        equal: sets of equal examples.
        things: what they are, e.g. "pictures".
    """
    if not draft.target.categories:
        return []
    torn = [members for members in equal if len(np.unique(draft.targets[list(members)], axis=0)) > 1]
    message = f"{counted(len(torn), 'set')} of equal {things} in different classes: one label at most is right."
    return [_finding(draft, torn, kind="equal-but-other-class", message=message, count=len(torn))] if torn else []


def _finding(draft: Draft, sets: Sequence[Sequence[int]], *, kind: str, message: str, count: int) -> Finding:
    name = draft.inputs.name
    examples = tuple(" = ".join(name(index) for index in one[:_MEMBERS_SHOWN]) for one in sets[:EXAMPLES_SHOWN])
    return Finding(kind=kind, message=message, examples=examples, count=count)
