"""Pictures of 32-bit integers and floats: their values as they stand in the file, and which of them are none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pellucid.errors import DecodingError

NO_VALUE = 1e30
"""What lies beyond it, on either side, is no measurement: programs write the largest float where there is none."""

_BITS_PER_SAMPLE, _SAMPLE_FORMAT, _GDAL_NODATA = 258, 339, 42113  # TIFF tags
# Large pictures are converted a band of rows at a time: the steps in between then need no memory worth speaking of.
BAND_PIXELS = 1 << 22


def as_values(image: Image.Image) -> NDArray[np.float32]:
    """Return the values of a loaded picture of mode I or F as they stand in the file; NaN where there is none.

    None is what is not finite, what lies beyond 1e30, and the value that a TIFF declares in GDAL's tag for no data.
    Whole numbers above 16,777,216 are rounded to the nearest float.

    Returns:
        (H, W) float32.

    Raises:
        DecodingError: not one value is left.
    """
    declared = _declared_no_data(image)
    unsigned = image.mode == "I" and _is_unsigned(image)
    values = np.empty((image.height, image.width), np.float32)
    found = False
    for rows in row_slices(image.height, image.width):
        part = np.asarray(image.crop((0, rows.start, image.width, rows.stop)))
        part = part.view(np.uint32) if unsigned else part
        missing = ~(np.abs(part.astype(np.float64)) < NO_VALUE)
        if declared is not None:
            missing |= part == (np.float32(declared) if part.dtype.kind == "f" else declared)
        values[rows] = np.where(missing, np.float32(np.nan), part)
        found = found or not missing.all()
    if not found:
        raise DecodingError("it holds not one finite value.")
    return values


def scale_wide(values: NDArray[Any]) -> NDArray[np.uint16]:
    """Bring 32-bit integers or floats to uint16 by the range they lie in: the rule of runs that know no other.

    Each picture is judged alone, so that one value may become other levels in two of them. Runs of today measure one
    window for all pictures (`preprocessing.measure.measure_values`); those that were trained under this rule keep it.

    Values that are not finite count as the smallest finite one. Integers within 0..65535 stay as they are. Floats
    within 0..1 are multiplied by 65535, within 0..255 by 257, within 0..65535 rounded. Anything else is stretched from
    its own minimum..maximum to 0..65535.

    Args:
        values: (H, W), any integer or float type.
    """
    low, high = _finite_range(values)
    offset, factor = 0.0, 1.0
    if low < 0 or high > 65535:
        offset = low
        factor = 65535.0 / (high - low) if high > low else 0.0
    elif values.dtype.kind == "f" and high <= 255:
        factor = 65535.0 if high <= 1 else 257.0
    scaled = np.empty(values.shape, np.uint16)
    for rows in row_slices(*values.shape):
        wide = values[rows].astype(np.float64)
        wide = np.where(np.isfinite(wide), wide, low)
        scaled[rows] = np.rint((wide - offset) * factor).astype(np.uint16)
    return scaled


def row_slices(height: int, width: int) -> Iterator[slice]:
    """Yield the bands of rows in which a large picture is converted."""
    step = max(1, BAND_PIXELS // max(1, width))
    for top in range(0, height, step):
        yield slice(top, min(height, top + step))


def _finite_range(values: NDArray[Any]) -> tuple[float, float]:
    lows, highs = [], []
    for rows in row_slices(*values.shape):
        part = values[rows]
        known = part[np.isfinite(part)]
        if known.size:
            lows.append(float(known.min()))
            highs.append(float(known.max()))
    if not lows:
        raise DecodingError("it holds not one finite value.")
    return min(lows), max(highs)


def _declared_no_data(image: Image.Image) -> float | None:
    """Return the number in GDAL's tag, which is text; None where there is none, or no number in it."""
    tags = getattr(image, "tag_v2", None)
    said = None if tags is None else tags.get(_GDAL_NODATA)
    try:
        return None if said is None else float(str(said).strip(" \0"))
    except ValueError:
        return None


def _is_unsigned(image: Image.Image) -> bool:
    """Tell whether a TIFF says that its 32 bits have no sign; Pillow reads them as if they had one."""
    tags = getattr(image, "tag_v2", None)
    if tags is None:
        return False
    bits, kinds = tags.get(_BITS_PER_SAMPLE, ()), tags.get(_SAMPLE_FORMAT, (1,))
    return tuple(bits) == (32,) and tuple(kinds) == (1,)
