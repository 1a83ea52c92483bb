"""The arithmetic of a canvas: value window, colour, size, frame. Pillow and numpy only, no state, no randomness."""

from __future__ import annotations

import re
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pellucid.errors import DataError

ResizePolicy = Literal["crop", "pad", "stretch", "none"]
Interpolation = Literal["bicubic", "bilinear"]
Surround = Literal["background", "reflection"]
Passes = Literal["horizontal-first", "as-pillow", "as-pillow-12.2", "as-pillow-13"]
"""Which axis is resized first; the other one follows, rounded to 8 bits in between, so the order can be seen."""

_FILTERS = {"bicubic": Image.Resampling.BICUBIC, "bilinear": Image.Resampling.BILINEAR}
# Before a crop, a picture longer than this many times the canvas' own proportion loses its far ends first: they never
# reach the canvas, and resizing a strip of 50,000 x 1 pixels whole would take gigabytes.
_LONGEST_PROPORTION = 64
_STRETCH = 1 << 20


def check_pictures(pictures: NDArray[Any], *, floats: bool = False) -> None:
    """Check [N, h, w] or [N, h, w, 3], uint8 or uint16, no side zero.

    Args:
        pictures: any array.
        floats: whether floats mean something, too.

    Raises:
        DataError: with the shape and type found.
    """
    shaped = pictures.ndim == 3 or (pictures.ndim == 4 and pictures.shape[3] == 3)
    known = pictures.dtype in (np.uint8, np.uint16) or (floats and pictures.dtype.kind == "f")
    if not shaped or 0 in pictures.shape[1:] or not known:
        types = "uint8, uint16 or float" if floats else "uint8 or uint16"
        raise DataError(
            f"A picture has the shape {pictures.shape[1:]} and the type {pictures.dtype}.",
            expected=f"(height, width) or (height, width, 3), of type {types}.",
            fix="Convert it, e.g. pixels.astype('uint8') for values in 0..255; a colour axis comes last.",
        )


def same_depth(pictures: NDArray[Any], bit_depth: Literal[8, 16]) -> NDArray[Any]:
    """Bring pixels to the depth of the dataset: the full range of one depth stands for the full range of the other.

    Without this an 8-bit picture among 16-bit ones would turn black, and a 16-bit one among 8-bit ones white.

    Args:
        pictures: uint8 or uint16, of any shape, which stays.
        bit_depth: of the dataset.
    """
    if bit_depth == 16 and pictures.dtype == np.uint8:
        return pictures.astype(np.uint16) * np.uint16(257)  # 255 * 257 = 65535
    if bit_depth == 8 and pictures.dtype == np.uint16:
        return ((pictures.astype(np.uint32) + 128) // 257).astype(np.uint8)
    return pictures


def to_8_bit(pictures: NDArray[Any], *, low: float, high: float) -> NDArray[np.uint8]:
    """Map the window low..high to 0..255, rounded and clipped. An 8-bit picture under 0..255 stays as it is.

    Args:
        pictures: uint8 or uint16, of any shape, which stays.
        low, high: the values that become 0 and 255; low < high.
    """
    if pictures.dtype == np.uint8 and (low, high) == (0, 255):
        return pictures
    table_size = 256 if pictures.dtype == np.uint8 else 65536
    levels = (np.arange(table_size, dtype=np.float64) - low) * (255.0 / (high - low))
    table = np.clip(np.rint(levels), 0, 255).astype(np.uint8)
    result: NDArray[np.uint8] = table[pictures]
    return result


def values_to_8_bit(
    pictures: NDArray[Any], *, low: float, high: float, no_data: tuple[float, ...] = ()
) -> NDArray[np.uint8]:
    """Map the window low..high of floats to 0..255, rounded and clipped; NaN and `no_data` become 0.

    Args:
        pictures: float, of any shape, which stays.
        low, high: the values that become 0 and 255; low < high.
        no_data: values that stand for no data.
    """
    flat = np.ascontiguousarray(pictures).reshape(-1)
    levels = np.empty(flat.shape, np.uint8)
    for start in range(0, len(flat), _STRETCH):  # so that no large picture lies in memory as float64
        part = flat[start : start + _STRETCH]
        spread = (part.astype(np.float64) - low) * (255.0 / (high - low))
        spread[np.isnan(part)] = 0
        for mark in no_data:
            spread[part == np.float32(mark)] = 0
        levels[start : start + _STRETCH] = np.clip(np.rint(spread), 0, 255)
    return levels.reshape(pictures.shape)


def unit_to_8_bit(pictures: NDArray[Any]) -> NDArray[np.uint8]:
    """Map floats, 0..1, to 0..255 as arrays of a dataset are; what lies outside is clipped, NaN becomes 0."""
    levels: NDArray[np.uint8] = np.clip(np.rint(np.nan_to_num(pictures, nan=0.0) * 255), 0, 255).astype(np.uint8)
    return levels


def to_grey(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the luma of [..., 3] by ITU-R BT.601 (0.299 R + 0.587 G + 0.114 B), in Pillow's own integer arithmetic.

    The three weights sum to one exactly: grey saved as RGB comes back unchanged.
    """
    red, green, blue = (pictures[..., plane].astype(np.uint32) for plane in range(3))
    return ((red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16).astype(np.uint8)


def resize_picture(
    picture: NDArray[np.uint8],
    height: int,
    width: int,
    *,
    policy: ResizePolicy,
    interpolation: Interpolation,
    passes: Passes = "horizontal-first",
) -> NDArray[np.uint8]:
    """Resize one [h, w, C] picture, antialiased, to cover (crop), fit into (pad) or become (stretch) the canvas.

    By "none" it stays as it is. Crop and pad keep the proportion; the longer side is truncated to whole pixels as
    torchvision's `Resize` does it. But for "as-pillow" the bits are the same under every Pillow.

    Returns:
        [h', w', C]; the very same array when its size is right already.
    """
    if policy == "crop":
        rows, columns = far_ends(picture.shape[0], picture.shape[1], height, width)
        picture = picture[rows, columns]
    wanted = resized_size(picture.shape[0], picture.shape[1], height, width, policy)
    if wanted == picture.shape[:2]:
        return picture
    grey = picture.shape[2] == 1
    image = Image.fromarray(np.ascontiguousarray(picture[..., 0] if grey else picture))
    for size in _sizes_on_the_way(picture.shape[:2], wanted, passes):
        # No reducing_gap: it is quicker on large photos but no longer the plain filter that others can reproduce.
        image = image.resize((size[1], size[0]), _FILTERS[interpolation])
    resized = np.asarray(image)
    return resized[..., None] if grey else resized


def passes_of_pillow(version: str) -> Passes:
    """Return the order in which a version of Pillow resizes the two axes in one call.

    Up to 12.1 horizontally first; from 12.2 (Pillow #9524) and from 13.0 (#9549) not for all sizes.

    Args:
        version: e.g. "12.3.0".
    """
    numbers = re.match(r"(\d+)(?:\.(\d+))?", version)
    if numbers is None:
        return "as-pillow"
    given = int(numbers[1]), int(numbers[2] or 0)
    return "horizontal-first" if given < (12, 2) else "as-pillow-12.2" if given < (13, 0) else "as-pillow-13"


def _sizes_on_the_way(have: tuple[int, ...], want: tuple[int, int], passes: Passes) -> list[tuple[int, int]]:
    """Return the (height, width) after each call of Pillow: one call for each axis leaves it no choice of an order."""
    if passes == "as-pillow":
        return [want]
    (h, w), (height, width) = have, want
    if passes == "as-pillow-12.2":
        vertical_first = h > 100 * w and h > height
    else:
        vertical_first = passes == "as-pillow-13" and h > height and h - height > 2 * (w - width)
    between = (height, w) if vertical_first else (h, width)
    return [size for size in (between, want) if size != have]


def frame(
    pictures: NDArray[np.uint8],
    height: int,
    width: int,
    *,
    margin: int,
    background: NDArray[np.uint8],
    surround: Surround,
    policy: ResizePolicy,
) -> NDArray[np.uint8]:
    """Cut the central height x width out of [N, h, w, C], with `margin` pixels of surroundings on each side.

    Where the picture goes on it is shown; where it ends, the canvas continues with the background colour or with its
    mirror image. Bars of the policy "pad" always have the background colour, so the margin around them has it, too.
    """
    rows, below_above = window_of(pictures.shape[1], height, margin)
    columns, left_right = window_of(pictures.shape[2], width, margin)
    part = pictures[:, rows, columns]
    if below_above == (0, 0) and left_right == (0, 0):
        return part
    widths = ((0, 0), below_above, left_right, (0, 0))
    if surround == "reflection" and policy != "pad":
        return np.pad(part, widths, mode="reflect")
    full = np.empty((len(part), height + 2 * margin, width + 2 * margin, part.shape[3]), np.uint8)
    full[:] = background
    full[:, below_above[0] : full.shape[1] - below_above[1], left_right[0] : full.shape[2] - left_right[1]] = part
    return full


def window_of(have: int, want: int, margin: int) -> tuple[slice, tuple[int, int]]:
    """Return which of `have` pixels are shown in the middle `want`, and how many are added before and after them."""
    # Rounds as torchvision's CenterCrop does, so that the ordinary evaluation transform is matched pixel for pixel.
    first = round((have - want) / 2) if have >= want else -((want - have) // 2)
    low, high = first - margin, first + want + margin
    return slice(max(low, 0), min(high, have)), (max(-low, 0), max(high - have, 0))


def resized_size(h: int, w: int, height: int, width: int, policy: ResizePolicy) -> tuple[int, int]:
    """Return the (height, width) to which a picture is resized before it is framed."""
    if policy == "stretch":
        return height, width
    if policy == "none":
        return h, w
    # Compare height/h with width/w in whole numbers: the tie of equal proportions must not depend on rounding.
    by_height = (height * w >= width * h) == (policy == "crop")
    if by_height:
        along = height * w // h
        return height, max(width, along) if policy == "crop" else max(1, min(width, along))
    along = width * h // w
    return (max(height, along) if policy == "crop" else max(1, min(height, along))), width


def far_ends(h: int, w: int, height: int, width: int) -> tuple[slice, slice]:
    """Return the rows and columns of a very long picture that are left when its far ends are cut off."""
    longest_h = max(1, _LONGEST_PROPORTION * w * height // width)
    longest_w = max(1, _LONGEST_PROPORTION * h * width // height)
    if h > longest_h:
        start = (h - longest_h) // 2
        return slice(start, start + longest_h), slice(0, w)
    if w > longest_w:
        start = (w - longest_w) // 2
        return slice(0, h), slice(start, start + longest_w)
    return slice(0, h), slice(0, w)
