"""A request to end (SIGTERM: `kill`, `timeout`, a machine that shuts down) stops a command as Ctrl-C does.

Then a training writes down that it was stopped and where, instead of leaving a record that says "running".
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

EXIT_TERMINATED = 128 + 15


class Terminated(KeyboardInterrupt):
    """The process was asked to end."""


@contextmanager
def stopped_like_ctrl_c() -> Iterator[None]:
    """Let SIGTERM raise `Terminated` for a `with` block, unless somebody handles it already.

    Processes that torchrun started keep its way: it ends the others while they wait for one another in native code,
    where no Python runs.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or "TORCHELASTIC_RUN_ID" in os.environ or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Terminated
