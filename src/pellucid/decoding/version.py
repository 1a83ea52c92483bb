"""What decoded pixels depend on beside the bytes: the code that decodes and the library below it."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import PIL


@lru_cache(maxsize=1)
def decoder_version() -> str:
    """Return a text that changes whenever equal bytes might decode to other pixels."""
    return f"{source_digest(Path(__file__).parent)} pillow {PIL.__version__}"


def source_digest(*places: Path) -> str:
    """Return a digest of Python files, or of all those in a folder.

    Of the code and not of a version number: a number stays the same while somebody works on the code.
    """
    digest = hashlib.sha256()
    for place in places:
        for file in sorted(place.glob("*.py")) if place.is_dir() else [place]:
            digest.update(file.read_bytes())
    return digest.hexdigest()
