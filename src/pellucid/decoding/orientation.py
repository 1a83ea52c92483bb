"""Turning a picture upright, as the camera's EXIF orientation says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

_ORIENTATION_TAG = 0x0112

# EXIF 2.32, tag 274: where row 0 and column 0 of the stored picture lie in the upright one.
_UPRIGHT: dict[int, Callable[[NDArray[Any]], NDArray[Any]]] = {
    2: lambda pixels: pixels[:, ::-1],
    3: lambda pixels: pixels[::-1, ::-1],
    4: lambda pixels: pixels[::-1],
    5: lambda pixels: pixels.swapaxes(0, 1),
    6: lambda pixels: np.rot90(pixels, -1),
    7: lambda pixels: pixels[::-1, ::-1].swapaxes(0, 1),
    8: lambda pixels: np.rot90(pixels, 1),
}


def read_orientation(image: Image.Image) -> int:
    """Return the EXIF orientation, 1 to 8; 1 (upright) when there is none or it cannot be read.

    The picture must be loaded: PNG may keep its EXIF behind the pixels, and TIFF pictures are already turned by then.
    """
    try:
        orientation = image.getexif().get(_ORIENTATION_TAG, 1)
    except Exception:  # broken metadata raises anything; the pixels are still good
        return 1
    return orientation if orientation in _UPRIGHT else 1


def turn_upright(pixels: NDArray[Any], orientation: int) -> NDArray[Any]:
    """Return the pixels turned and mirrored for an EXIF orientation, (H, W) or (H, W, 3), contiguous."""
    turn = _UPRIGHT.get(orientation)
    return pixels if turn is None else np.ascontiguousarray(turn(pixels))
