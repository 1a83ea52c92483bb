"""What a command is doing, on a line of the terminal that is overwritten and leaves nothing behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pellucid.cli.output import is_terminal, say_in_place
from pellucid.cli.spans import duration
from pellucid.doing import Work, listening


@contextmanager
def shows_work() -> Iterator[None]:
    """Show for a `with` block what is being done, where a person looks at standard errors."""
    if not is_terminal(err=True):
        yield
        return
    try:
        with listening(lambda work: say_in_place("" if work is None else in_words(work))):
            yield
    finally:
        say_in_place("")


def in_words(work: Work) -> str:
    """Return what is done and how far it has come, e.g. "looking at the pictures: 1,200 of 5,000, 12 s left"."""
    return f"{work.what}: {how_far(work)}" if work.total is not None else f"{work.what} ..."


def how_far(work: Work) -> str:
    """Return how far a piece of work has come, e.g. "1,200 of 5,000, 12 s left"; "" where that is not known."""
    if work.total is None:
        return ""
    left = "" if work.seconds_left is None else f", {duration(work.seconds_left)} left"
    return f"{work.done:,} of {work.total:,}{left}"
