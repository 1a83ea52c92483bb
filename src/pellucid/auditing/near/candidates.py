"""Which pairs of pictures are worth aligning: those that look alike at 16 x 16 pixels, as they are or mirrored."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIDE = 16
NEIGHBOURS = 3
LEAST_COSINE = 0.5
_BLOCK = 2048


def find_candidates(small: NDArray[np.float32]) -> NDArray[np.int64]:
    """Return candidate pairs.

    Args:
        small: [N, 16, 16] grey pictures, stretched.

    Returns:
        [P, 3] first, second (first < second), and 1 where the second is to be mirrored; no pair twice.
    """
    count = len(small)
    plain, mirrored = _unit(small), _unit(small[:, :, ::-1])
    found: list[NDArray[np.int64]] = []
    for start in range(0, count, _BLOCK):
        rows = np.arange(start, min(start + _BLOCK, count))
        for flip, others in ((0, plain), (1, mirrored)):
            cosine = plain[rows] @ others.T
            cosine[np.arange(len(rows)), rows] = -1.0
            near = min(NEIGHBOURS, count - 1)
            best = np.argpartition(-cosine, near - 1, axis=1)[:, :near]
            keep = np.take_along_axis(cosine, best, 1) >= LEAST_COSINE
            first, second = np.repeat(rows, near)[keep.ravel()], best.ravel()[keep.ravel()]
            low, high = np.minimum(first, second), np.maximum(first, second)
            found.append(np.stack([low, high, np.full(len(low), flip)], axis=1))
    return np.unique(np.concatenate(found), axis=0).astype(np.int64)


def _unit(pictures: NDArray[np.float32]) -> NDArray[np.float32]:
    flat = pictures.reshape(len(pictures), -1)
    flat = flat - flat.mean(1, keepdims=True)
    return np.asarray(flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6), np.float32)
