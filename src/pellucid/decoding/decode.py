"""The one decode function: the bytes of a picture to its pixels, the same for training and every answer."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from pellucid.decoding.formats import FORMATS, describe_foreign_bytes
from pellucid.decoding.modes import Pixels, to_pixels
from pellucid.decoding.orientation import read_orientation, turn_upright
from pellucid.decoding.quiet import quiet_pillow
from pellucid.errors import DecodingError

_CUT_OFF = ("truncated", "broken data stream", "unexpected end", "eof", "not enough image data", "image file is empty")


@dataclass(frozen=True)
class Picture:
    """A decoded picture and what its file said."""

    pixels: Pixels
    """(H, W) or (H, W, 3), uint8 or uint16, upright."""
    format: str
    """Pillow's name of the file format, e.g. "JPEG"."""
    mode: str
    """Pillow's name of the mode in the file, e.g. "L", "RGB", "CMYK", "I;16"."""
    orientation: int
    """EXIF orientation that was applied, 1 for none."""


def decode(source: Path | bytes) -> Pixels:
    """Decode a picture, whole, to upright pixels: (H, W) or (H, W, 3), uint8 0..255 or uint16 0..65535.

    EXIF orientation is applied; transparency is laid over white; palettes become RGB; 16-bit grey stays uint16; of an
    animation the first frame is taken. `modes.to_pixels` says what happens to each mode.

    Args:
        source: a file, or the bytes of one.

    Raises:
        DecodingError: missing, empty, cut off, not a picture, or larger than Pillow's limit against decompression
            bombs. For a path, the message begins with it; for bytes, `what` is the reason alone.
    """
    return decode_picture(source).pixels


def decode_picture(source: Path | bytes) -> Picture:
    """Decode a picture as `decode` does, and also tell its format, mode and orientation.

    Raises:
        DecodingError: as `decode`.
    """
    if isinstance(source, bytes):
        return _decode_bytes(source)
    try:
        return _decode_bytes(source.read_bytes())
    except DecodingError as problem:
        raise DecodingError(f"{source}: {problem.what}", fix=problem.fix) from None
    except OSError as problem:
        raise DecodingError(f"{source}: it cannot be opened ({problem.strerror or problem}).") from None


def _decode_bytes(data: bytes) -> Picture:
    if not data:
        raise DecodingError("the file is empty (0 bytes).")
    with quiet_pillow:
        try:
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                mode = image.mode
                image.load()
                orientation = read_orientation(image)
                pixels = turn_upright(to_pixels(image), orientation)
                return Picture(pixels=pixels, format=image.format or "", mode=mode, orientation=orientation)
        except DecodingError:
            raise
        except UnidentifiedImageError:
            raise DecodingError(f"{describe_foreign_bytes(data)}.") from None
        except Image.DecompressionBombError as problem:
            raise DecodingError(
                f"it is so large that it may be a decompression bomb ({_sentence(problem)}).",
                fix="Make it smaller, or leave it out.",
            ) from None
        except MemoryError:
            raise DecodingError("it does not fit into memory.") from None
        except (
            Exception
        ) as problem:  # on damaged bytes a decoder may raise anything: struct.error, zlib.error, KeyError ...
            raise DecodingError(_reason(problem)) from None


def _reason(problem: Exception) -> str:
    text = _sentence(problem)
    if any(sign in text.lower() for sign in _CUT_OFF):
        return f"the file is cut off before the picture ends ({text})."
    return f"the file is damaged ({text or type(problem).__name__})."


def _sentence(problem: Exception) -> str:
    return str(problem).strip().rstrip(".")
