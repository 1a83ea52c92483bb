"""What a gzipped file holds, bounded by what is asked for (format: RFC 1952).

Python's `gzip` allows zeros behind the last member, and reads them one by one however many there are: a stranger's
sparse file of a few kilobytes on the disk holds it up for ever. Here nothing behind the last member is looked at.
"""

from __future__ import annotations

import zlib
from typing import BinaryIO

GZIP_MAGIC = b"\x1f\x8b"
_WITH_GZIP_HEAD = zlib.MAX_WBITS | 16
_CHUNK = 1 << 20


class Gunzipped:
    """Reads the unpacked bytes of a gzipped file, member after member, from the beginning on.

    Args:
        file: that is open for reading its packed bytes, at its beginning.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._member = zlib.decompressobj(_WITH_GZIP_HEAD)

    def read(self, count: int) -> bytes:
        """Return the next unpacked bytes, fewer than asked for at the end alone.

        Raises:
            EOFError: the file ends within a member.
            zlib.error: it is damaged; checksums are checked at the end of each member.
            OSError: it cannot be read.
        """
        unpacked = bytearray()
        while len(unpacked) < count:
            if self._member.eof:
                packed = self._member.unused_data or self._file.read(_CHUNK)
                if not packed.startswith(GZIP_MAGIC):
                    break
                self._member = zlib.decompressobj(_WITH_GZIP_HEAD)
            else:
                packed = self._member.unconsumed_tail or self._file.read(_CHUNK)
            chunk = self._member.decompress(packed, count - len(unpacked))
            if not packed and not chunk and not self._member.eof:
                raise EOFError("it ends before what is packed in it does")
            unpacked += chunk
        return bytes(unpacked)
