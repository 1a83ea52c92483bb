"""The bytes of a mask to the values of its pixels, as they stand in the file: indices stay indices."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from pellucid.decoding.formats import describe_foreign_bytes, readable_formats
from pellucid.decoding.limits import room_for
from pellucid.decoding.orientation import read_orientation, turn_upright
from pellucid.decoding.quiet import quiet_pillow
from pellucid.errors import DecodingError

COLOUR = 1 << 24
"""Added to red * 65536 + green * 256 + blue: so a colour is another value than any number of 16 bits."""
_PLAIN = ("1", "L", "P", "I", "I;16", "I;16L", "I;16B", "I;16N")
_LOSSY = ("JPEG", "MPO")


@dataclass(frozen=True)
class StoredMask:
    """What stands in a file of a mask.

    Attributes:
        values: [H, W] int32, upright: numbers or indices of a palette; of colours `COLOUR` + their 24 bits.
        palette: [P, 3] uint8 colours of the indices; None where there is no palette.
    """

    values: NDArray[np.int32]
    palette: NDArray[np.uint8] | None

    @property
    def is_coloured(self) -> bool:
        """Whether its values are colours."""
        return bool(self.values.size) and int(self.values.max()) >= COLOUR


def decode_mask(data: bytes) -> StoredMask:
    """Decode a mask, upright by its EXIF orientation, without changing a value.

    A palette's indices come as they are, and not as its colours. Three equal planes are one plane of numbers. A plane
    of transparency counts where nothing else varies (a cut-out figure); else it is passed over.

    Args:
        data: the whole file.

    Raises:
        DecodingError: it is empty, damaged, no picture, of floats, or a JPEG, whose values are not those that were
            saved.
    """
    if not data:
        raise DecodingError("the file is empty (0 bytes).")
    with quiet_pillow:
        try:
            return _decode(data)
        except DecodingError:
            raise
        except UnidentifiedImageError:
            raise DecodingError(f"{describe_foreign_bytes(data)}.") from None
        except MemoryError:
            raise DecodingError("it does not fit into memory.") from None
        except Exception as problem:  # on damaged bytes a decoder may raise anything
            raise DecodingError(f"the file is damaged ({str(problem).strip().rstrip('.')}).") from None


def _decode(data: bytes) -> StoredMask:
    with Image.open(io.BytesIO(data), formats=readable_formats()) as image, room_for(*image.size):
        if image.format in _LOSSY:
            raise DecodingError(
                "it is a JPEG, which changes the values around every edge: what was one number becomes dozens.",
                fix="Save masks as PNG, from what they were made with; a PNG made of the JPEG brings nothing back.",
            )
        image.load()
        orientation = read_orientation(image)
        palette = None
        if image.mode == "P":
            found = image.getpalette("RGB")
            palette = None if found is None else np.array(found, np.uint8).reshape(-1, 3)
        values = turn_upright(_values(image), orientation)
    return StoredMask(values, palette)


def _values(image: Image.Image) -> NDArray[np.int32]:
    """Return [H, W] int32."""
    if image.mode in _PLAIN:
        return np.asarray(image).astype(np.int32)
    if image.mode in ("LA", "La", "PA"):
        plane, alpha = (np.asarray(image.getchannel(number)) for number in (0, 1))
        return (alpha if _is_constant(plane) and not _is_constant(alpha) else plane).astype(np.int32)
    if image.mode in ("RGB", "RGBA", "RGBX"):
        pixels = np.asarray(image)
        planes = pixels[..., :3].astype(np.int32)
        if image.mode == "RGBA" and all(_is_constant(pixels[..., plane]) for plane in range(3)):
            return pixels[..., 3].astype(np.int32)
        if np.array_equal(planes[..., 0], planes[..., 1]) and np.array_equal(planes[..., 0], planes[..., 2]):
            return np.ascontiguousarray(planes[..., 0])
        return COLOUR + (planes[..., 0] << 16 | planes[..., 1] << 8 | planes[..., 2])
    raise DecodingError(f"its colour mode '{image.mode}' holds no whole numbers or colours that could be classes.")


def _is_constant(plane: NDArray[Any]) -> bool:
    return bool(plane.size) and int(plane.min()) == int(plane.max())
