"""Whether several methods point at the same places: rank correlations between their maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pellucid.attribution.records import Attribution

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


def compare_methods(attributions: Sequence[Attribution], size: tuple[int, ...]) -> Agreement:
    """Compare maps pair by pair.

    Args:
        attributions: of one example and one score; M of them.
        size: (height, width) of the network's input, or (D,) of a row.
    """
    correlations = np.eye(len(attributions))
    for a, b in combinations(range(len(attributions)), 2):
        pair = _comparable(attributions[a], attributions[b])
        grids = [on_common_grid(cells, size) for cells in pair]
        correlations[a, b] = correlations[b, a] = rank_correlation(*grids)
    return Agreement(tuple(attribution.method for attribution in attributions), correlations)


def _comparable(a: Attribution, b: Attribution) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return two maps that mean the same: signed ones meet unsigned ones by what they say of them.

    Beside a sensitivity (saliency, SmoothGrad) a signed map counts by its magnitude, beside a class activation map by
    what speaks for the class.
    """
    if a.is_signed == b.is_signed:
        return a.cells, b.cells
    signed, other = (a, b) if a.is_signed else (b, a)
    met = np.maximum(signed.cells, 0) if other.layer else np.abs(signed.cells)
    return (met, other.cells) if a.is_signed else (other.cells, met)


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
