"""Unpacking a gzipped file beside Python's own."""

from __future__ import annotations

import gzip
import io
import zlib

import numpy as np
import pytest

from pellucid.files import Gunzipped

_CONTENT = np.random.default_rng(0).integers(0, 4, 3_000_000, dtype=np.uint8).tobytes()


@pytest.mark.parametrize("step", [1 << 10, 999_983, 1 << 30])
@pytest.mark.parametrize(
    "packed",
    [
        gzip.compress(_CONTENT),
        gzip.compress(_CONTENT, compresslevel=0),
        gzip.compress(_CONTENT[:1000]) + gzip.compress(b"") + gzip.compress(_CONTENT[1000:]),
        gzip.compress(_CONTENT) + bytes(5000),
        gzip.compress(bytes(3_000_000)),
        gzip.compress(b""),
    ],
    ids=["one member", "stored", "three members", "padded", "zeros", "empty"],
)
def test_it_unpacks_what_gzip_does(packed: bytes, step: int) -> None:
    reader, parts = Gunzipped(io.BytesIO(packed)), []
    while part := reader.read(step):
        parts.append(part)
    assert all(len(part) == step for part in parts[:-1])
    assert b"".join(parts) == gzip.decompress(packed)


@pytest.mark.parametrize("length", [1, 9, 20, 1000, -8, -1])
def test_a_cut_off_file_is_said(length: int) -> None:
    with pytest.raises(EOFError):
        Gunzipped(io.BytesIO(gzip.compress(_CONTENT)[:length])).read(len(_CONTENT) + 1)


def test_a_changed_byte_is_seen() -> None:
    packed = bytearray(gzip.compress(_CONTENT))
    packed[-5] ^= 1  # of the checksum
    with pytest.raises(zlib.error):
        Gunzipped(io.BytesIO(bytes(packed))).read(len(_CONTENT) + 1)
