"""How well two pictures agree where one lies over the other: in all, and block by block in one band of detail."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.auditing.near.aligning import Maps, Pictures, warped

BLOCKS = 4
_SEEN = 0.5
"""The share of a block that must be seen in both for it to count."""


def correlation(first: Pictures, second: Pictures, maps: Maps) -> NDArray[np.float64]:
    """Return the normalised cross-correlation of each pair where both are seen, [B] in -1..1."""
    seen, inside = warped(second, maps)
    return _correlated(first, seen, inside, (1, 2))


def detail_agreement(
    first: Pictures, second: Pictures, maps: Maps, *, fine: float, coarse: float
) -> NDArray[np.float64]:
    """Return the lower quartile over 16 blocks of how well a band of detail agrees, [B] in -1..1.

    Two pictures of like things agree here and there; one photograph agrees everywhere.

    Args:
        first, second: [B, S, S].
        maps: [B, 2, 3].
        fine, coarse: standard deviations in pixels of the two Gaussians whose difference is the band; 0 for no blur.
    """
    from scipy.ndimage import gaussian_filter

    seen, inside = warped(second, maps)
    count, side = len(first), first.shape[1]

    def band(pictures: Pictures) -> Pictures:
        smooth = gaussian_filter(pictures, (0, fine, fine)) if fine else pictures
        return np.asarray(smooth - gaussian_filter(pictures, (0, coarse, coarse)), np.float32)

    size = side // BLOCKS

    def blocks(values: NDArray[np.generic]) -> NDArray[np.generic]:
        cut = values.reshape(count, BLOCKS, size, BLOCKS, size).swapaxes(2, 3)
        return cut.reshape(count, BLOCKS * BLOCKS, size, size)

    visible = blocks(inside)
    each = _correlated(blocks(band(first)), blocks(band(seen)), visible, (2, 3))  # type: ignore[arg-type]
    each[np.asarray(visible, bool).mean((2, 3)) < _SEEN] = np.nan
    known = ~np.isnan(each).all(axis=1)
    quartile = np.full(count, -1.0)
    if known.any():
        quartile[known] = np.nanquantile(each[known], 0.25, axis=1)
    return quartile


def overlap(maps: Maps, side: int = 32) -> NDArray[np.float64]:
    """Return the share of the first picture that lies within the second, [B] in 0..1."""
    blank = np.zeros((len(maps), side, side), np.float32)
    return np.asarray(warped(blank, maps)[1].mean((1, 2)), np.float64)


def _correlated(one: Pictures, two: Pictures, weight: NDArray[np.bool_], axes: tuple[int, int]) -> NDArray[np.float64]:
    seen = weight.astype(np.float32)
    total = np.maximum(seen.sum(axes, keepdims=True), 1)
    a = (one - (one * seen).sum(axes, keepdims=True) / total) * seen
    b = (two - (two * seen).sum(axes, keepdims=True) / total) * seen
    power = np.sqrt((a * a).sum(axes) * (b * b).sum(axes))
    return np.asarray((a * b).sum(axes) / np.maximum(power, 1e-6), np.float64)
