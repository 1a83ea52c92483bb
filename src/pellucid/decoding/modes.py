"""A loaded Pillow picture of any mode to an array of pixels."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pellucid.errors import DecodingError

Pixels: TypeAlias = NDArray[np.uint8 | np.uint16]
"""(H, W) grey or (H, W, 3) red, green, blue; 0..255 in uint8, 0..65535 in uint16."""

_GREY_16 = ("I;16", "I;16L", "I;16B", "I;16N")
_TIFF_PHOTOMETRIC = 262  # tag: 0 means that the smallest value is white


def to_pixels(image: Image.Image) -> Pixels:
    """Return the pixels of a loaded picture of any Pillow mode.

    - 1, L: (H, W) uint8, white is 255.
    - I;16: (H, W) uint16, values untouched. I, F: (H, W) uint16, see `scale_wide`.
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
        return scale_wide(np.asarray(image))
    return np.array(_to_grey_or_colour(image), dtype=np.uint8)


def scale_wide(values: NDArray[Any]) -> NDArray[np.uint16]:
    """Bring 32-bit integers or floats to uint16 by the range they lie in.

    Values that are not finite count as the smallest finite one. Integers within 0..65535 stay as they are. Floats
    within 0..1 are multiplied by 65535, within 0..255 by 257, within 0..65535 rounded. Anything else is stretched from
    its own minimum..maximum to 0..65535, which loses the absolute level but keeps the picture.

    Args:
        values: (H, W), any integer or float type.
    """
    wide = values.astype(np.float64)
    finite = np.isfinite(wide)
    if not finite.any():
        raise DecodingError("it holds not one finite value.")
    low, high = float(wide[finite].min()), float(wide[finite].max())
    wide = np.where(finite, wide, low)
    factor = 1.0
    if low < 0 or high > 65535:
        wide = wide - low
        factor = 65535.0 / (high - low) if high > low else 0.0
    elif values.dtype.kind == "f" and high <= 255:
        factor = 65535.0 if high <= 1 else 257.0
    return np.rint(wide * factor).astype(np.uint16)


def _to_grey_or_colour(image: Image.Image) -> Image.Image:
    """Return the picture in mode L or RGB, with anything transparent laid over white."""
    grey = image.mode in ("1", "L", "LA", "La")
    if image.mode in ("La", "RGBa"):
        image = image.convert(image.mode.upper())
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        flat = Image.alpha_composite(white, layered).convert("RGB")
        return flat.getchannel(0) if grey else flat
    if image.mode == "LAB":
        return _lab_to_rgb(image)
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


def _smallest_is_white(image: Image.Image) -> bool:
    tags = getattr(image, "tag_v2", None)
    return tags is not None and tags.get(_TIFF_PHOTOMETRIC) == 0
