"""Who works on a run: a lock of the operating system, which ends with the process however that ends.

The lock is our own few lines on `fcntl` and `msvcrt`, not `filelock`: that one empties its file when it opens it, so
who is refused would wipe out who owns the run; and only looking at a run must neither write nor need a place to write.
"""

from __future__ import annotations

import json
import os
import socket
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import Field

from pellucid.errors import RunError
from pellucid.files import remove_file
from pellucid.records import Record

LOCK = "owner.lock"
"""In a run's folder, while somebody works on it: the lock, and who that is."""
Doing = Literal["trained", "measured", "evaluated"]
"""A training, and what measures it at its end, is alone; any number of evaluations share a run, but not with those."""

_MOST_BYTES = 4096
_SLOTS_AT, _SLOTS = 1 << 30, 64
"""On Windows a lock is of bytes: those far behind the text, so that it can be read; one of them to share, all alone."""
_TRIES, _PAUSE_SECONDS = 20, 0.02
"""Who merely looks holds the lock for an instant, which must refuse nobody."""


class Owner(Record):
    """A process that works on a run."""

    pid: int = Field(ge=0, le=2**63)
    host: str = Field(max_length=255)
    since: float = Field(ge=0, allow_inf_nan=False)
    """Seconds since 1970 (UTC)."""
    doing: Doing

    @classmethod
    def this_process(cls, doing: Doing) -> Owner:
        """Return this process as an owner, from now on."""
        return cls(pid=os.getpid(), host=socket.gethostname()[:255], since=max(0.0, time.time()), doing=doing)

    def __str__(self) -> str:
        """Return e.g. "it is being trained by process 4711 on zeus, since 2025-03-01 12:00:00"."""
        try:
            since = f", since {datetime.fromtimestamp(self.since).astimezone():%Y-%m-%d %H:%M:%S}"
        except (ValueError, OverflowError, OSError):
            since = ""
        return f"it is being {self.doing} by process {self.pid} on {self.host}{since}"


@contextmanager
def owned(run: Path, doing: Doing) -> Iterator[None]:
    """Keep others from working on a run for a `with` block. Where the file system knows no locks, nobody is kept out.

    Args:
        run: the run's folder.
        doing: what is done; "evaluated" may be done by several at once.

    Raises:
        RunError: somebody else works on it (the message says who), or the folder may not be written.
    """
    path = run / LOCK
    alone = doing != "evaluated"
    descriptor = _acquire(path, alone=alone)
    if descriptor is None:
        owner = _read(path)
        who = str(owner) if owner is not None else "another process works on it"
        raise RunError(
            f"'{run}' is taken: {who}.",
            expected="One training at a time, and no evaluation beside it.",
            fix="Wait until it has ended, or end that process. 'pellucid watch' follows a training.",
        )
    try:
        _write(descriptor, Owner.this_process(doing))
        yield
    finally:
        _release(descriptor, path, alone=alone)


def owner_of(run: Path) -> Owner | None:
    """Return who works on a run, or None; nothing is written, so that any run can be asked.

    What a killed process left does not count: its lock ended with it.
    """
    path = run / LOCK
    try:
        descriptor = os.open(path, os.O_RDONLY | _SAFELY)
    except OSError:
        return None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        owner = _read(path)
        try:
            # Got, and let go with the descriptor: nobody has it.
            if _lock(descriptor, alone=True):
                return None
        except OSError:  # no locks here: what is written must do
            return owner if owner is not None and _may_live(owner) else None
        # Locked, but not yet (or not readably) written: somebody is there all the same.
        return owner or Owner(pid=0, host="this machine", since=0.0, doing="trained")
    finally:
        os.close(descriptor)


# No link is followed, no pipe waited for, and no child of ours holds the lock on when we are gone.
_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)


def _acquire(path: Path, *, alone: bool) -> int | None:
    """Return the descriptor that holds the lock; None when others have it."""
    for _ in range(_TRIES):
        descriptor = _open(path)
        try:
            got = _lock(descriptor, alone=alone)
        except OSError:
            return descriptor  # a file system without locks
        # Between opening and locking the last owner may have taken the file away: a lock on it would keep nobody out.
        if got and _is_still(descriptor, path):
            return descriptor
        os.close(descriptor)
        if not got:
            time.sleep(_PAUSE_SECONDS)
    return None


def _open(path: Path) -> int:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _SAFELY, 0o666)
    except OSError as problem:
        raise RunError(
            f"'{path.parent}' cannot be worked on: {path.name}: {problem.strerror}.",
            expected="A run folder that may be written.",
            fix="Copy it to where it may, or only look at it (predict, report --json, watch).",
        ) from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise RunError(f"'{path}' is no plain file.", fix="Take it away.")
    return descriptor


def _is_still(descriptor: int, path: Path) -> bool:
    """Return whether a file just locked is the one that has the name: who had it before may have taken it away."""
    try:
        there = os.stat(path, follow_symlinks=False)
    except OSError:
        return False
    return os.path.samestat(os.fstat(descriptor), there)


def _write(descriptor: int, owner: Owner) -> None:
    with suppress(OSError):  # a full disk: who it is remains unknown, that somebody is does not
        text = json.dumps(owner.to_dict()).encode()
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, text)
        os.ftruncate(descriptor, len(text))


def _read(path: Path) -> Owner | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | _SAFELY)
        try:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                return None
            text = os.read(descriptor, _MOST_BYTES)
        finally:
            os.close(descriptor)
        return Owner.from_dict(json.loads(text), source=str(path), error=RunError)
    except (OSError, ValueError, RecursionError, RunError):
        return None


def _release(descriptor: int, path: Path, *, alone: bool) -> None:
    """Let others in; the last one takes the file away."""
    try:
        with suppress(OSError):
            # While it is locked alone nobody else can be using it. Windows lets no open file be removed.
            if os.name == "posix" and (alone or _lock(descriptor, alone=True)) and _is_still(descriptor, path):
                remove_file(path, within=path.parent)
    finally:
        os.close(descriptor)


def _may_live(owner: Owner) -> bool:
    # Of another machine's processes nothing can be known from here.
    if owner.host != socket.gethostname()[:255]:
        return True
    if owner.pid <= 0:
        return False
    try:
        # Signal 0 only asks whether there is such a process. "Not permitted" means that there is one, of somebody else.
        os.kill(owner.pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, *, alone: bool) -> bool:
        """Try to lock, alone or beside others who do not want to be alone; raise OSError where there are no locks."""
        for slot in range(1 if alone else _SLOTS):
            os.lseek(descriptor, _SLOTS_AT + slot, os.SEEK_SET)
            try:
                msvcrt.locking(descriptor, msvcrt.LK_NBLCK, _SLOTS if alone else 1)
            except PermissionError:
                continue
            return True
        return False

else:
    import fcntl

    def _lock(descriptor: int, *, alone: bool) -> bool:
        """Try to lock, alone or beside others who do not want to be alone; raise OSError where there are no locks."""
        try:
            fcntl.flock(descriptor, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
