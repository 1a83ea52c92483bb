"""What simple methods look at in pictures: edges (histograms of oriented gradients), colours, and pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.hog import BLOCK, CELL, hog

SIDE = 64
"""Pixels of the longer side that features are made of, about."""
_LEVELS, _GREY_LEVELS = 4, 32
_LUMINANCE = np.array([0.299, 0.587, 0.114], dtype=np.float32)
_COLOURS_WEIGH = 4


def shrink(canvases: NDArray[np.uint8], factor: int) -> NDArray[np.float32]:
    """Return [n, H // factor, W // factor, C] means over squares; what is left over at the far edges is cut."""
    if factor == 1:
        return canvases.astype(np.float32)
    rows, columns = (side // factor * factor for side in canvases.shape[1:3])
    # Adding whole slices is several times quicker than a mean over two axes of small squares.
    lines = canvases[:, 0:rows:factor, :columns].astype(np.uint32)
    for start in range(1, factor):
        lines += canvases[:, start:rows:factor, :columns]
    squares = lines[:, :, 0::factor].copy()
    for start in range(1, factor):
        squares += lines[:, :, start::factor]
    return (squares / np.float32(factor**2)).astype(np.float32)


def shrinking_to(side: int) -> int:
    """Return the whole number by which pictures of a longer side are shrunk to come near 64 pixels, at least 1."""
    return max(1, round(side / SIDE))


def has_edges(height: int, width: int) -> bool:
    """Tell whether pictures of that size, once shrunk, have the cells that oriented gradients need."""
    return min(height, width) // shrinking_to(max(height, width)) >= CELL * BLOCK


def edges(canvases: NDArray[np.floating] | NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return [N, D] histograms of oriented gradients of what is bright and dark.

    Args:
        canvases: [N, H, W, C] in 0..255, C of 1 or 3, H and W at least 16.
    """
    return hog(canvases[..., 0].astype(np.float32) if canvases.shape[3] == 1 else canvases @ _LUMINANCE)


def edges_and_colours(edges: NDArray[np.float32], colours: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return [N, D + 64]: both beside each other, so scaled that the few colours count beside the many edges."""
    return np.hstack([edges, _COLOURS_WEIGH * colours])


def colour_histogram(canvases: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return [N, 64] float32: the square root of the share of pixels in each of 4 x 4 x 4 colours; [N, 32] of grey.

    By the square root the Euclidean distance becomes Hellinger's, which suits shares.

    Args:
        canvases: [N, H, W, C] uint8, C of 3, or 1 for grey.
    """
    if canvases.shape[3] == 1:
        codes, kinds = canvases[..., 0] // np.uint8(256 // _GREY_LEVELS), _GREY_LEVELS
    else:
        levels = canvases // np.uint8(256 // _LEVELS)  # 64 colours fit into the byte
        codes, kinds = (levels[..., 0] * _LEVELS + levels[..., 1]) * _LEVELS + levels[..., 2], _LEVELS**3
    flat = codes.reshape(len(codes), -1)
    counts = np.stack([np.bincount(row, minlength=kinds) for row in flat])
    return np.sqrt(counts / flat.shape[1]).astype(np.float32)
