"""How many cores this process may use now: what the machine, the container and the others on it leave."""

from __future__ import annotations

import math
import os
import time
from dataclasses import dataclass
from pathlib import Path

PROC_STAT = Path("/proc/stat")
CPU_LIMIT = Path("/sys/fs/cgroup/cpu.max")
_SHORTEST = 0.3
"""Seconds over which a load must be looked at: the system counts in hundredths, and a moment says nothing."""
_NOTHING = 0.4
"""Busy cores of others that count as none: what an idle desktop and the system itself do."""


@dataclass(frozen=True)
class CpuTimes:
    """What the clocks said at one moment, in seconds.

    Attributes:
        wall: of a clock that only goes forward.
        machine: busy time of all cores since the machine started; None where the system does not say.
        own: busy time of this process, all its threads together.
    """

    wall: float
    machine: float | None
    own: float


def now() -> CpuTimes:
    """Read the clocks."""
    return CpuTimes(time.perf_counter(), _busy_seconds(), time.process_time())


def busy_others(since: CpuTimes, until: CpuTimes | None = None) -> float | None:
    """Return how many cores others kept busy on average; None where the system does not say, or the time was short.

    Args:
        since: when to look from.
        until: when to look to; None for now.
    """
    until = until or now()
    seconds = until.wall - since.wall
    if since.machine is None or until.machine is None or seconds < _SHORTEST:
        return None
    return max(0.0, (until.machine - since.machine - (until.own - since.own)) / seconds)


def cores() -> int:
    """Return the cores that this process may use: those of its affinity, within the container's limit; at least 1."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        quota, period = CPU_LIMIT.read_text(encoding="ascii").split()
        count = min(count, math.ceil(int(quota) / int(period)))
    except (OSError, ValueError):
        pass  # no control group, or no limit ("max")
    return max(1, count)


def free_cores(since: CpuTimes | None = None) -> int:
    """Return how many threads are worth computing with: the cores less those that others keep busy, at least 1.

    Where the system does not say what others do, all of them.

    Args:
        since: how far to look back; None for the start of this process.
    """
    others = busy_others(since or STARTED)
    if others is None or others < _NOTHING:
        return cores()
    # The machine's cores count, not only ours: others may be busy on those that we may not use.
    return max(1, min(cores(), round((os.cpu_count() or 1) - others)))


def _busy_seconds() -> float | None:
    """Return the busy time of all cores, from the first line of /proc/stat (man proc, "cpu user nice system idle ...").

    Time that was spent waiting for a disk is idle time; guests are counted within user.
    """
    try:
        with PROC_STAT.open(encoding="ascii") as file:
            words = file.readline().split()
        user, nice, system, _idle, _iowait, irq, softirq, steal = (int(word) for word in words[1:9])
        return (user + nice + system + irq + softirq + steal) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError):
        return None


STARTED = now()
"""When this module was loaded: what the others did meanwhile is known without waiting."""
