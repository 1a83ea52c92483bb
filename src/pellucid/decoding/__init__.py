"""The bytes of a picture come in, its pixels go out: the one place where pictures are decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.decoding.decode import decode, decode_picture
from pellucid.decoding.files import read_picture_file
from pellucid.decoding.formats import IMAGE_SUFFIXES, expected_format
from pellucid.decoding.modes import Pixels
from pellucid.decoding.picture import Picture
from pellucid.decoding.quiet import quiet_pillow
from pellucid.decoding.version import decoder_version, source_digest
from pellucid.decoding.wide import NO_VALUE
from pellucid.late import late_names

if TYPE_CHECKING:
    from pellucid.decoding.masks import COLOUR, StoredMask, decode_mask

__all__ = [
    "COLOUR",
    "IMAGE_SUFFIXES",
    "NO_VALUE",
    "Picture",
    "Pixels",
    "StoredMask",
    "decode",
    "decode_mask",
    "decode_picture",
    "decoder_version",
    "expected_format",
    "quiet_pillow",
    "read_picture_file",
    "source_digest",
]

__getattr__ = late_names(__name__, {"COLOUR": "masks", "StoredMask": "masks", "decode_mask": "masks"})
