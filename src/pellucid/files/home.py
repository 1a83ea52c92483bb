"""Paths as people write them: ~ and ~somebody stand for a home folder."""

from __future__ import annotations

import os
from pathlib import Path

from pellucid.errors import PellucidError


def expand(text: str | Path, *, what: str, error: type[PellucidError] = PellucidError) -> Path:
    """Return a path in which ~ and ~somebody are the home folder that they stand for.

    Args:
        text: the path.
        what: whose value it is, for the message, e.g. "PELLUCID_CACHE" or "The path".
        error: the exception to raise.

    Raises:
        error: this machine knows no such user, or no home folder.
    """
    try:
        return Path(text).expanduser()
    except RuntimeError:
        word = Path(text).parts[0]
        raise error(
            f"{what} is '{text}', and this machine knows no home folder for '{word}'.",
            fix=f"Write the path out; a folder that is really called so is .{os.sep}{word}",
        ) from None
