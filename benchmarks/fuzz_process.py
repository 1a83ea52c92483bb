"""A command as its users call it: a process with real descriptors, of which nothing is believed but what it leaves.

Starting Python and its libraries anew takes seconds, so most of these processes are forked from one that has loaded
them; they then run `pellucid.cli.main` with `sys.argv`, on pipes of their own. Some are truly new ones.
"""

from __future__ import annotations

import contextlib
import os
import random
import select
import signal
import subprocess
import sys
import time
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

CPU_SECONDS = 10.0
"""Of work that a command may take, its children's included: what takes longer counts as a hang."""
LOADING_SECONDS = 30.0
"""Of computing, beside that, for a new process to load Python's libraries: a busy machine loads slowly."""
WAIT_SECONDS = 30.0
"""By the clock, in which none of a command's processes computes or is ready to: then it waits for what never comes."""
OUTLETS = ("plain", "plain", "plain", "plain", "ascii", "latin-1", "closed", "reader gone", "no stderr", "no stdin")


@dataclass(frozen=True)
class Ended:
    """What a process left.

    Attributes:
        code: its exit code; below 0 the signal that ended it; None: it was ended, for it took too long.
        out: what it wrote to standard output.
        err: what it wrote to standard errors.
        outlet: how its streams were.
        cpu: seconds that it computed.
    """

    code: int | None
    out: str
    err: str
    outlet: str
    cpu: float


class Watched:
    """Whether a process and its children still do something, by what the system says of them.

    A machine that is busy may let a process wait for its turn for minutes: then it is ready to run, and that is no
    hang. One that sleeps, and computes nothing, waits for what never comes.

    Args:
        group: of the processes.
    """

    def __init__(self, group: int) -> None:
        self.group = group
        self.first = self.cpu = self._look()[0]
        self.moved = time.monotonic()

    def is_late(self, most_cpu: float = CPU_SECONDS * 1.5) -> bool:
        """Look again: whether they have computed for too long since the first look, or waited for too long."""
        cpu, is_ready = self._look()
        if is_ready or cpu != self.cpu:
            self.cpu, self.moved = cpu, time.monotonic()
        return cpu - self.first > most_cpu or time.monotonic() - self.moved > WAIT_SECONDS

    def _look(self) -> tuple[float, bool]:
        """Return seconds of computing, and whether one of them is at work or ready to be."""
        total, is_ready = 0.0, False
        for entry in os.scandir("/proc"):
            if entry.name.isdigit():
                try:
                    fields = Path(entry.path, "stat").read_text(errors="replace").rpartition(") ")[2].split()
                except OSError:
                    continue
                if int(fields[2]) == self.group:
                    # A child's seconds count with its parent's once it has been waited for.
                    total += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
                    is_ready = is_ready or fields[0] in "RD"
        return total, is_ready


def new_process(words: list[str], folder: Path, variables: dict[str, str]) -> Ended:
    """Run a command in a truly new process."""
    return _ended(*_started_anew(words, folder, variables), "plain", LOADING_SECONDS)


def _started_anew(words: list[str], folder: Path, variables: dict[str, str]) -> tuple[int, list[int]]:
    pipes = [os.pipe(), os.pipe()]
    process = subprocess.Popen(
        [sys.executable, "-m", "pellucid", *words],
        cwd=folder,
        env=os.environ | variables,
        stdin=subprocess.DEVNULL,
        stdout=pipes[0][1],
        stderr=pipes[1][1],
        process_group=0,
    )
    process.returncode = 0  # it is waited for by its number
    for _, end in pipes:
        os.close(end)
    return process.pid, [reading for reading, _ in pipes]


def forked(words: list[str], folder: Path, variables: dict[str, str], chance: random.Random) -> Ended:
    """Run a command in a process forked from this one, with pipes for its output."""
    outlet = chance.choice(OUTLETS)
    pipes = [os.pipe(), os.pipe()]
    sys.stdout.flush()
    sys.stderr.flush()
    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.setpgid(0, 0)
            code = _be_the_process(words, folder, variables, outlet, pipes)
        finally:
            os._exit(code)
    with contextlib.suppress(OSError):  # both say it, whoever comes first
        os.setpgid(child, child)
    for _, end in pipes:
        os.close(end)
    return _ended(child, [reading for reading, _ in pipes], outlet, 0.0)


def _ended(child: int, ends: list[int], outlet: str, more_cpu: float) -> Ended:
    """Read all that a process says, and wait for its end; one that takes too long is ended."""
    before = os.times()
    if outlet == "reader gone":
        os.close(ends.pop(0))
    said, late = _read(ends, child, CPU_SECONDS * 1.5 + more_cpu)
    _, status = os.waitpid(child, 0)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    texts = [part.decode("utf-8", "replace") for part in said]
    out, err = ("", texts[0]) if outlet == "reader gone" else (texts[0], texts[1])
    return Ended(None if late else os.waitstatus_to_exitcode(status), out, err, outlet, max(0.0, cpu - more_cpu))


def forget_threads() -> None:
    """Forget what has threads, which a fork leaves behind: the caches that were open in the process before."""
    from pellucid.store import cache

    cache._open_cache.cache_clear()


def _be_the_process(
    words: list[str], folder: Path, variables: dict[str, str], outlet: str, pipes: list[tuple[int, int]]
) -> int:
    """Become what `python -m pellucid` is: its descriptors, streams, words, folder and environment; then run it."""
    from pellucid.cli import main

    forget_threads()
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for number, (reading, writing) in enumerate(pipes, start=1):
        os.close(reading)
        os.dup2(writing, number)
        os.close(writing)
    if outlet == "no stdin":
        os.close(0)
    if outlet == "closed":
        os.close(1)
    if outlet == "no stderr":
        os.close(2)
    encoding = outlet if outlet in ("ascii", "latin-1") else "utf-8"
    sys.stdout = _stream(1, encoding) if outlet != "closed" else None
    sys.stderr = _stream(2, encoding) if outlet != "no stderr" else None
    sys.argv = ["pellucid", *words]
    os.environ.update(variables)
    os.chdir(folder)
    code = 0
    try:
        main()
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 0 if leaving.code is None else 1
    except BaseException:
        os.write(2 if outlet != "no stderr" else 1, traceback.format_exc().encode("utf-8", "backslashreplace"))
        code = 1
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    return code


def _stream(number: int, encoding: str) -> TextIO:
    """Return a stream as Python makes it for a descriptor."""
    return open(number, "w", encoding=encoding, errors="strict" if number == 1 else "backslashreplace", closefd=False)


def _read(ends: list[int], child: int, most_cpu: float) -> tuple[list[bytes], bool]:
    """Read pipes to their ends; a process that takes too long is ended. Return what came, and whether it was."""
    said: dict[int, bytearray] = {end: bytearray() for end in ends}
    open_, late, watched = list(ends), False, Watched(child)
    while open_:
        ready, _, _ = select.select(open_, [], [], 2.0)
        for end in ready:
            part = os.read(end, 1 << 16)
            if not part:
                open_.remove(end)
                os.close(end)
            elif len(said[end]) < 64 << 20:
                said[end] += part
        if not ready and not late and watched.is_late(most_cpu):
            late = True
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child, signal.SIGKILL)
    return [bytes(said[end]) for end in ends], late
