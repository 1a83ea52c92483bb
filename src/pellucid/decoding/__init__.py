"""The bytes of a picture come in, its pixels go out: the one place where pictures are decoded."""

from __future__ import annotations

from pellucid.decoding.decode import Picture, decode, decode_picture
from pellucid.decoding.formats import IMAGE_SUFFIXES
from pellucid.decoding.modes import Pixels
from pellucid.decoding.version import decoder_version, source_digest

__all__ = ["IMAGE_SUFFIXES", "Picture", "Pixels", "decode", "decode_picture", "decoder_version", "source_digest"]
