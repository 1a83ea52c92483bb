"""Small pictures for looking at: thumbnails and mean pictures, always uint8."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pellucid.data.no_data import MARKS
from pellucid.decoding import Pixels


def to_eight_bits(pixels: Pixels) -> NDArray[np.uint8]:
    """Return pixels [H, W] or [H, W, 3] for display: 8 bits as they are, 16 bits from minimum..maximum to 0..255.

    Floats from their 0.1th to their 99.9th percentile, marks of no data left aside.
    """
    if pixels.dtype == np.uint8:
        return np.asarray(pixels, dtype=np.uint8)
    if pixels.dtype.kind == "f":
        known = pixels[~(np.isnan(pixels) | np.isin(pixels, np.array(MARKS, np.float32)))]
        ends = np.percentile(known, (0.1, 99.9)) if known.size else (0.0, 1.0)
        spread = (pixels.astype(np.float64) - ends[0]) * (255.0 / max(ends[1] - ends[0], 1e-30))
        return np.asarray(np.rint(np.clip(np.nan_to_num(spread), 0, 255)), dtype=np.uint8)
    low, high = int(pixels.min()), int(pixels.max())
    stretched = (pixels.astype(np.float32) - low) * (255.0 / max(1, high - low))
    return np.asarray(np.rint(stretched), dtype=np.uint8)


def thumbnail(pixels: Pixels, *, side: int) -> NDArray[np.uint8]:
    """Return a picture, [h, w] or [h, w, 3], whose longer side has at most `side` pixels; none is enlarged."""
    height, width = pixels.shape[:2]
    scale = min(1.0, side / max(height, width))
    return resized(pixels, height=max(1, round(height * scale)), width=max(1, round(width * scale)))


def resized(pixels: Pixels, *, height: int, width: int) -> NDArray[np.uint8]:
    """Return a picture stretched to a size: uint8 [height, width] or [height, width, 3]."""
    small = to_eight_bits(pixels)
    if small.shape[:2] == (height, width):
        return small
    return np.asarray(
        Image.fromarray(small).resize(
            (width, height), Image.Resampling.BOX if height < small.shape[0] else Image.Resampling.BILINEAR
        )
    )


def mean_of(pictures: list[NDArray[np.uint8]], *, channels: int) -> NDArray[np.uint8]:
    """Return the mean of pictures of one size, (H, W) or (H, W, 3), rounded.

    Args:
        pictures: (H, W) or (H, W, 3) each; grey ones count as colour where others have colour.
        channels: 1 or 3, of the result.
    """
    total = np.zeros((*pictures[0].shape[:2], channels), dtype=np.float64)
    for picture in pictures:
        total += picture[..., None] if picture.ndim == 2 else picture
    mean = np.rint(total / len(pictures)).astype(np.uint8)
    return mean[..., 0] if channels == 1 else mean
