"""Writing: a kill at any instant leaves the old file or the new one, and nothing is ever written through a link.

A stranger's folder may hold links where our files go: written through, they would change files elsewhere. So a file is
made beside its place, under a name that nobody can have foreseen, flushed to the disk, and only then given its name.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from collections.abc import Callable
from pathlib import Path
from typing import IO, Literal

from pellucid.errors import WritingError
from pellucid.files.folders import entered, move, named, refuse_linked, remove_file

PARTIAL = ".partial"
"""How the name of a file ends that is not whole yet; it begins with a dot."""
Way = Literal["new", "over", "on", "mend"]
"""How a file is opened for writing: as one that is not there yet, from its beginning, behind its end, in its midst."""
_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFELY
_APPENDED = os.O_RDWR | os.O_CREAT | os.O_APPEND | _SAFELY
_WAYS: dict[Way, tuple[int, str]] = {
    "new": (_NEW, "wb"),
    "over": (os.O_WRONLY | os.O_CREAT | os.O_TRUNC | _SAFELY, "wb"),
    "on": (os.O_WRONLY | os.O_CREAT | os.O_APPEND | _SAFELY, "ab"),
    "mend": (os.O_RDWR | _SAFELY, "r+b"),
}
_LONGEST_NAME = 100


def write_atomically(
    path: Path, write: Callable[[Path], object], *, within: Path | None = None, durable: bool = True
) -> None:
    """Call `write` with a path beside `path`, flush it to the disk, and only then give it its name.

    Args:
        path: of the file.
        write: writes it, to the path that it is given.
        within: the folder that was named, from which on no link is gone through; None: that of the file itself.
        durable: whether to wait until all is on the disk; without, a crash of the machine may leave an empty file.

    Raises:
        WritingError: at `path` is something that is no plain file (`check_target`), or a link lies in the place of a
            folder on the way; all stays as it is.
        OSError: the disk is full or may not be written; `path` is then as it was.
    """
    home = path.parent if within is None else within
    check_target(path, within=home)
    beside = path.with_name(f".{_start(path.name)}.{secrets.token_hex(8)}{PARTIAL}")
    try:
        try:
            os.close(os.open(beside, _NEW, 0o666))
            mode = beside.stat().st_mode
            write(beside)
            beside.chmod(mode)  # safetensors makes files that only their owner may read, whatever the umask says
        except Exception as problem:
            raise _as_os_error(problem, beside, path) from None
        if durable:
            flush(beside)
        move(beside, path, within=home)
    finally:
        remove_file(beside, within=home, missing_ok=True)
    if durable and os.name == "posix":  # elsewhere a folder cannot be opened, and the rename is durable by itself
        flush(path.parent)


def write_text(path: Path, text: str, *, within: Path | None = None, durable: bool = True) -> None:
    """Write UTF-8 text atomically; see `write_atomically`."""
    write_atomically(path, lambda beside: beside.write_text(text, encoding="utf-8"), within=within, durable=durable)


def write_bytes(path: Path, content: bytes, *, within: Path | None = None) -> None:
    """Write bytes atomically; see `write_atomically`."""
    write_atomically(path, lambda beside: beside.write_bytes(content), within=within)


def open_to_write(path: Path, way: Way, *, within: Path) -> IO[bytes]:
    """Open a file for writing its bytes where it lies, and through no link: for what grows piece by piece.

    Args:
        path: of the file.
        way: "new": it must not be there yet; "over": what is there is lost; "on": it grows; "mend": it is there.
        within: the folder that was named.

    Raises:
        WritingError: at `path` is something that is no plain file, or a link lies in the place of a folder on the way.
        FileExistsError: it is to be new, and something is there.
        OSError: it cannot be opened.
    """
    if way != "new":
        check_target(path, within=within)
    flags, mode = _WAYS[way]
    with entered(path.parent, within=within) as handle, named(path):
        name = path if handle is None else path.name
        return open(name, mode, opener=lambda opened, _: os.open(opened, flags, 0o666, dir_fd=handle))


def append_line(path: Path, line: str, *, within: Path) -> None:
    """Add a line of UTF-8 to a file, which is made where it is missing; several processes may at once.

    Raises:
        WritingError: at `path` is something that is no plain file, or a link lies in the place of a folder on the way.
        OSError: the disk is full or may not be written.
    """
    check_target(path, within=within)
    with entered(path.parent, within=within) as handle, named(path):
        descriptor = os.open(path if handle is None else path.name, _APPENDED, 0o666, dir_fd=handle)
    try:
        size = os.fstat(descriptor).st_size
        is_whole = not size or os.pread(descriptor, 1, size - 1) == b"\n" if hasattr(os, "pread") else True
        # In one piece, or it would mix with another process' line.
        os.write(descriptor, f"{'' if is_whole else chr(10)}{line}\n".encode())
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check_target(path: Path, *, within: Path | None = None) -> None:
    """Look whether a file may be written at `path`: there must be none yet, or a plain one.

    Args:
        path: of the file.
        within: the folder that was named; None: that of the file itself.

    Raises:
        WritingError: there is a link, a folder, a pipe, a socket or a device, or the name is too long; or the folder
            that it is to lie in is missing, or is reached through a link.
    """
    if within is not None:
        refuse_linked(path.parent, within=within)
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        if not os.path.isdir(path.parent):
            raise WritingError(
                f"The folder of '{path}' does not exist.", fix="Make it, or choose another place (--out)."
            ) from None
        return
    except (OSError, ValueError) as problem:
        if isinstance(problem, OSError) and problem.errno not in (errno.ENAMETOOLONG, errno.ENOTDIR):
            raise
        said = problem.strerror if isinstance(problem, OSError) else "no file can be called so"
        raise WritingError(f"'{path.name:.60}' cannot be written: {said}.", fix="Choose another name.") from None
    kind = _kind(mode)
    if kind:
        raise WritingError(
            f"'{path}' is {kind}: nothing is written there.",
            expected="A plain file, or a name that is free.",
            fix="Choose another name, or move it away.",
        )


def is_folder_name(name: str) -> bool:
    """Return whether a text is the name of a folder, and no path to anywhere else."""
    return name not in ("", ".", "..") and not any(sign in name for sign in "/\\\0")


def file_stem(text: str) -> str:
    """Return a text, perhaps from a stranger's record, as a part of a file's name: in this folder, of bounded length.

    Slashes, control characters and what else steers a path become dashes; leading dots go.
    """
    plain = re.sub(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u2028\u2029]+', "-", text)
    return _start(plain).strip(". ") or "unnamed"


def flush(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk.

    Raises:
        OSError: the disk could not take them.
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _start(name: str) -> str:
    """Return the beginning of a name: with what is put before and behind it, it must stay below 255 bytes."""
    return os.fsencode(name)[:_LONGEST_NAME].decode("utf-8", "ignore")


def _kind(mode: int) -> str:
    """Return what is there that is no plain file, or ""."""
    for test, words in (
        (stat.S_ISREG, ""),
        (stat.S_ISLNK, "a link"),
        (stat.S_ISDIR, "a folder"),
    ):
        if test(mode):
            return words
    return "a pipe, a socket or a device"


def _as_os_error(problem: Exception, beside: Path, path: Path) -> Exception:
    """Return a full disk, and the like, as the OSError that it is, about the file that a user knows.

    safetensors is Rust, and says it in words only.
    """
    if isinstance(problem, OSError) and problem.errno and problem.filename == str(beside):
        return OSError(problem.errno, problem.strerror, str(path))
    found = re.search(r"\(os error (\d+)\)", str(problem))
    if isinstance(problem, OSError) or found is None:
        return problem
    number = int(found[1])
    return OSError(number, os.strerror(number), str(path))
