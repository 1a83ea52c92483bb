"""Weights, maps and patches as pixels: grey where nothing is, lighter where more, darker where less."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Bytes = NDArray[np.uint8]
GAP = 2
EMPTY = 127


def signed_tile(weights: NDArray[np.float32], limit: float) -> Bytes:
    """Return weights [C, h, w] (C = 1 or 3) or [h, w] as pixels: 0 is middle grey, `limit` white, -`limit` black."""
    planes = weights[None] if weights.ndim == 2 else weights
    levels = np.rint(127.5 + 127.5 * np.clip(planes / limit, -1, 1)).astype(np.uint8)
    return np.ascontiguousarray(np.moveaxis(levels, 0, 2)[..., 0] if len(levels) == 1 else np.moveaxis(levels, 0, 2))


def map_tile(values: NDArray[np.float32]) -> Bytes:
    """Return a map [h, w] as grey pixels: its smallest value black, its largest white; an even map is black."""
    low, high = float(values.min()), float(values.max())
    scale = 255 / (high - low) if high > low else 0.0
    return np.asarray(np.rint((values - low) * scale), np.uint8)


def picture_tile(pixels: NDArray[Any]) -> Bytes:
    """Return [h, w, C] bytes as (h, w) where grey, else (h, w, 3)."""
    return np.ascontiguousarray(pixels[..., 0] if pixels.ndim == 3 and pixels.shape[2] == 1 else pixels)


def fitted(tile: Bytes, height: int, width: int) -> Bytes:
    """Return a tile of this size: enlarged pixel by pixel, or shrunk smoothly."""
    if tile.shape[:2] == (height, width):
        return tile
    larger = height >= tile.shape[0] and width >= tile.shape[1]
    resample = Image.Resampling.NEAREST if larger else Image.Resampling.LANCZOS
    return np.asarray(Image.fromarray(tile).resize((width, height), resample))


def in_rows(
    tiles: Sequence[Sequence[Bytes]], *, gap: int = GAP, background: int = 255, has_clear_gaps: bool = False
) -> Bytes:
    """Return rows of tiles of one size as a single picture, with gaps between.

    Args:
        tiles: (h, w) grey or (h, w, 3) bytes.
        gap: pixels.
        background: grey level of the gaps.
        has_clear_gaps: whether the page is seen through the gaps, light or dark as it is.

    Returns:
        (H, W), or (H, W, 3) as soon as one tile is in colour; with clear gaps (H, W, 2) or (H, W, 4), the last one the
        opacity.
    """
    colour = any(tile.ndim == 3 for row in tiles for tile in row)
    height, width = tiles[0][0].shape[:2]
    columns = max(len(row) for row in tiles)
    shape = (len(tiles) * (height + gap) - gap, columns * (width + gap) - gap, *((3,) if colour else ()))
    sheet: Bytes = np.full(shape, background, np.uint8)
    opacity = np.zeros(shape[:2], np.uint8)
    for row, line in enumerate(tiles):
        for column, tile in enumerate(line):
            top, left = row * (height + gap), column * (width + gap)
            sheet[top : top + height, left : left + width] = tile[..., None] if colour and tile.ndim == 2 else tile
            opacity[top : top + height, left : left + width] = 255
    return np.dstack([sheet, opacity]) if has_clear_gaps else sheet


def enlarged(tile: Bytes, *, at_least: int) -> Bytes:
    """Return a tile whose pixels are repeated until its longer side has `at_least` pixels; larger ones as they are."""
    factor = -(-at_least // max(tile.shape[:2]))
    return np.repeat(np.repeat(tile, factor, axis=0), factor, axis=1) if factor > 1 else tile
