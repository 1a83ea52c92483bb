"""How large a picture may be, so that no file can fill the memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from pellucid.errors import DecodingError

MAX_PIXELS = 120_000_000
"""Pixels of the largest picture that is decoded: the 108-megapixel photos of telephones still fit.

With eight bytes per pixel at the peak (four in Pillow, four in the result) one decode stays below 1 GiB.
"""

MAX_BYTES = 1 << 30
"""Size of the largest file that is read as a picture: 1 GiB, more than `MAX_PIXELS` of 16-bit colour take."""

_LARGE = 16_000_000
_one_large_at_a_time = threading.Lock()


@contextmanager
def room_for(width: int, height: int) -> Iterator[None]:
    """Hold the room that a picture of this size needs: of large ones, only one is decoded at a time.

    Raises:
        DecodingError: it is larger than any picture that is decoded.
    """
    pixels = width * height
    if pixels > MAX_PIXELS:
        raise DecodingError(
            f"it is so large that it may be a decompression bomb ({width:,} x {height:,} pixels; "
            f"at most {MAX_PIXELS:,} are decoded).",
            fix="Make it smaller, or leave it out.",
        )
    if pixels <= _LARGE:
        yield
        return
    with _one_large_at_a_time:
        yield
