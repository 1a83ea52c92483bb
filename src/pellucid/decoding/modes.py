"""A loaded Pillow picture of any mode to an array of pixels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pellucid.decoding.wide import BAND_PIXELS, as_values, row_slices, scale_wide
from pellucid.errors import DecodingError

Pixels: TypeAlias = NDArray[np.uint8 | np.uint16 | np.float32]
"""(H, W) grey or (H, W, 3) red, green, blue; 0..255 in uint8, 0..65535 in uint16; in float32 the values as they stand
in the file, in whatever unit, NaN where there is none."""

_GREY_16 = ("I;16", "I;16L", "I;16B", "I;16N")
_TIFF_PHOTOMETRIC = 262  # tag: 0 means that the smallest value is white


def to_pixels(image: Image.Image, *, own_range: bool = False) -> Pixels:
    """Return the pixels of a loaded picture of any Pillow mode.

    Args:
        image: loaded.
        own_range: bring 32-bit integers and floats to uint16, each picture by its own range, see `wide.scale_wide`.

    - 1, L: (H, W) uint8, white is 255.
    - I;16, and I of a PGM: (H, W) uint16, values untouched.
    - I, F: (H, W) float32, values untouched, NaN where there is none, see `wide.as_values`.
    - LA, La and L with a transparent value: over white, (H, W) uint8.
    - RGB, P, CMYK, YCbCr, HSV, LAB: (H, W, 3) uint8.
    - RGBA, RGBa, PA, and RGB or P with transparency: over white, (H, W, 3) uint8.

    Colour pictures of 16 bits per channel come as uint8: Pillow keeps the high byte only. Colour profiles are ignored.

    Raises:
        DecodingError: a mode that is none of these, or not one finite value.
    """
    if image.mode in _GREY_16:
        wide = np.asarray(image).astype(np.uint16)
        # Pillow inverts "smallest is white" for 8 bits but not for 16.
        return np.uint16(65535) - wide if _smallest_is_white(image) else wide
    if image.mode in ("I", "F"):
        return as_values(image) if is_wide(image) and not own_range else scale_wide(np.asarray(image))
    if image.mode == "LAB":
        return np.array(_lab_to_rgb(image), dtype=np.uint8)
    grey = image.mode in ("1", "L", "LA", "La")
    if image.width * image.height <= BAND_PIXELS:
        return np.asarray(_to_grey_or_colour(image, grey=grey))  # Pillow's copy of the bytes, without one more
    pixels = np.empty((image.height, image.width) if grey else (image.height, image.width, 3), dtype=np.uint8)
    for rows, band in _bands(image):
        pixels[rows] = np.asarray(_to_grey_or_colour(band, grey=grey))
    return pixels


def is_wide(image: Image.Image) -> bool:
    """Tell whether a picture holds floats, signed or 32-bit integers; of a PGM Pillow reads 16 bits into 32."""
    return image.mode == "F" or (image.mode == "I" and image.format != "PPM")


def is_see_through(image: Image.Image) -> bool:
    """Tell whether any part of a loaded picture is transparent, or, where one colour is, whether the file says so."""
    if not image.has_transparency_data:
        return False
    if image.mode in ("RGBA", "LA", "PA"):
        lowest = image.getchannel("A").getextrema()[0]
        return isinstance(lowest, int) and lowest < 255
    return True


def _to_grey_or_colour(image: Image.Image, *, grey: bool) -> Image.Image:
    """Return the picture in mode L or RGB, with anything transparent laid over white."""
    if image.mode in ("La", "RGBa"):
        image = image.convert(image.mode.upper())
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        flat = Image.alpha_composite(white, layered).convert("RGB")
        return flat.getchannel(0) if grey else flat
    wanted = "L" if grey else "RGB"
    if image.mode == wanted:
        return image
    try:
        return image.convert(wanted)
    except ValueError as problem:
        raise DecodingError(f"its colour mode '{image.mode}' is not known here.") from problem


def _lab_to_rgb(image: Image.Image) -> Image.Image:
    from PIL import ImageCms

    lab, rgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, lab, rgb, outputMode="RGB")
    if converted is None:  # only with inPlace=True, which is not asked for
        raise DecodingError("its LAB colours could not be converted.")
    return converted


def _bands(image: Image.Image) -> Iterator[tuple[slice, Image.Image]]:
    for rows in row_slices(image.height, image.width):
        yield rows, image.crop((0, rows.start, image.width, rows.stop))


def _smallest_is_white(image: Image.Image) -> bool:
    tags = getattr(image, "tag_v2", None)
    return tags is not None and tags.get(_TIFF_PHOTOMETRIC) == 0
