"""Whether several methods point at the same places: rank correlations between their maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

GRID = 14
"""Cells on a side to which finer maps are averaged before they are compared: single pixels agree in nothing."""


@dataclass(frozen=True)
class Agreement:
    """How alike the maps of several methods are.

    Attributes:
        methods: M names.
        correlations: [M, M] float64, Spearman's rank correlations of the maps on a common grid, in [-1, 1]; NaN where a
            map has the same value everywhere.
    """

    methods: tuple[str, ...]
    correlations: NDArray[np.float64]

    @property
    def mean(self) -> float:
        """The mean over all pairs; NaN where there is none."""
        pairs = self.correlations[np.triu_indices(len(self.methods), 1)]
        pairs = pairs[np.isfinite(pairs)]
        return float(pairs.mean()) if len(pairs) else float("nan")

    def __str__(self) -> str:
        """Return one plain sentence."""
        mean = self.mean
        if not np.isfinite(mean):
            return "The maps cannot be compared: a map that is the same everywhere has no order."
        word = "agree" if mean >= 0.6 else "agree in part" if mean >= 0.3 else "do not agree"
        return f"The methods {word}: the rank correlation of their maps is {mean:.2f} on average (1: the same order)."

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types; None where a correlation does not exist."""
        rows = [[value if np.isfinite(value) else None for value in row] for row in self.correlations.tolist()]
        mean = self.mean
        return {"methods": list(self.methods), "correlations": rows, "mean": mean if np.isfinite(mean) else None}


def on_common_grid(cells: NDArray[np.float32], size: tuple[int, ...]) -> NDArray[np.float64]:
    """Return [rows, columns] of at most 14 cells a side: finer maps averaged, coarser ones interpolated."""
    if cells.ndim == 1:
        return cells.astype(np.float64)
    import torch
    from torch.nn.functional import adaptive_avg_pool2d, interpolate

    whole = torch.from_numpy(np.ascontiguousarray(cells))[None, None]
    if whole.shape[2:] != size:
        whole = interpolate(whole, size, mode="bilinear", align_corners=False)
    grid = adaptive_avg_pool2d(whole, (min(GRID, size[0]), min(GRID, size[1])))
    common: NDArray[np.float64] = grid[0, 0].double().numpy()
    return common


def rank_correlation(a: NDArray[Any], b: NDArray[Any]) -> float:
    """Return Spearman's rank correlation of all values, -1..1, ties at their mean rank; NaN where one does not vary.

    Args:
        a, b: of one size, any shape; read in one order.
    """
    from scipy.stats import rankdata

    ranks = [rankdata(values.reshape(-1)) for values in (a, b)]
    if any(np.ptp(rank) == 0 for rank in ranks):
        return float("nan")
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])
