"""From a file, an array or an example to the pixels that a run takes: by the rule that the run knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import ImageInputs, PixelKind, as_answered
from pellucid.decoding import Picture, Pixels, decode_picture
from pellucid.preprocessing.image import ImagePreprocessing


def pixel_kind(preprocessing: ImagePreprocessing) -> PixelKind:
    """Return what the run was trained on, as far as it says how numbers of new arrays are meant."""
    return PixelKind(preprocessing.bit_depth, preprocessing.unit_floats)


def read_picture(path: Path | bytes, preprocessing: ImagePreprocessing) -> Picture:
    """Decode a file, or its bytes, as the run's own pictures were: 32-bit values as they stand where there is a window.

    Raises:
        DecodingError: as `decode`.
    """
    return decode_picture(path, own_range=preprocessing.bit_depth != 32)


def read_pixels(source: str | Path | NDArray[Any], preprocessing: ImagePreprocessing) -> Pixels:
    """Return the pixels of a file or of an array, as the run takes them.

    Args:
        source: a path, or pixels [H, W] or [H, W, 3] of uint8 or uint16; of other numbers where the run knows what
            they mean.
        preprocessing: of the run.

    Raises:
        DataError: it cannot be read, or the array has another shape or type.
    """
    if isinstance(source, str | Path):
        return read_picture(Path(source), preprocessing).pixels
    means_numbers = preprocessing.bit_depth == 32 or (preprocessing.unit_floats and source.dtype.kind == "f")
    if source.dtype in (np.uint8, np.uint16) or not means_numbers:
        return source  # of another type, preprocessing refuses it
    pixels: Pixels = as_answered(source[None], pixel_kind(preprocessing))[0]
    return pixels


def pixels_of(inputs: ImageInputs, index: int, preprocessing: ImagePreprocessing) -> Pixels:
    """Return the pixels of an example as the run takes them.

    Raises:
        DataError: as `inputs.pixels`.
    """
    pixels = inputs.pixels(index)
    if pixels.dtype == np.float32 and preprocessing.bit_depth != 32:
        return inputs.own_range_pixels(index)
    return pixels
