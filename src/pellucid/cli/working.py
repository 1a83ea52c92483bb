"""What a command is doing: on a line of the terminal that is overwritten; in a log, now and then, a line that stays."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pellucid.cli.output import is_terminal, say, say_in_place
from pellucid.cli.spans import duration
from pellucid.doing import Work, listening
from pellucid.torchrun import how_started

GENERAL = "working"
"""What is done while nobody says anything nearer: in a log it is no news."""
SILENT_SECONDS = 10.0
"""Silence after which a log says what is being done; then after twice as long, and so on."""
_TICK_SECONDS = 1.0


@contextmanager
def shows_work() -> Iterator[None]:
    """Show for a `with` block what is being done: in place where a person looks at standard errors, else in lines."""
    if how_started()[0].rank > 0:
        yield
    elif is_terminal(err=True):
        try:
            with listening(lambda work: say_in_place("" if work is None else in_words(work))):
                yield
        finally:
            say_in_place("")
    else:
        with Log() as log, listening(log.hear):
            yield


class Log:
    """Says on standard errors what is being done once that has taken long, where no live line can tell.

    A piece of work may tell nothing until its end, so a thread looks at the clock.
    """

    def __init__(self) -> None:
        self._work: Work | None = None
        self._began, self._wait = 0.0, SILENT_SECONDS
        self._ended, self._thread = threading.Event(), threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Log:
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()

    def hear(self, work: Work | None) -> None:
        """Take what is done now; None: nothing that is worth a word."""
        if work is None or work.what == GENERAL:
            self._work = None
            return
        if self._work is None:
            self._began, self._wait = time.monotonic(), SILENT_SECONDS
        self._work = work
        if not self._thread.is_alive() and not self._ended.is_set():
            self._thread.start()

    def tell(self, now: float) -> None:
        """Say what is being done, if by a moment of `time.monotonic` nothing was said for too long."""
        work = self._work
        if work is not None and now - self._began >= self._wait:
            self._wait *= 2
            say(in_words(work), err=True)

    def _watch(self) -> None:
        while not self._ended.wait(_TICK_SECONDS):
            self.tell(time.monotonic())


def in_words(work: Work) -> str:
    """Return what is done and how far it has come, e.g. "looking at the pictures: 1,200 of 5,000, 12 s left"."""
    far = how_far(work)
    return f"{work.what}: {far}" if far else f"{work.what} ..."


def how_far(work: Work) -> str:
    """Return how far a piece of work has come, e.g. "1,200 of 5,000, 12 s left"; "" where that is not known."""
    if work.total is None:
        return f"{work.done:,} so far" if work.done else ""
    left = "" if work.seconds_left is None else f", {duration(work.seconds_left)} left"
    return f"{work.done:,} of {work.total:,}{left}"
