"""Strangers' files by the thousand: no traceback, no hang, nothing written outside, no wrong result in silence.

    python benchmarks/fuzz.py --attempts 20000 --seed 0 --command-line 2000

Each attempt copies something honest (a run, a search, weights, data of each format, the cache), changes one thing in it
(the structure of a JSON, YAML or journal; the bytes of a data format or a tensor of a checkpoint; a link, a pipe, a
folder in a file's place), or takes one flag's extreme value, and types one command. What must hold of it:

- exit code 0 or 2 (1 where it is documented: `reproduce`, `weights verify`), and no traceback;
- at most 10 s of computing on a quiet machine (15 are allowed, for a busy one inflates them), and no waiting:
  where none of its processes computes, or is ready to, for 30 s, it hangs
  (by the clock alone nothing can be told where the machine is busy);
- nothing written outside of what was named: a guarded folder beside it, the home folder, everything honest, and, where
  a command only looks, the case itself stay as they were;
- standard output is JSON where JSON was asked for, and no character in it steers a terminal;
- of runs, checkpoints and the cache: the answers are those of the honest ones, or the change was refused or said. A
  run.json or a line whose value is changed into another valid one (a temperature of 2 for 1.5) is another record, which
  nothing can tell: such are counted apart, by field.

Most attempts are calls within a process of this program; of `--command-line` many each is a process with pipes, forked
from one that has loaded the libraries, with `sys.argv`; every twentieth of those is a truly new one. Attempts depend on
the seed and their number alone: `--only N` repeats one, and `--keep FOLDER` keeps what it was about. Prints counts, and
one line of JSON; leaves with exit code 1 when anything was found.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import resource
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import Any

from fuzz_attempts import FOUND, Attempt, Fuzzer, is_kind, remove
from fuzz_process import CPU_SECONDS, LOADING_SECONDS, Watched, forget_threads
from fuzz_structures import LARGEST
from fuzz_world import make_world, type_words

ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
"""Processes are forked, which threads do not survive."""
LOOK_SECONDS = 5.0
"""Between two looks whether a process still does something."""


class Worker:
    """A process, forked from this one, that does every n-th attempt and tells of each."""

    def __init__(self, fuzzer: Fuzzer, options: argparse.Namespace, share: int) -> None:
        self.fuzzer, self.options, self.share = fuzzer, options, share
        self.next = options.first + share
        self.ended = 0
        self.start()

    def start(self) -> None:
        """Fork the process, which goes on at the next number."""
        self.pipe, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.setpgid(0, 0)
                os.close(self.pipe)
                self._work(writing)
            finally:
                os._exit(0)
        with contextlib.suppress(OSError):  # both say it, whoever comes first
            os.setpgid(self.pid, self.pid)
        os.close(writing)
        self.watched, self.buffer, self.looked = Watched(self.pid), b"", time.monotonic()

    def _work(self, writing: int) -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        forget_threads()
        fuzzer = self.fuzzer
        fuzzer.move_to(fuzzer.world.parent / f"worker-{self.share}")
        for number in range(self.next, self.options.first + self.options.attempts, self.options.workers):
            if number in self.options.done or (self.options.only_kind and not is_kind(number, self.options)):
                made = Attempt(number, outcome="passed over")
            else:
                try:
                    made = fuzzer.attempt(number)
                except Exception:  # of this program's own
                    made = Attempt(number, "this program", outcome="fault of the fuzzer", detail=traceback.format_exc())
            if made.outcome in FOUND and self.options.keep and _is_small(fuzzer.case):
                shutil.copytree(
                    fuzzer.case,
                    self.options.keep / str(number),
                    symlinks=True,
                    dirs_exist_ok=True,
                    ignore_dangling_symlinks=True,
                )
            os.write(writing, json.dumps(vars(made)).encode() + b"\n")

    def read(self) -> list[dict[str, Any]]:
        """Return what is told now; where the process is gone or silent, that, too, and start it anew."""
        part = os.read(self.pipe, 1 << 20)
        if part:
            *lines, self.buffer = (self.buffer + part).split(b"\n")
            made = [json.loads(line) for line in lines]
            self.next += self.options.workers * len(made)
            if made:
                self.watched = Watched(self.pid)
            return made
        _, status = os.waitpid(self.pid, 0)
        os.close(self.pipe)
        if self.next >= self.options.first + self.options.attempts:
            self.ended = 1
            return []
        return self._lost(f"ended: {os.waitstatus_to_exitcode(status)}", "crash")

    def check_time(self) -> list[dict[str, Any]]:
        """End a process that has been silent for too long."""
        if time.monotonic() - self.looked < LOOK_SECONDS:
            return []
        self.looked = time.monotonic()
        if not self.watched.is_late(6 * CPU_SECONDS + LOADING_SECONDS):
            return []
        os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.pipe)
        return self._lost("it was silent", "hang")

    def _lost(self, detail: str, outcome: str) -> list[dict[str, Any]]:
        number = self.next
        self.next += self.options.workers
        self.start()
        return [vars(Attempt(number, "?", outcome=outcome, detail=detail))]


def _is_small(folder: Path) -> bool:
    """Tell whether a folder can be copied: a file that is all hole would be written out."""
    return sum(path.lstat().st_size for path in folder.rglob("*")) < LARGEST


class Tally:
    """What came of attempts: counts, and all that was found."""

    def __init__(self) -> None:
        self.counts: dict[str, Counter[str]] = {}
        self.ways: Counter[str] = Counter()
        self.others: Counter[str] = Counter()
        self.found: list[dict[str, Any]] = []
        self.begun = time.monotonic()

    @property
    def total(self) -> int:
        """How many attempts there were."""
        return sum(map(Counter.total, self.counts.values()))

    def add(self, one: dict[str, Any]) -> None:
        """Count an attempt, and print what is wrong with it."""
        self.counts.setdefault(one["kind"], Counter())[one["outcome"]] += 1
        self.ways[one["way"]] += 1
        if one["outcome"] == "another record":
            self.others[re.sub(r"\.\d+", "", one["done"])[:100]] += 1
        if one["outcome"] in FOUND:
            self.found.append(one)
            print(json.dumps(one), file=sys.stderr, flush=True)
        if self.total % 500 == 0:
            self.say(f"{self.total} attempts, {len(self.found)} found")

    def say(self, words: str) -> None:
        """Print how far it is."""
        print(f"# {words}, {time.monotonic() - self.begun:.0f} s", file=sys.stderr, flush=True)

    def show(self, seed: int) -> None:
        """Print all counts, and a line of JSON."""
        for kind, outcomes in sorted(self.counts.items()):
            words = ", ".join(f"{name} {number}" for name, number in outcomes.most_common())
            print(f"{kind:24} {outcomes.total():6}  {words}")
        if self.others:
            print("Another valid record, so other answers:")
            for name, number in self.others.most_common():
                print(f"  {number:4}  {name}")
        result = {
            "attempts": self.total,
            "seed": seed,
            "ways": dict(self.ways),
            "outcomes": dict(sum(self.counts.values(), Counter())),
            "found": [{key: one[key] for key in ("number", "kind", "outcome")} for one in self.found],
            "seconds": round(time.monotonic() - self.begun),
        }
        print(json.dumps(result))


def run() -> int:
    """Do all attempts, and return the exit code."""
    options = _options()
    tally = Tally()
    folder = Path(tempfile.mkdtemp(prefix="pellucid-fuzz-")) if options.world is None else options.world
    try:
        world = folder / "world"
        if not world.exists():
            make_world(world)
        type_words(["models", "--timm", "--torchvision"])
        fuzzer = Fuzzer(world, folder / "rehearsal", options)
        if options.only is None and not options.only_kind:
            fuzzer.rehearse()
        tally.say("all that is honest was made")
        before = [json.loads(line) for line in options.log.open()] if options.log and options.log.exists() else []
        options.done = {one["number"] for one in before}
        for one in before:
            tally.add(one)
        _do_all(fuzzer, options, tally)
    finally:
        if options.world is None:
            remove(folder)
    tally.show(options.seed)
    return 1 if tally.found else 0


def _do_all(fuzzer: Fuzzer, options: argparse.Namespace, tally: Tally) -> None:
    workers = [Worker(fuzzer, options, share) for share in range(options.workers)]
    while alive := [worker for worker in workers if not worker.ended]:
        ready, _, _ = select.select([worker.pipe for worker in alive], [], [], 1.0)
        told = [one for worker in alive if worker.pipe in ready for one in worker.read()]
        told += [one for worker in alive if not worker.ended for one in worker.check_time()]
        for one in told:
            if one["outcome"] == "passed over":
                continue
            if options.log is not None:
                with options.log.open("a") as file:
                    file.write(json.dumps(one) + "\n")
            tally.add(one)
            if options.only is not None and one["outcome"] not in FOUND:
                print(json.dumps(one), file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attempts", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--command-line", type=int, default=200, help="how many are processes of their own")
    parser.add_argument("--workers", type=int, default=2, help="processes at once")
    parser.add_argument("--only", type=int, help="this one attempt of --attempts")
    parser.add_argument("--only-kind", default="", help="only attempts whose kind begins so, e.g. 'run json'")
    parser.add_argument(
        "--world", type=Path, help="a folder in which all that is honest is made, and found the next time"
    )
    parser.add_argument("--log", type=Path, help="a line of JSON for each attempt; those it has are not done again")
    parser.add_argument("--keep", type=Path, help="where what did something is kept")
    options = parser.parse_args()
    options.done = set()
    options.every = options.attempts // options.command_line if options.command_line else 0
    if options.only is not None:
        options.first, options.workers = options.only, 1
        options.attempts = 1
    return options


if __name__ == "__main__":
    if any(os.environ.get(name) != value for name, value in ONE_THREAD.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ONE_THREAD)
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(run())
