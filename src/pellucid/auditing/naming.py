"""Examples by their index become named ones, and those that somebody kept are left aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.auditing.records import Named
from pellucid.data import CONTENT_DIGITS, Dataset, read_fixes
from pellucid.kinds import SPLITS

NOWHERE = -1
"""In place of a split."""


@dataclass(frozen=True)
class Examined:
    """A dataset while it is audited.

    Attributes:
        dataset: that is looked at.
        assignment: [N] place of each example's split in `SPLITS`, -1 of none.
        kept: names of examples that somebody looked at and kept.
    """

    dataset: Dataset
    assignment: NDArray[np.int8]
    kept: frozenset[str]

    @classmethod
    def of(cls, dataset: Dataset) -> Examined:
        """Return a dataset with its splits laid out, and what its fixes say of examples that were looked at."""
        assignment = np.full(len(dataset), NOWHERE, np.int8)
        for place, split in enumerate(SPLITS):
            assignment[dataset.splits[split]] = place
        text = dataset.options.get("fixes")
        kept = [fix.name for fix in read_fixes(text).decided if fix.action == "keep"] if isinstance(text, str) else []
        return cls(dataset, assignment, frozenset(kept))

    def is_kept(self, index: int) -> bool:
        """Tell whether somebody looked at an example and kept it."""
        return bool(self.kept) and self.dataset.example_name(index) in self.kept

    def named(self, index: int, *, note: str = "", fix: Literal["", "exclude", "group"] = "", value: str = "") -> Named:
        """Return an example as a finding shows it."""
        place, dataset = int(self.assignment[index]), self.dataset
        can_say = dataset.target.on_pixels is None and bool(dataset.target.categories)
        return Named(
            name=dataset.example_name(index),
            index=index,
            content=dataset.content[index].hex()[:CONTENT_DIGITS] if len(dataset.content) else "",
            split=None if place == NOWHERE else SPLITS[place],
            target=dataset.target.words(dataset.targets[index]) if can_say else "",
            note=note,
            fix=fix,
            value=value,
        )

    def open_sets(self, sets: Iterable[Sequence[int]]) -> list[list[int]]:
        """Return sets without those of which somebody kept a member: that they are equal was looked at."""
        return [list(one) for one in sets if not any(map(self.is_kept, one))]
