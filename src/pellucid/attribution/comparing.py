"""The maps of several methods, compared pair by pair."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from pellucid.attribution.agreement import Agreement, on_common_grid, rank_correlation
from pellucid.attribution.records import Attribution


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
