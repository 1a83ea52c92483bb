"""The two streams that words leave by: no character they lack, and no reader who has left, ends a command."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, TextIO, cast

# What writing meets where nobody reads any more: a closed pipe (EINVAL on Windows), stream, socket or terminal.
_GONE = {errno.EPIPE, errno.EBADF, errno.EIO, errno.ESHUTDOWN, errno.ECONNRESET}
_GONE |= {errno.EINVAL} if os.name == "nt" else set()


class Outlet:
    """A stream of text that takes every character, and goes silent when its reader has left.

    A training whose output nobody reads goes on: the run folder is what it is for. Characters that the encoding lacks
    are written as codes behind a backslash. A full disk stays an error.

    Args:
        stream: what is written to; None where the process was started without it (`>&-`).
    """

    errors = "backslashreplace"

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self.is_gone = stream is None
        """Whether nobody reads."""

    @property
    def encoding(self) -> str:
        """Of the characters."""
        return getattr(self._stream, "encoding", None) or "utf-8"

    def write(self, text: str) -> int:
        """Write, if anybody reads.

        Raises:
            OSError: the disk is full.
        """
        if self._stream is None or self.is_gone:
            return len(text)
        try:
            self._stream.write(text)
        except UnicodeEncodeError:
            self.write(text.encode(self.encoding, self.errors).decode(self.encoding))
        except (OSError, ValueError) as problem:
            self._give_up(problem)
        return len(text)

    def writelines(self, lines: Any) -> None:
        """Write one after another."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Pass on what was written.

        Raises:
            OSError: the disk is full.
        """
        if self._stream is None or self.is_gone:
            return
        try:
            self._stream.flush()
        except (OSError, ValueError) as problem:
            self._give_up(problem)

    def isatty(self) -> bool:
        """Whether a person looks on."""
        return not self.is_gone and self._stream is not None and not self._stream.closed and self._stream.isatty()

    def _give_up(self, problem: OSError | ValueError) -> None:
        """Go silent where nobody reads; the rest is an error."""
        assert self._stream is not None
        if not (self._stream.closed if isinstance(problem, ValueError) else problem.errno in _GONE):
            raise problem
        self.is_gone = True
        # What waits in the stream goes nowhere, or Python would try once more when it ends, and complain.
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._stream.fileno())
            os.close(nowhere)

    def fileno(self) -> int:
        """Return the descriptor.

        Raises:
            io.UnsupportedOperation: there is none.
        """
        if self._stream is None:
            raise io.UnsupportedOperation("The process was started without this stream.")
        return self._stream.fileno()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)  # of None, an AttributeError


@contextmanager
def guarded_outlets() -> Iterator[None]:
    """Within it, standard output and standard errors are outlets."""
    _fill_gaps()
    before = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = (cast(TextIO, Outlet(stream)) for stream in before)
    try:
        yield
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError):
                stream.flush()
        sys.stdout, sys.stderr = before


def nobody_reads() -> bool:
    """Whether standard output's reader has left: who only shows something may end."""
    return isinstance(sys.stdout, Outlet) and sys.stdout.is_gone


def _fill_gaps() -> None:
    """Open what lacks of the descriptors 0, 1 and 2: a file of a run opened there would get what libraries print."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
