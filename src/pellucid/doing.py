"""What is being done right now, told to whoever listens: a terminal shows it; where nobody listens it costs nothing.

Work that takes more than a moment is wrapped in `doing("answering val")`; whoever shows work calls `listening(hear)`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

SECONDS_BETWEEN_REPORTS = 0.25


@dataclass(frozen=True)
class Work:
    """A piece of work that has begun.

    Attributes:
        what: is done, in a few words, e.g. "looking at the pictures".
        done: parts that are done.
        total: parts there are; None where that is not known.
        seconds_left: at the pace so far; None: not known.
    """

    what: str
    done: int = 0
    total: int | None = None
    seconds_left: float | None = None


Hear = Callable[[Work | None], None]
"""Is told what is done now, a few times a second; None: nothing that is worth a word."""
Moved = Callable[[int], None]
"""Is told how many parts are done so far."""

_ears: list[Hear] = []
_open: list[Work] = []


@contextmanager
def listening(hear: Hear) -> Iterator[None]:
    """Let `hear` be told of all work for a `with` block, and nobody else."""
    if _ears:
        _ears[-1](None)
    _ears.append(hear)
    _tell()
    try:
        yield
    finally:
        _ears.remove(hear)


@contextmanager
def doing(what: str, total: int | None = None) -> Iterator[Moved]:
    """Say that a piece of work is done in a `with` block, which is given a function to say how far it has come.

    Within another such block it stands in its place until it ends.

    Args:
        what: a few words, as in `Work`.
        total: parts there are, where known.
    """
    work = Work(what, total=total)
    place, started, told = len(_open), time.monotonic(), 0.0
    _open.append(work)
    _tell()

    def moved(done: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told < SECONDS_BETWEEN_REPORTS or place >= len(_open):
            return
        told = now
        left = (now - started) / done * (total - done) if total is not None and done else None
        _open[place] = replace(work, done=done, seconds_left=left)
        if place == len(_open) - 1:
            _tell()

    try:
        yield moved
    finally:
        del _open[place:]
        _tell()


def _tell() -> None:
    if _ears:
        _ears[-1](_open[-1] if _open else None)
