"""The bytes of a picture's file: only of what is one, so that none is waited for and none fills the memory."""

from __future__ import annotations

import errno
from pathlib import Path

from pellucid.decoding.limits import MAX_BYTES
from pellucid.errors import DecodingError
from pellucid.files import read_plain, reason_of


def read_picture_file(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        DecodingError: it cannot be opened, is a pipe or a device (reading one might never end), or is larger than
            `limits.MAX_BYTES`. `what` is the reason alone.
    """
    try:
        return read_plain(path, most=MAX_BYTES)
    except OSError as problem:
        if problem.errno == errno.EFBIG:
            reason = reason_of(problem).replace("too large", "too large for a picture")
            raise DecodingError(f"{reason}.", fix="Make it smaller, or leave it out.") from None
        if problem.errno == errno.EINVAL:
            raise DecodingError(f"{reason_of(problem)}.") from None
        raise DecodingError(f"it cannot be opened ({reason_of(problem)}).") from None
