"""JSON of our own in the cache with a checksum before it: a damaged one is told from a whole one before it is read."""

from __future__ import annotations

import hashlib
import json
import zlib
from pathlib import Path
from typing import Any

from pellucid.files import open_plain, read_plain

_MOST = 1 << 30
_CHUNK = 1 << 20
_OLDER = (b"{", b"[")
"""How files begin that a Pellucid wrote which sealed nothing."""


class DamagedError(Exception):
    """A file of the cache is not what was written."""


def seal(value: Any) -> str:
    """Return plain JSON types as text that `read_sealed` takes."""
    text = json.dumps(value)
    return f"{hashlib.sha256(text.encode()).hexdigest()}\n{text}"


def read_sealed(path: Path) -> Any:
    """Return what was sealed; None where there is nothing, or an older Pellucid's.

    Raises:
        DamagedError: it is not what was written.
    """
    if path.is_symlink():
        return None
    try:
        data = read_plain(path, most=_MOST)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise DamagedError from problem
    if data.startswith(_OLDER):
        return None
    digest, _, text = data.partition(b"\n")
    if hashlib.sha256(text).hexdigest().encode() != digest:
        raise DamagedError
    return json.loads(text)  # nobody's but ours: the digest says so


def sum_of(path: Path) -> list[int]:
    """Return the size and the checksum of a plain file that is no link.

    Raises:
        OSError: it is missing, or something else.
    """
    if path.is_symlink():
        raise OSError(f"'{path}' is a link")
    size = total = 0
    with open_plain(path) as file:
        while chunk := file.read(_CHUNK):
            size, total = size + len(chunk), zlib.crc32(chunk, total)
    return [size, total]
