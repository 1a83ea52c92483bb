"""A column in numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.data.tables import Cells


@dataclass(frozen=True)
class ColumnSummary:
    """One column of a table in numbers."""

    name: str
    kind: str
    missing: int
    distinct: int
    mean: float | None = None
    std: float | None = None
    """Population standard deviation, as scikit-learn's StandardScaler has it."""
    minimum: float | None = None
    maximum: float | None = None
    most_common: tuple[tuple[str, int], ...] | None = None
    """For categories: up to eight, with how often they occur."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        common = None if self.most_common is None else [list(pair) for pair in self.most_common]
        return {**vars(self), "most_common": common}


def summarise_column(name: str, cells: Cells) -> ColumnSummary:
    """Return the summary of a column: numbers by their known values, categories by how often each occurs."""
    if cells.dtype == object:
        counts = Counter(cells.tolist())
        common = tuple((str(category), times) for category, times in counts.most_common(8))
        return ColumnSummary(name=name, kind="category", missing=0, distinct=len(counts), most_common=common)
    known = cells[~np.isnan(cells)]
    return ColumnSummary(
        name=name,
        kind="number",
        missing=int(len(cells) - len(known)),
        distinct=len(np.unique(known)),
        mean=float(known.mean()),
        std=float(known.std()),
        minimum=float(known.min()),
        maximum=float(known.max()),
    )
