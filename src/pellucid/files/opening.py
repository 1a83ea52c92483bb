"""Opening what is not ours: plain files only, of a bounded size, and every failure a reason in words.

A pipe or a socket would be waited for without an end, reading a device may never end, and a file may be larger than the
memory. What a library makes of damaged bytes is any exception at all: `guarded` turns each into the caller's own.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from pellucid.errors import PellucidError

_NO_FILE = "it is no file but a pipe, a socket or a device"
_NOT_WAITING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)
_FLAGS = os.O_RDONLY | _NOT_WAITING | getattr(os, "O_BINARY", 0)
_LONGEST_REASON = 200
_UNITS = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"), (1, "bytes"))


def open_plain(path: str | Path, *, most: int | None = None) -> BufferedReader:
    """Open a plain file, or a link to one, for reading its bytes; nothing is waited for.

    Args:
        path: of the file.
        most: bytes of the largest file that is read; None for any.

    Raises:
        OSError: it is missing, is no plain file, is larger, or may not be read; `strerror` is the reason in words.
    """
    check_plain(path, most=most)  # before it is opened: opening a device may do something already
    descriptor = os.open(path, _FLAGS)
    try:
        _check(os.fstat(descriptor), path, most)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def check_plain(path: str | Path, *, most: int | None = None) -> int:
    """Return the size in bytes of a plain file, or of one that a link leads to: for libraries that open it themselves.

    Raises:
        OSError: as of `open_plain`.
    """
    try:
        about = os.stat(path)
    except ValueError:  # a zero byte, or a letter that no file's name can have
        raise OSError(errno.EINVAL, "no file can be called so", str(path)) from None
    _check(about, path, most)
    return about.st_size


def _check(about: os.stat_result, path: str | Path, most: int | None) -> None:
    if stat.S_ISDIR(about.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if not stat.S_ISREG(about.st_mode):
        raise OSError(errno.EINVAL, _NO_FILE, str(path))
    if most is not None and about.st_size > most:
        raise OSError(errno.EFBIG, _too_large(about.st_size, most), str(path))


def read_plain(path: str | Path, *, most: int) -> bytes:
    """Return the bytes of a plain file.

    Args:
        path: of the file.
        most: bytes of the largest file that is read.

    Raises:
        OSError: as of `open_plain`.
    """
    with open_plain(path, most=most) as file:
        data = file.read(most + 1)  # files of the kernel's own have no size, and may have no end
    if data is None:
        raise OSError(errno.EAGAIN, "it has to be waited for", str(path))
    if len(data) > most:
        raise OSError(errno.EFBIG, _too_large(len(data), most), str(path))
    return data


def reason_of(problem: BaseException) -> str:
    """Return why something could not be read, in one line of bounded length without a full stop."""
    if isinstance(problem, RecursionError):
        return "it is nested too deeply"
    if isinstance(problem, MemoryError):
        return "it needs more memory than there is"
    said = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)[:10_000]
    line = next((line for line in said.splitlines() if line.strip()), "") or type(problem).__name__
    return " ".join(line.split())[:_LONGEST_REASON].rstrip(".")


@contextmanager
def guarded(fault: Callable[[str], PellucidError]) -> Iterator[None]:
    """Turn whatever is raised over bytes that are not ours into one of our own exceptions.

    Args:
        fault: from the reason in words to the exception. Exceptions of our own pass as they are.

    Example:
        with guarded(lambda reason: DataError(f"{path} is damaged ({reason}).")):
            ...
    """
    try:
        yield
    except PellucidError:
        raise
    except BaseException as problem:
        # Rust's way to fail, which Python's libraries hand on, is no Exception.
        if not isinstance(problem, Exception) and type(problem).__name__ != "PanicException":
            raise
        raise fault(reason_of(problem)) from None


def _too_large(size: int, most: int) -> str:
    unit, name = next(pair for pair in _UNITS if max(1, most) >= pair[0])
    return f"it is too large ({size / unit:,.1f} {name}; at most {most / unit:,.4g} {name} are read)"
