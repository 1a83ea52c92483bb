"""Arrays of pictures, as they come from Python or from a file of arrays, to pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pellucid.data.images import collapse_grey_array
from pellucid.data.no_data import find_no_data, no_data_decision, value_facts
from pellucid.data.survey import describe_sizes
from pellucid.decoding import NO_VALUE, Pixels
from pellucid.errors import DataError
from pellucid.kinds import ImageInput
from pellucid.records import Decision


@dataclass(frozen=True)
class PixelArray:
    """An array of pictures as pixels.

    Attributes:
        pixels: [N, H, W] or [N, H, W, 3]; uint8, uint16, or float32 of values as they were given, NaN where none is.
        input: what they are.
        decisions: what was done for it.
    """

    pixels: Pixels
    input: ImageInput
    decisions: list[Decision]


@dataclass(frozen=True)
class PixelKind:
    """What a run was trained on, as far as it says how numbers of a new array are meant.

    Attributes:
        depth: 8, 16, or 32 for values as they stand.
        unit_floats: whether they were floats in 0..1.
    """

    depth: Literal[8, 16, 32] = 8
    unit_floats: bool = False


def as_pixels(images: NDArray[Any]) -> PixelArray:
    """Return the pictures of a dataset as pixels: all by one rule, so that a number means the same in each.

    Whole numbers in 0..65535 stay as they are, floats in 0..1 become 0..255. All other floats, and integers below 0 or
    above 65535, are kept as float32, and preprocessing measures one window for them on the training split.

    Args:
        images: [N, H, W], [N, H, W, 1] or [N, H, W, 3]; integers, floats or bools.

    Raises:
        DataError: another shape, no numbers, or not one finite number.
    """
    images = _shaped(images)
    decisions: list[Decision] = []
    unit_floats = images.dtype.kind == "f" and bool(images.min() >= 0 and images.max() <= 1)  # no where there is a NaN
    if unit_floats:
        decisions.append(Decision(name="values", value="0..1 scaled to 0..255", reason="pixels are kept in 8 bits"))
    whole = _whole_numbers(images, unit_floats=unit_floats)
    no_data: tuple[float, ...] = ()
    if whole is None:
        whole = _values(images)
        facts = value_facts(whole)
        if facts.lowest is None or facts.highest is None:
            raise DataError("The images hold not one finite value.", expected="Numbers.")
        no_data = find_no_data([facts])
        reason = "kept as they are; one window for all of them is measured on the training split"
        value = f"{facts.lowest:.6g} to {facts.highest:.6g}"
        decisions.append(Decision(name="values", value=value, reason=reason))
        holes = no_data_decision([value_facts(picture) for picture in whole], no_data)
        decisions += [] if holes is None else [holes]
    pixels = collapse_grey_array(whole)
    if pixels.ndim < whole.ndim:
        reason = "red, green and blue are equal in every pixel"
        decisions.append(Decision(name="colour", value="grey", reason=reason))
    grey = pixels.ndim == 3
    described = describe_sizes(
        np.array([pixels.shape[1:3]]),
        grey=grey,
        depths=(depth_of(pixels),),
        num_grey=len(pixels) if grey else 0,
        no_data=no_data,
    )
    return PixelArray(pixels, described.model_copy(update={"unit_floats": unit_floats}), decisions)


def as_answered(images: NDArray[Any], kind: PixelKind) -> Pixels:
    """Return pictures to be answered as pixels: by the rule that the run's own pictures were read by.

    Args:
        images: as for `as_pixels`.
        kind: what the run was trained on.

    Returns:
        [N, H, W] or [N, H, W, 3]: uint8, uint16, or floats where the run knows what they mean.

    Raises:
        DataError: another shape, or numbers that mean nothing to this run.
    """
    images = _shaped(images)
    floats = images.dtype.kind == "f"
    if floats and kind.unit_floats:
        return collapse_grey_array(images)
    if kind.depth == 32 and images.dtype.kind in "iuf" and images.dtype not in (np.uint8, np.uint16):
        return collapse_grey_array(_values(images))
    whole = _whole_numbers(images, unit_floats=floats and bool(images.min() >= 0 and images.max() <= 1))
    if whole is None and floats:
        raise DataError(
            f"The images are floats from {float(images.min()):g} to {float(images.max()):g}.",
            expected="The run was trained on whole numbers: floats must lie in 0..1.",
            fix="Undo any normalisation, or save them as uint8 (0..255) or uint16 (0..65535).",
        )
    if whole is None:
        raise DataError(
            f"The images are of type {images.dtype}.", expected="Expected uint8 (0..255) or uint16 (0..65535)."
        )
    if kind.depth == 16 and images.dtype.kind in "iu" and images.dtype != np.uint8:
        whole = whole.astype(np.uint16)  # numbers that happen to be small are dark, not of 8 bits
    return collapse_grey_array(whole)


def depth_of(pixels: NDArray[Any]) -> int:
    """Return the bit depth of pixels: 8, 16, or 32 for floats."""
    return {1: 8, 2: 16}.get(pixels.dtype.itemsize, 32) if pixels.dtype.kind == "u" else 32


def _shaped(images: NDArray[Any]) -> NDArray[Any]:
    """Return [N, H, W] or [N, H, W, 3] of numbers or bools."""
    if images.ndim == 4 and images.shape[-1] == 1:
        images = images[..., 0]
    if not (images.ndim == 3 or (images.ndim == 4 and images.shape[-1] == 3)) or 0 in images.shape:
        channels_first = images.ndim == 4 and images.shape[1] in (1, 3)
        raise DataError(
            f"The images have the shape {images.shape}.",
            expected="Expected [N, H, W], [N, H, W, 1] or [N, H, W, 3], with the channels last.",
            fix="Put the channels last: images.transpose(0, 2, 3, 1)." if channels_first else "",
        )
    if images.dtype.kind not in "biuf":
        raise DataError(f"The images are of type {images.dtype}.", expected="Expected numbers, e.g. uint8 (0..255).")
    return images


def _whole_numbers(images: NDArray[Any], *, unit_floats: bool) -> Pixels | None:
    """Return uint8 or uint16; None of what is neither whole numbers in 0..65535, nor bools, nor floats in 0..1."""
    if unit_floats:
        images = np.rint(images * 255)
    elif images.dtype.kind == "b":
        images = images.astype(np.uint8) * np.uint8(255)
    elif images.dtype.kind == "f" or images.min() < 0 or images.max() > 65535:
        return None
    wide = images.dtype == np.uint16 or (images.dtype.kind in "iu" and images.dtype != np.uint8 and images.max() > 255)
    return np.ascontiguousarray(images, dtype=np.uint16) if wide else np.ascontiguousarray(images, dtype=np.uint8)


def _values(images: NDArray[Any]) -> NDArray[np.float32]:
    """Return numbers as float32, NaN where they are not finite or beyond any measurement."""
    if images.dtype.kind != "f":
        return np.ascontiguousarray(images, dtype=np.float32)
    values = np.where(np.abs(images) < NO_VALUE, images, np.nan)
    return np.ascontiguousarray(values, dtype=np.float32)
