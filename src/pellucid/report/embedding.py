"""Pictures inside the page: pixels become data URIs."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pellucid.errors import PellucidError

PictureSource = Callable[[int], NDArray[Any] | None]
"""From the index of an example to its decoded pixels, (H, W) or (H, W, 3), uint8 or uint16; None: it has none."""

WordSource = Callable[[int], str]
"""From the index of an example to what can be read of it, or ""."""

MOST_WORDS = 600
"""Characters of an example that are shown among others."""
TINY = 64
"""Pictures up to this side are shown pixel by pixel, not smoothed."""
PHOTO_QUALITY = 82


@dataclass(frozen=True)
class Embedded:
    """A picture as it stands in a page.

    Attributes:
        uri: "data:image/png;base64,..." (or jpeg for the preview of a photo).
        height, width: of what is embedded, in pixels.
        tiny: whether it is to be shown pixel by pixel.
    """

    uri: str
    height: int
    width: int
    tiny: bool


def embed(pixels: NDArray[Any], *, longest: int = 128, lossless: bool = False) -> Embedded:
    """Return a picture to embed, shrunk to at most `longest` pixels on its longer side.

    A grey picture, and one of up to 64 pixels, is a PNG with its exact values; the preview of a larger colour picture
    is a JPEG unless `lossless`, since photographs would make the page several times as large.

    Args:
        pixels: (H, W) or (H, W, 3), uint8; other types are stretched from their smallest to their largest value.
        longest: pixels.
        lossless: PNG in any case.
    """
    array = to_bytes(pixels)
    picture = Image.fromarray(array)
    shrunk = max(picture.size) > longest
    if shrunk:
        picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    photo = picture.mode == "RGB" and (shrunk or max(picture.size) > TINY) and not lossless
    if photo:
        picture.save(buffer, "JPEG", quality=PHOTO_QUALITY, optimize=True)
    else:
        picture.save(buffer, "PNG", optimize=True)
    kind = "jpeg" if photo else "png"
    uri = f"data:image/{kind};base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"
    return Embedded(uri, picture.height, picture.width, tiny=max(picture.size) <= TINY and not shrunk)


def to_bytes(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    """Return pixels that can be shown: uint8 as they are, others stretched over their own range."""
    array = np.asarray(pixels)
    if array.ndim == 3 and array.shape[2] == 1:
        array = array[..., 0]
    if array.dtype == np.uint8:
        return np.ascontiguousarray(array)
    values = array.astype(np.float64)
    low, high = float(values.min()), float(values.max())
    stretched = (values - low) * (255.0 / (high - low) if high > low else 0.0)
    return np.ascontiguousarray(np.rint(stretched), dtype=np.uint8)


class Album:
    """Asks for pictures and words by example, and stops asking once the data turn out to be gone.

    Args:
        pictures: gives an example's pixels, or None.
        words: gives what can be read of an example, or "".
    """

    def __init__(self, pictures: PictureSource | None, words: WordSource | None = None) -> None:
        self._pictures = pictures
        self._words = words
        self.problem = ""

    def find(self, index: int, *, longest: int = 128) -> Embedded | None:
        """Return the picture of an example, or None."""
        if self._pictures is None:
            return None
        try:
            pixels = self._pictures(index)
        except (PellucidError, OSError, IndexError) as problem:
            self.problem = str(problem)
            self._pictures = None
            return None
        return None if pixels is None else embed(pixels, longest=longest)

    def words(self, index: int) -> str:
        """Return what can be read of an example, its beginning where it is long; "" where there is nothing."""
        if self._words is None:
            return ""
        try:
            words = self._words(index)
        except (PellucidError, OSError, IndexError) as problem:
            self.problem = str(problem)
            self._words = None
            return ""
        return words if len(words) <= MOST_WORDS else f"{words[:MOST_WORDS]} ..."
