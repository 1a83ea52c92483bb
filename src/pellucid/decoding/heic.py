"""HEIC pictures, as telephones write them, through the optional package pi-heif."""

from __future__ import annotations

import importlib.util

from pellucid.decoding.limits import room_for
from pellucid.decoding.modes import is_see_through, to_pixels
from pellucid.decoding.picture import Picture
from pellucid.errors import DecodingError, MissingExtraError


def decode_heic(data: bytes) -> Picture:
    """Decode the first picture of a HEIC file. Its own rotation is applied by the reader; EXIF's does not count there.

    pi-heif is pillow-heif without the encoder, whose licence (GPL) is not a permissive one.

    Raises:
        DecodingError: pi-heif is not installed, or the picture is too large. Whatever the reader raises on damaged
            bytes goes on to the caller.
    """
    if importlib.util.find_spec("pi_heif") is None:
        missing = MissingExtraError("pi-heif", extra="heic", feature="Reading a HEIC picture")
        raise DecodingError(f"it is a HEIC picture. {missing}")
    import pi_heif

    file = pi_heif.open_heif(data)
    with room_for(*file.size):
        image = file.to_pillow()
        return Picture(
            pixels=to_pixels(image),
            format="HEIC",
            mode=image.mode,
            see_through=is_see_through(image),
            several_frames=len(file) > 1,
        )
