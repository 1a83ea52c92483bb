"""The one decode function: the bytes of a picture to its pixels, the same for training and every answer."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from pellucid.decoding.dicom import decode_dicom
from pellucid.decoding.files import read_picture_file
from pellucid.decoding.formats import describe_foreign_bytes, readable_formats, special_format
from pellucid.decoding.heic import decode_heic
from pellucid.decoding.limits import room_for
from pellucid.decoding.modes import Pixels, is_see_through, is_wide, to_pixels
from pellucid.decoding.orientation import read_orientation, turn_upright
from pellucid.decoding.picture import Picture
from pellucid.decoding.quiet import quiet_pillow
from pellucid.errors import DecodingError

_CUT_OFF = ("truncated", "broken data stream", "unexpected end", "eof", "not enough image data", "image file is empty")


_SPECIAL: dict[str, Callable[[bytes], Picture]] = {"DICOM": decode_dicom, "HEIC": decode_heic}


def decode(source: Path | bytes, *, own_range: bool = False) -> Pixels:
    """Decode a picture, whole, to upright pixels: (H, W) or (H, W, 3), uint8 0..255 or uint16 0..65535.

    EXIF orientation is applied; transparency is laid over white; palettes become RGB; 16-bit grey stays uint16; of an
    animation the first frame is taken. Floats, signed and 32-bit integers come as (H, W) float32, the values as they
    stand in the file, with NaN where there is none: what they mean depends on the others of their dataset, so
    preprocessing brings them to levels. `modes.to_pixels` says what happens to each mode. DICOM and HEIC need the
    extras `dicom` and `heic`.

    Args:
        source: a file, or the bytes of one.
        own_range: bring floats, signed and 32-bit integers to uint16 at once, each picture by its own range: what runs
            were trained on that have no window for them.

    Raises:
        DecodingError: missing, empty, cut off, not a picture, larger than `limits.MAX_PIXELS`, or in need of an extra
            that is not installed. For a path, the message begins with it; for bytes, `what` is the reason alone.
    """
    return decode_picture(source, own_range=own_range).pixels


def decode_picture(source: Path | bytes, *, own_range: bool = False) -> Picture:
    """Decode a picture as `decode` does, and also tell its format, mode and orientation.

    Raises:
        DecodingError: as `decode`.
    """
    if isinstance(source, bytes):
        return _decode_bytes(source, own_range)
    try:
        return _decode_bytes(read_picture_file(source), own_range)
    except DecodingError as problem:
        raise DecodingError(f"{source}: {problem.what}", fix=problem.fix) from None


def _decode_bytes(data: bytes, own_range: bool) -> Picture:
    if not data:
        raise DecodingError("the file is empty (0 bytes).")
    with quiet_pillow:
        try:
            special = special_format(data)
            return _decode_with_pillow(data, own_range) if special is None else _SPECIAL[special](data)
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


def _decode_with_pillow(data: bytes, own_range: bool) -> Picture:
    with Image.open(io.BytesIO(data), formats=readable_formats()) as image, room_for(*image.size):
        mode = image.mode
        narrowed = mode.startswith("RGB") and ";16" in str(image.tile)
        image.load()
        orientation = read_orientation(image)
        pixels = to_pixels(image, own_range=own_range)
        wide = is_wide(image)
        see_through = is_see_through(image)
        several = _has_several_frames(image)
        kind = image.format or ""
    # Only here, where Pillow's own copy is gone: a large picture must not lie in memory three times.
    return Picture(
        pixels=turn_upright(pixels, orientation),
        format=kind,
        mode=mode,
        orientation=orientation,
        see_through=see_through,
        several_frames=several,
        narrowed=narrowed,
        wide=wide,
    )


def _has_several_frames(image: Image.Image) -> bool:
    """Tell whether there is more than the first frame; asked last, because some formats move on to find out."""
    try:
        return bool(getattr(image, "is_animated", False))
    except Exception:  # a damaged second frame; the first one, which counts, is good
        return True


def _reason(problem: Exception) -> str:
    text = _sentence(problem)
    if any(sign in text.lower() for sign in _CUT_OFF):
        return f"the file is cut off before the picture ends ({text})."
    return f"the file is damaged ({text or type(problem).__name__})."


def _sentence(problem: Exception) -> str:
    return str(problem).strip().rstrip(".")
