"""How much memory this process may still take, as far as the system says."""

from __future__ import annotations

import os
import sys
from pathlib import Path

UNKNOWN = 4 << 30
"""Assumed where the system does not say: 4 GiB."""
# Control groups, version 2 and 1: where they are mounted, the limit, what is used.
_GROUPS = (
    ("/sys/fs/cgroup", "memory.max", "memory.current"),
    ("/sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes"),
)


def free_memory() -> int:
    """Return the bytes that this process may still take: the least of what machine, container and limits leave."""
    bounds = [_machine_leaves(), *_containers_leave(), *_limits_leave()]
    together = os.environ.get("LOCAL_WORLD_SIZE", "")  # torchrun's: so many processes share what there is
    return max(0, min(bounds)) // (int(together) if together.isdigit() and int(together) else 1)


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
