"""Dynamic time warping: how far apart two series are when one may run ahead of the other a little.

Source: H. Sakoe and S. Chiba (1978), Dynamic programming algorithm optimization for spoken word recognition; distances
of several channels are added up at each pair of steps (Shokoohi-Yekta et al. 2017, "dependent" warping).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

BAND = 0.1
"""Share of the longest series that one may run ahead of the other."""
_PAIRS_OF_STEPS = 4_000_000
"""Numbers in the arrays that are worked on at once."""


def warping_distances(
    first: NDArray[np.floating],
    second: NDArray[np.floating],
    *,
    first_lengths: NDArray[np.int64] | None = None,
    second_lengths: NDArray[np.int64] | None = None,
    band: int,
) -> NDArray[np.float64]:
    """Return [N, M] squared warping distances of each of N series to each of M.

    Args:
        first: [N, C, T].
        second: [M, C, T].
        first_lengths, second_lengths: [N] and [M] steps of each; None where they have T all.
        band: steps that one may run ahead of the other; where lengths differ by more, by as many.
    """
    steps = first.shape[2]
    ends = [
        np.full(len(series), steps) if lengths is None else lengths
        for series, lengths in ((first, first_lengths), (second, second_lengths))
    ]
    chunk = max(1, _PAIRS_OF_STEPS // max(1, len(second) * (steps + 1)))
    found = [
        _distances(first[start : start + chunk], second, ends[0][start : start + chunk], ends[1], band)
        for start in range(0, len(first), chunk)
    ]
    return np.concatenate(found) if found else np.zeros((0, len(second)))


def _distances(
    first: NDArray[np.floating],
    second: NDArray[np.floating],
    first_ends: NDArray[np.int64],
    second_ends: NDArray[np.int64],
    band: int,
) -> NDArray[np.float64]:
    """Walk over the diagonals of all tables at once: cells of one hang on those of the two before."""
    steps = first.shape[2]
    apart = np.abs(first_ends[:, None] - second_ends)
    band = max(band, int(apart.max()))
    last = first_ends[:, None] + second_ends - 2
    found = np.zeros((len(first), len(second)))
    # Rows of the table are counted from 1, so that there is one before the first.
    before, previous = (np.full((len(first), len(second), steps + 1), np.inf) for _ in range(2))
    rows, columns = np.arange(len(first))[:, None], np.arange(len(second))[None]
    for diagonal in range(int(last.max()) + 1):
        low = max(0, diagonal - steps + 1, -(-(diagonal - band) // 2))
        high = min(diagonal, steps - 1, (diagonal + band) // 2)
        current = np.full_like(previous, np.inf)
        if low <= high:
            ahead = first[:, None, :, low : high + 1]
            behind = second[None, :, :, diagonal - high : diagonal - low + 1][..., ::-1]
            cost = np.square(ahead - behind, dtype=np.float64).sum(axis=2)
            if diagonal == 0:
                best = np.zeros_like(cost)
            else:
                best = np.minimum(previous[..., low : high + 1], previous[..., low + 1 : high + 2])
                best = np.minimum(best, before[..., low : high + 1])
            current[..., low + 1 : high + 2] = cost + best
        ended = last == diagonal
        if ended.any():
            at = np.broadcast_to(first_ends[:, None], ended.shape)
            values = current[rows, columns, at]
            found[ended] = values[ended]
        before, previous = previous, current
    return found
