"""Writing so that a kill at any instant leaves the old file or the new one, never half of one."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

PARTIAL = ".partial"
"""How the name of a file ends that is not whole yet; it begins with a dot."""


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Call `write` with a path beside `path`, flush it to the disk, and only then give it its name.

    Raises:
        OSError: the disk is full or may not be written; `path` is then as it was.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}{PARTIAL}")
    try:
        try:
            beside.touch()
            mode = beside.stat().st_mode
            write(beside)
            beside.chmod(mode)  # safetensors makes files that only their owner may read, whatever the umask says
        except Exception as problem:
            raise _as_os_error(problem, path) from None
        _flush(beside)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)
    if os.name == "posix":  # elsewhere a folder cannot be opened, and the rename is durable by itself
        _flush(path.parent)


def write_text(path: Path, text: str) -> None:
    """Write UTF-8 text atomically."""
    write_atomically(path, lambda beside: beside.write_text(text, encoding="utf-8"))


def _as_os_error(problem: Exception, path: Path) -> Exception:
    """Return a full disk, and the like, as the OSError that it is: safetensors is Rust, and says it in words only."""
    found = re.search(r"\(os error (\d+)\)", str(problem))
    if isinstance(problem, OSError) or found is None:
        return problem
    number = int(found[1])
    return OSError(number, os.strerror(number), str(path))


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
