"""Pictures of whatever depth and colour as grey levels from 0 to 255."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.decoding import Pixels

_TO_GREY = np.array([0.299, 0.587, 0.114], np.float32)


def as_grey(pixels: Pixels) -> NDArray[np.uint8]:
    """Return [H, W] grey levels of 8 bits; 16 bits without the lower 8, floats over their own range, NaN as 0."""
    levels: NDArray[np.generic] = pixels
    if pixels.dtype.kind == "f":
        known = np.nan_to_num(pixels.astype(np.float32))
        low, high = float(known.min()), float(known.max())
        levels = (known - low) * np.float32(255.0 / max(high - low, 1e-30))
    elif pixels.dtype == np.uint16:
        levels = np.right_shift(pixels.astype(np.uint16), 8)
    if levels.ndim == 3:
        levels = levels.astype(np.float32) @ _TO_GREY + 0.5
    return levels.astype(np.uint8)
