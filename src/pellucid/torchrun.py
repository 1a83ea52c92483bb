"""What torchrun leaves in the environment of the processes that it starts; and what is left over of an earlier one."""

from __future__ import annotations

import os
from dataclasses import dataclass

VARIABLES = ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
_MOST = 100_000


@dataclass(frozen=True)
class Started:
    """This process among those that torchrun started.

    Attributes:
        rank: of this process among all, from 0.
        count: of all processes.
        local_rank: of this process among those on this machine, from 0.
        local_count: of those on this machine.
    """

    rank: int = 0
    count: int = 1
    local_rank: int = 0
    local_count: int = 1


def how_started() -> tuple[Started, str]:
    """Return this process among those that torchrun started, and a word about variables that are left over.

    Only where all of torchrun's variables are there and fit together, it did start this process; a few of them are what
    an earlier job, a notebook or a scheduler left behind, and are ignored.
    """
    given = {name: os.environ[name] for name in VARIABLES if os.environ.get(name, "").strip()}
    if not given.keys() & {"RANK", "WORLD_SIZE", "LOCAL_WORLD_SIZE"}:
        return Started(), ""
    missing = [name for name in VARIABLES if name not in given]
    if missing:
        return Started(), f"{_and(given)} set, but not {', '.join(missing)}: left over, and ignored"
    numbers = [_number(given[name]) for name in VARIABLES if name != "MASTER_ADDR"]
    rank, count, local_rank, local_count, port = numbers
    if not (0 <= rank < count <= _MOST and 0 <= local_rank < local_count <= count and 0 < port < 65_536):
        shown = ", ".join(f"{name}={given[name]:.20}" for name in VARIABLES)
        return Started(), f"what torchrun sets does not fit together ({shown}): ignored"
    return Started(rank, count, local_rank, local_count), ""


def _number(text: str) -> int:
    """Return a whole number of plain digits; -1 where it is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1


def _and(names: dict[str, str]) -> str:
    return f"{', '.join(names)} {'is' if len(names) == 1 else 'are'}"
