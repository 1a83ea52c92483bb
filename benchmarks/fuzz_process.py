"""A command as its users call it: a process with real descriptors, of which nothing is believed but what it leaves.

Starting Python and its libraries anew takes seconds, so most of these processes are forked from one that has loaded
them; they then run `pellucid.cli.main` with `sys.argv`, on pipes of their own. Some are truly new ones.
"""

from __future__ import annotations

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
WALL_SECONDS = 60.0
"""For a command that waits: it computes nothing, so a busy machine is no excuse, but may hold it up."""
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


def new_process(words: list[str], folder: Path, variables: dict[str, str]) -> Ended:
    """Run a command in a truly new process."""
    before = os.times()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pellucid", *words],
            cwd=folder,
            env=os.environ | variables,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=4 * WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Ended(None, "", "", "plain", 0.0)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Ended(
        done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"), "plain", cpu
    )


def forked(words: list[str], folder: Path, variables: dict[str, str], chance: random.Random) -> Ended:
    """Run a command in a process forked from this one, with pipes for its output."""
    outlet = chance.choice(OUTLETS)
    pipes = [os.pipe(), os.pipe()]
    sys.stdout.flush()
    sys.stderr.flush()
    before = os.times()
    child = os.fork()
    if child == 0:
        code = 70
        try:
            code = _be_the_process(words, folder, variables, outlet, pipes)
        finally:
            os._exit(code)
    for _, end in pipes:
        os.close(end)
    ends = [reading for reading, _ in pipes]
    if outlet == "reader gone":
        os.close(ends.pop(0))
    said, late = _read(ends, child)
    _, status = os.waitpid(child, 0)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    texts = [part.decode("utf-8", "replace") for part in said]
    out, err = ("", texts[0]) if outlet == "reader gone" else (texts[0], texts[1])
    return Ended(None if late else os.waitstatus_to_exitcode(status), out, err, outlet, cpu)


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
    sys.stdout = _stream(1, encoding) if outlet != "closed" else None  # type: ignore[assignment]
    sys.stderr = _stream(2, encoding) if outlet != "no stderr" else None  # type: ignore[assignment]
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


def _read(ends: list[int], child: int) -> tuple[list[bytes], bool]:
    """Read pipes to their ends; a process that takes too long is ended. Return what came, and whether it was."""
    said: dict[int, bytearray] = {end: bytearray() for end in ends}
    open_, deadline, late = list(ends), time.monotonic() + WALL_SECONDS, False
    while open_:
        ready, _, _ = select.select(open_, [], [], 1.0)
        for end in ready:
            part = os.read(end, 1 << 16)
            if not part:
                open_.remove(end)
                os.close(end)
            elif len(said[end]) < 64 << 20:
                said[end] += part
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            late = True
            deadline += 1e9
    return [bytes(said[end]) for end in ends], late
