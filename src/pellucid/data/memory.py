"""How much memory this process may still take, as far as the system says; and whether it has run out."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from pellucid.torchrun import how_started

UNKNOWN = 4 << 30
"""Assumed where the system does not say: 4 GiB."""
# Control groups, version 2 and 1: where they are mounted, the limit, what is used.
_GROUPS = (
    ("/sys/fs/cgroup", "memory.max", "memory.current"),
    ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes"),
)

_PLENTY = 1 << 30
_M_MMAP_THRESHOLD, _LARGE_BLOCK = -3, 1 << 17  # glibc's malloc.h; bytes, where glibc itself begins before it adapts
_WORDS = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "not enough memory",
    "bad_alloc",
    "can't start new thread",  # Python's words; its own stack did not find room
    "resource temporarily unavailable",
    # What oneDNN, which computes torch's convolutions on a CPU, says when it finds no room for its own buffers.
    "could not create a primitive",
    "could not execute a primitive",
    "could not create a memory",
)


def is_out_of_memory(problem: BaseException) -> bool:
    """Tell whether an exception says that memory ran out, on a GPU or on the CPU.

    Python and numpy have an exception of their own for it; torch says it in words, for each device in others.
    """
    if isinstance(problem, MemoryError):
        return True
    return isinstance(problem, RuntimeError) and any(words in str(problem).lower() for words in _WORDS)


def save_memory() -> None:
    """Where less than 1 GiB is free, have large blocks given back to the system as soon as they are freed.

    glibc keeps freed blocks of up to 32 MiB for later, which is quicker; but a network's tensors are of many sizes, and
    what is kept is soon in pieces too small for the next: in a limit of 1,100 MiB, a training that needs 150 failed. A
    batch of pictures as bytes, somewhat below 1 MiB, is large in this sense, too.
    Other C libraries give them back anyway.
    """
    if not sys.platform.startswith("linux") or free_memory() >= _PLENTY:
        return
    try:
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, _LARGE_BLOCK)
    except (AttributeError, OSError):
        return


def free_memory() -> int:
    """Return the bytes that this process may still take: the least of what machine, container and limits leave."""
    bounds = [_machine_leaves(), *_containers_leave(), *_limits_leave()]
    return max(0, min(bounds)) // how_started()[0].local_count  # of torchrun's, so many share what there is


def _machine_leaves() -> int:
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    try:
        # Nothing portable says what is free; half of what is built in is a fair guess.
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):
        return UNKNOWN


def _containers_leave() -> list[int]:
    found = []
    # In a container the own group is the root of what is seen; elsewhere its path stands in /proc.
    own = {line.split(":", 2)[2] for line in _lines("/proc/self/cgroup") if line.split(":")[1] in ("", "memory")}
    for mounted, limit, used in _GROUPS:
        for group in {"/", *own}:
            values = [_lines(f"{mounted}{group}/{name}") for name in (limit, used)]
            if all(value and value[0].isdigit() for value in values):
                # Pages of files count as used, but give way: this errs on the safe side.
                found.append(int(values[0][0]) - int(values[1][0]))
    return found


def _limits_leave() -> list[int]:
    """Return what `ulimit -v` and `ulimit -d` leave."""
    if sys.platform == "win32":
        return []
    import resource

    found = []
    status = {name: value for name, _, value in (line.partition(":") for line in _lines("/proc/self/status"))}
    for limit, line in ((resource.RLIMIT_AS, "VmSize"), (resource.RLIMIT_DATA, "VmData")):
        allowed = resource.getrlimit(limit)[0]
        if allowed != resource.RLIM_INFINITY and line in status:
            found.append(allowed - int(status[line].split()[0]) * 1024)
    return found


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="ascii").splitlines()
    except (OSError, ValueError):
        return []
