"""The bytes of a picture's file: only of what is one, so that none is waited for and none fills the memory."""

from __future__ import annotations

import stat
from pathlib import Path

from pellucid.decoding.limits import MAX_BYTES
from pellucid.errors import DecodingError


def read_picture_file(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        DecodingError: it cannot be opened, is a pipe or a device (reading one might never end), or is larger than
            `limits.MAX_BYTES`. `what` is the reason alone.
    """
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise DecodingError("it cannot be opened (Is a directory).")
        if not stat.S_ISREG(about.st_mode):
            raise DecodingError("it is no file but a pipe, a socket or a device.")
        if about.st_size > MAX_BYTES:
            raise DecodingError(
                f"it is too large for a picture ({about.st_size / 2**30:,.1f} GiB; at most {MAX_BYTES / 2**30:g} GiB "
                "are read).",
                fix="Make it smaller, or leave it out.",
            )
        return path.read_bytes()
    except OSError as problem:
        raise DecodingError(f"it cannot be opened ({problem.strerror or problem}).") from None
