"""Openings of a split: numbered files that are made once, and never overwritten, whoever else makes one meanwhile."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path

from pellucid.errors import RunError
from pellucid.runs.atomic import PARTIAL, write_text

_NAME = re.compile(r"([a-z]+)-([0-9]{1,18})\.json", re.ASCII)
_MOST_TRIES = 10_000


def list_openings(folder: Path) -> list[tuple[str, int, Path]]:
    """Return split, number and file of every opening, by split and number.

    An empty file is a number that was taken by a process that was killed before it wrote anything.
    """
    found = []
    for path in folder.glob("*-[0-9]*.json"):
        name = _NAME.fullmatch(path.name)
        if name is not None:
            found.append((name[1], int(name[2]), path))
    return sorted(found)


def last_opening(folder: Path, split: str) -> int:
    """Return the highest number of a split's openings; 0 for none. Numbers of files that were deleted stay free."""
    return max((number for name, number, _ in list_openings(folder) if name == split), default=0)


def add_opening(folder: Path, split: str, text_of: Callable[[int], str]) -> Path:
    """Write an opening under the next number, which nobody else can get, and return its file.

    Args:
        folder: of the openings.
        split: that was opened.
        text_of: gives the file's text for a number; asked again when another process was quicker.

    Raises:
        OSError: the disk is full, or may not be written.
        RunError: others are always quicker.
    """
    folder.mkdir(exist_ok=True)
    draft = folder / f".{split}-{os.getpid()}-{secrets.token_hex(8)}{PARTIAL}"
    try:
        for _ in range(_MOST_TRIES):
            number = last_opening(folder, split) + 1
            path = folder / f"{split}-{number:03d}.json"
            write_text(draft, text_of(number))
            if _place(draft, path):
                return path
    finally:
        draft.unlink(missing_ok=True)
    raise RunError(f"No number is free for an opening in '{folder}'.")


def _place(draft: Path, path: Path) -> bool:
    """Give a whole file its name unless the name is taken: then return False."""
    try:
        os.link(draft, path, follow_symlinks=False)
    except FileExistsError:
        return False
    except (OSError, NotImplementedError):  # a file system without second names: the name first, then the content
        try:
            os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        except FileExistsError:
            return False
        os.replace(draft, path)
    return True
