"""Processes of a test's own, forked from one that has loaded the package: loading it anew takes seconds for each.

They are true processes: killed by true signals, with locks, exit codes and memory of their own. What a test asks of the
loading itself (which modules, how long, which streams are open) or of Python's own end needs a fresh interpreter.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any

FORKING = """
import json, os, signal, socket, sys, threading, traceback
import torch
import pellucid.api, pellucid.cli, pellucid.report, pellucid.training, pellucid.tuning
torch.optim.SGD([torch.zeros(1, requires_grad=True)])  # the first one loads torch's compiler
try:
    import optuna
except ImportError:
    pass

asking, code = socket.socket(fileno=int(sys.argv[1])), None
while code is None:
    message, streams, _, _ = socket.recv_fds(asking, 1 << 20, 3)
    if not message:
        sys.exit()
    asked = json.loads(message)
    if "wait" in asked:
        pid, status = os.waitpid(asked["wait"], asked["how"])
        asking.send(json.dumps(os.waitstatus_to_exitcode(status) if pid else None).encode())
    elif child := os.fork():
        asking.send(json.dumps(child).encode())
        for stream in streams:
            os.close(stream)
    else:
        asking.close()
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["folder"])
        sys.argv, code = ["-c", *asked["words"]], asked["code"]
status = 1
try:
    exec(compile(code, "<a test>", "exec"), {"__name__": "__main__"})
    status = 0
except SystemExit as leaving:
    status = leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
except BaseException:
    traceback.print_exc()
finally:
    threading._shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # as processes of multiprocessing do: to take apart all that was loaded would take longer
"""
PELLUCID = "from pellucid.cli import main; main()"
"""Code that takes its words as the command line does."""


class Apart:
    """A process that runs code, as `python -c CODE WORDS` does; used like `subprocess.Popen` with text.

    Attributes:
        pid: its number.
        stdin, stdout: pipes to and from it.
        returncode: how it ended, below 0 by a signal; None before `wait`.
    """

    def __init__(
        self, asking: socket.socket, code: str, words: tuple[object, ...], environment: dict[str, str]
    ) -> None:
        self._asking = asking
        self._stderr: IO[str] = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (closed at its end)
        theirs, mine = os.pipe()
        self.stdin = os.fdopen(mine, "w", encoding="utf-8")
        reading, writing = os.pipe()
        self.stdout = os.fdopen(reading, encoding="utf-8")
        asked = {
            "code": code,
            "words": [str(word) for word in words],
            "environment": environment,
            "folder": os.getcwd(),
        }
        socket.send_fds(asking, [json.dumps(asked).encode()], [theirs, writing, self._stderr.fileno()])
        os.close(theirs)
        os.close(writing)
        self.pid = int(json.loads(asking.recv(1 << 10)))
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return how it ended, None while it goes on."""
        return self._ask(os.WNOHANG)

    def wait(self) -> int:
        """Wait for its end, and return how it ended."""
        code = self._ask(0)
        assert code is not None
        return code

    def _ask(self, how: int) -> int | None:
        if self.returncode is None:
            self._asking.send(json.dumps({"wait": self.pid, "how": how}).encode())
            self.returncode = json.loads(self._asking.recv(1 << 10))
        return self.returncode

    def communicate(self) -> tuple[str, str]:
        """Close its input, wait for its end, and return what it printed, and its errors."""
        self.stdin.close()
        printed = self.stdout.read()
        self.wait()
        self._stderr.seek(0)
        return printed, self._stderr.read()

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def __enter__(self) -> Apart:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, where: TracebackType | None
    ) -> None:
        """Wait for its end; where the test has failed, make one."""
        if kind is not None:
            self.send_signal(signal.SIGKILL)
        if not self.stdin.closed:
            self.stdin.close()
        self.wait()
        self.stdout.close()
        self._stderr.close()


class Starter:
    """Starts processes that run code; what they are forked from is started with the first of them."""

    def __init__(self) -> None:
        self._asking: socket.socket | None = None
        self._forking: subprocess.Popen[bytes] | None = None

    def __call__(self, code: str, *words: object, **environment: str) -> Apart:
        """Start a process in the folder and the environment of the test, but for some variables.

        Example:
            with start("print(1)") as process: ...
        """
        if self._asking is None:
            self._asking, theirs = socket.socketpair()
            alone = {name: "1" for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
            self._forking = subprocess.Popen(
                [sys.executable, "-c", FORKING, str(theirs.fileno())],
                env=os.environ | alone | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), *sys.path])},
                pass_fds=[theirs.fileno()],
            )
            theirs.close()
        return Apart(self._asking, code, words, {**os.environ, **environment})

    def run(self, code: str, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
        """Start a process, and wait for its end."""
        with self(code, *words, **environment) as process:
            printed, errors = process.communicate()
        return subprocess.CompletedProcess([code, *map(str, words)], process.returncode or 0, printed, errors)

    def close(self) -> None:
        """End what processes are forked from."""
        if self._asking is not None and self._forking is not None:
            self._asking.close()
            self._forking.wait()


@contextmanager
def starting() -> Iterator[Starter]:
    """Yield a starter, and end it."""
    starter: Any = Starter()
    try:
        yield starter
    finally:
        starter.close()
