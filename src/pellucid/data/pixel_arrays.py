"""Arrays of pictures, as they come from Python or from a file of arrays, to pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.images import collapse_grey_array
from pellucid.decoding import Pixels
from pellucid.errors import DataError
from pellucid.spec import Decision


def as_pixels(images: NDArray[Any]) -> tuple[Pixels, list[Decision]]:
    """Return [N, H, W] or [N, H, W, 3] in uint8 or uint16, and what was done for it.

    Args:
        images: of those shapes, or [N, H, W, 1]; integers 0..65535, floats 0..1 or bools.

    Raises:
        DataError: another shape, or values out of these ranges.
    """
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if not (images.ndim == 3 or (images.ndim == 4 and images.shape[-1] == 3)) or 0 in images.shape:
        channels_first = images.ndim == 4 and images.shape[1] in (1, 3)
        raise DataError(
            f"The images have the shape {images.shape}.",
            expected="Expected [N, H, W], [N, H, W, 1] or [N, H, W, 3], with the channels last.",
            fix="Put the channels last: images.transpose(0, 2, 3, 1)." if channels_first else "",
        )
    decisions = []
    if images.dtype.kind == "f":
        low, high = (float(images.min()), float(images.max()))
        if not (low >= 0 and high <= 1):  # also when there is a NaN
            raise DataError(
                f"The images are floats from {low:g} to {high:g}.",
                expected="Floats must lie in 0..1; other values must be uint8 (0..255) or uint16 (0..65535).",
                fix="Undo any normalisation: it is fitted again, on train only.",
            )
        images = np.rint(images * 255)
        decisions.append(Decision(name="values", value="0..1 scaled to 0..255", reason="pixels are kept in 8 bits"))
    elif images.dtype.kind == "b":
        images = images.astype(np.uint8) * np.uint8(255)
    elif images.dtype.kind not in "iu" or images.min() < 0 or images.max() > 65535:
        raise DataError(
            f"The images are of type {images.dtype}.", expected="Expected uint8 (0..255) or uint16 (0..65535)."
        )
    wide = images.dtype == np.uint16 or (images.dtype.kind in "iu" and images.dtype != np.uint8 and images.max() > 255)
    kept = np.ascontiguousarray(images, dtype=np.uint16) if wide else np.ascontiguousarray(images, dtype=np.uint8)
    pixels: Pixels = kept
    grey = collapse_grey_array(pixels)
    if grey.ndim < pixels.ndim:
        reason = "red, green and blue are equal in every pixel"
        decisions.append(Decision(name="colour", value="grey", reason=reason))
    return grey, decisions
