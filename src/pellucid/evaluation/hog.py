"""Histograms of oriented gradients: what pictures were recognised by before networks learned their own features."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ORIENTATIONS, CELL, BLOCK = 9, 8, 2
_EPSILON, _CLIP = 1e-5, 0.2


def hog(pictures: NDArray[np.floating] | NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return the histograms of oriented gradients of grey pictures.

    Source: N. Dalal and B. Triggs (2005), Histograms of Oriented Gradients for Human Detection; without their
    interpolation between neighbouring bins, as in scikit-image.

    Args:
        pictures: [N, H, W] grey, H and W at least 16.

    Returns:
        [N, D] float32, with D = (H/8 - 1) (W/8 - 1) 36: for each block of 2 x 2 cells of 8 x 8 pixels, nine directions
        per cell, normalised over the block (L2-Hys).
    """
    values = pictures.astype(np.float64)
    down, across = np.zeros_like(values), np.zeros_like(values)
    down[:, 1:-1] = values[:, 2:] - values[:, :-2]
    across[:, :, 1:-1] = values[:, :, 2:] - values[:, :, :-2]
    cells = _histograms(np.hypot(down, across), np.rad2deg(np.arctan2(down, across)) % 180)
    rows, columns = cells.shape[1] - BLOCK + 1, cells.shape[2] - BLOCK + 1
    blocks = np.stack(
        [cells[:, i : i + rows, j : j + columns] for i in range(BLOCK) for j in range(BLOCK)], axis=3
    ).reshape(len(values), rows, columns, -1)
    clipped = np.minimum(_unit(blocks), _CLIP)
    return _unit(clipped).reshape(len(values), -1).astype(np.float32)


def _histograms(magnitudes: NDArray[np.float64], directions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return [N, H/8, W/8, 9]: per cell, the mean magnitude in each range of directions."""
    count, height, width = magnitudes.shape
    rows, columns = height // CELL, width // CELL
    bins = np.minimum((directions * ORIENTATIONS / 180).astype(np.int64), ORIENTATIONS - 1)
    found = np.empty((count, rows, columns, ORIENTATIONS))
    for number in range(ORIENTATIONS):
        chosen = np.where(bins == number, magnitudes, 0.0)[:, : rows * CELL, : columns * CELL]
        found[..., number] = chosen.reshape(count, rows, CELL, columns, CELL).mean(axis=(2, 4))
    return found


def _unit(blocks: NDArray[np.float64]) -> NDArray[np.float64]:
    scaled: NDArray[np.float64] = blocks / np.sqrt((blocks**2).sum(axis=-1, keepdims=True) + _EPSILON**2)
    return scaled
