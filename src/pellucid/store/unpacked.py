"""The folders of unpacked archives: on the disk before they get their names, and looked at before they are used again.

A folder holds `files/`, what was left out (`refused.json`), a sealed list of both (`contents.json`), and raw datasets
that were worked out from them. Whatever else lies there is somebody else's, and stays.
"""

from __future__ import annotations

import os
import re
import secrets
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

from pellucid.files import flush, move, remove_file, remove_folder, write_text
from pellucid.store.sealed import DamagedError, read_sealed, seal

FILES, REFUSED, CONTENTS = "files", "refused.json", "contents.json"
_OUR_NAME = re.compile(r"[0-9a-f]{40}|\.[0-9a-f]{40}\.[0-9a-f]+\.partial")
_OF_A_RAW_DATASET = re.compile(r"draft-[0-9a-f]{16}/\.?(facts\.json|pixels\.npy)(\..*)?")
_FLUSHES_AT_ONCE = 16

Stamp = list[int]
"""Size in bytes and time of the last change in nanoseconds: what rewriting a file changes."""


def seal_folder(home: Path, *, within: Path) -> None:
    """Write down what lies in a folder that was just unpacked, and wait until all of it is on the disk.

    Args:
        home: the folder.
        within: the folder that was named, from which on no link is gone through, here and below.

    Raises:
        OSError: the disk is full.
        WritingError: a link lies in the place of a folder on the way, here and below.
    """
    found = _stamps(home)
    paths = [home / name for name in found]
    folders = {parent for path in paths for parent in path.parents if parent.is_relative_to(home)}
    with ThreadPoolExecutor(_FLUSHES_AT_ONCE) as pool:  # disks flush many at once in hardly more time than one
        list(pool.map(flush, paths))
        write_text(home / CONTENTS, seal(found), within=within)
        list(pool.map(flush, folders if os.name == "posix" else ()))


def is_whole(home: Path) -> bool | None:
    """Tell whether a folder holds what was unpacked, and nothing else; None where an older Pellucid left it."""
    if home.is_symlink() or not home.is_dir():
        return False
    try:
        listed = read_sealed(home / CONTENTS)
        return None if listed is None else bool(listed == _stamps(home))
    except (DamagedError, OSError, RecursionError):
        return False


def set_aside(home: Path, *, within: Path) -> None:
    """Remove what is ours of a folder, and give what is left another name, so that the place is free.

    Raises:
        OSError: it may not be changed.
    """
    if not home.is_symlink() and home.is_dir():
        remove_ours(home, within=within)
    if home.is_symlink() or home.exists():
        move(home, home.with_name(f"{home.name}.left-{secrets.token_hex(4)}"), within=within)


def our_folders(place: Path) -> list[Path]:
    """Return the folders of unpacked archives, also of abandoned ones; no link is followed."""
    try:
        entries = sorted(place.iterdir())
    except OSError:
        return []
    return [path for path in entries if _OUR_NAME.fullmatch(path.name) and path.is_dir() and not path.is_symlink()]


def ours_in(home: Path) -> list[Path]:
    """Return the plain files in such a folder that are ours: those of its list, or, without one, all of them."""
    try:
        listed = read_sealed(home / CONTENTS)
    except DamagedError:
        listed = None
    own = {CONTENTS, REFUSED, *(listed or ())}
    found = []
    for name, status in _walk(home):
        ours = name in own or _OF_A_RAW_DATASET.fullmatch(name) or (listed is None and name.startswith(f"{FILES}/"))
        if ours and stat.S_ISREG(status.st_mode):
            found.append(home / name)
    return found


def remove_ours(home: Path, *, within: Path) -> int:
    """Remove what is ours in such a folder, and the folder itself unless something is left; return the bytes freed.

    Raises:
        OSError: a file may not be removed.
    """
    freed = 0
    for path in ours_in(home):
        freed += path.lstat().st_size
        remove_file(path, within=within, missing_ok=True)
    for folder, _, _ in os.walk(home, topdown=False):
        with suppress(OSError):  # it holds what is not ours
            remove_folder(Path(folder), within=within)
    return freed


def _stamps(home: Path) -> dict[str, Stamp]:
    """Return every file that was unpacked, by its place; what is no plain file has an impossible stamp."""
    return {
        name: [status.st_size, status.st_mtime_ns] if stat.S_ISREG(status.st_mode) else [-1, -1]
        for name, status in _walk(home)
        if name == REFUSED or name.startswith(f"{FILES}/")
    }


def _walk(home: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield all that is no folder, by its place; no link is followed."""
    waiting = [("", home)]
    while waiting:
        prefix, folder = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((f"{prefix}{entry.name}/", Path(entry.path)))
                else:
                    yield f"{prefix}{entry.name}", entry.stat(follow_symlinks=False)
