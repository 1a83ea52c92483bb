"""A request to end (SIGTERM: `kill`, `timeout`, a machine that shuts down) stops a command as Ctrl-C does.

Then a training writes down that it was stopped and where, instead of leaving a record that says "running".
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

EXIT_TERMINATED = 128 + 15


class Terminated(KeyboardInterrupt):
    """The process was asked to end."""


@dataclass
class Asked:
    """Whether the process was asked to end."""

    to_end: bool = False

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """Hear the signal."""
        self.to_end = True
        raise Terminated


@contextmanager
def stopped_like_ctrl_c() -> Iterator[Asked]:
    """Let SIGTERM raise `Terminated` for a `with` block, unless somebody handles it already.

    Processes that torchrun started keep its way: it ends the others while they wait for one another in native code,
    where no Python runs.
    """
    asked = Asked()
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or "TORCHELASTIC_RUN_ID" in os.environ or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield asked
        return
    signal.signal(signal.SIGTERM, asked.stop)
    try:
        yield asked
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
