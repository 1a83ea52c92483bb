"""Where runs lie, as paths alone: nothing is opened."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path


def newest_first(paths: Iterable[Path]) -> list[Path]:
    """Return files by their last change, the newest first; one that is gone, or a link in a circle, last."""

    def age(path: Path) -> float:
        try:
            return -path.stat().st_mtime
        except OSError:
            return 0.0

    return sorted(paths, key=age)


def records_in(parent: Path) -> list[Path]:
    """Return the path of each run.json in a folder directly under `parent`."""
    return [place / "run.json" for place in entries(parent) if os.path.lexists(place / "run.json")]


def entries(folder: Path) -> list[Path]:
    """Return what lies in a folder, sorted; nothing of one that is not there or cannot be looked into."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
