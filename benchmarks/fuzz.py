"""Strangers' files by the thousand: no traceback, no hang, nothing written outside, no wrong result in silence.

    python benchmarks/fuzz.py --attempts 20000 --seed 0 --command-line 2000

Each attempt copies something honest (a run, a search, weights, data of each format, the cache), changes one thing in it
(the structure of a JSON, YAML or journal; the bytes of a data format or a tensor of a checkpoint; a link, a pipe, a
folder in a file's place), or takes one flag's extreme value, and types one command. What must hold of it:

- exit code 0 or 2 (1 where it is documented: `reproduce`, `weights verify`), and no traceback;
- at most 10 s of computing, and no waiting: 60 s by the clock count as a hang, for the machine may be busy;
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
import random
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
from dataclasses import dataclass
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):  # processes are forked, which threads do not survive
    os.environ[_name] = "1"

from fuzz_bytes import change_file
from fuzz_flags import START, cases
from fuzz_places import change_place, differences, snapshot
from fuzz_process import CPU_SECONDS, WALL_SECONDS, forked, new_process
from fuzz_structures import change_json, change_lines, change_yaml
from fuzz_world import SUBJECTS, Look, Subject, make_world, type_words

NEW_PROCESS_EVERY = 20
_FLAGS_SHARE = 0.09
_DOCUMENTED = {"reproduce": {1}, "weights": {1}}
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_CHANGES = {"json": change_json, "lines": change_lines, "yaml": change_yaml}
_SLOW_FLAGS = {"train", "tune", "reproduce", "landscape"}


class TooLongError(BaseException):
    """A call took longer than it may."""


@dataclass
class Attempt:
    """One attempt.

    Attributes:
        number: of it.
        kind: the subject and how it is changed, e.g. "run json".
        words: of the command.
        done: what was changed.
        way: "call", "process" or "new process".
        outcome: "well", "refused", "another record", "at work", or what is wrong.
        detail: of what is wrong.
    """

    number: int
    kind: str = ""
    words: tuple[str, ...] = ()
    done: str = ""
    way: str = "call"
    outcome: str = ""
    detail: str = ""


class Fuzzer:
    """Does attempts in this process.

    Args:
        world: of all that is honest.
        place: a folder of its own.
        options: of the command line.
    """

    def __init__(self, world: Path, place: Path, options: argparse.Namespace) -> None:
        self.world, self.place, self.options = world, place, options
        self.case, self.guard = place / "case", place / "guard"
        self.honest: dict[tuple[str, tuple[str, ...]], Any] = {}
        self.flags = {name: list(cases(name)) for name in START}
        for folder in (self.guard / "inner", self.guard / "home"):
            folder.mkdir(parents=True, exist_ok=True)
        (self.guard / "secret.txt").write_text("not yours")
        (self.guard / "inner" / "secret.txt").write_text("not yours")
        os.environ.update(
            HOME=str(self.guard / "home"), PELLUCID_DATA=str(world / "none"), PELLUCID_CACHE=str(place / "cache"), COLUMNS="100"
        )

    def attempt(self, number: int) -> Attempt:
        """Do one attempt and return what came of it."""
        chance = random.Random(f"{self.options.seed}/{number}")
        every = self.options.every
        made = Attempt(number)
        if every and number % every == 0:
            made.way = "new process" if number // every % NEW_PROCESS_EVERY == 0 else "process"
        if chance.random() < _FLAGS_SHARE:
            self._flag(made, chance)
        else:
            weights = [subject.often for subject in SUBJECTS]
            self._change(made, chance.choices(SUBJECTS, weights)[0], chance)
        return made

    # --- the two kinds of attempts ---

    def _flag(self, made: Attempt, chance: random.Random) -> None:
        command = chance.choice([name for name in self.flags for _ in range(1 if name in _SLOW_FLAGS else 3)])
        words = [command, *chance.choice(self.flags[command])]
        made.kind, made.words, made.done = f"flags {command}", tuple(words), words[-1][:80]
        self._lay("run")
        (self.case / "runs").mkdir()
        shutil.move(self.case / "run", self.case / "runs" / "p")
        shutil.copytree(self.world / "rows" / "rows", self.case / "runs" / "r")
        shutil.copy(self.world / "table.csv", self.case / "table.csv")
        shutil.copy(self.world / "new.csv", self.case / "new.csv")
        (self.case / "weights.safetensors").write_bytes(b"")
        if "digits" in words or "mnist" in words or len(words[-1]) > 100_000:
            made.outcome = "well"
            return
        # Places that a flag names are written to: what lies outside of the folder where all is typed must stay.
        self._judge(made, Look(tuple(words), writes=("",), may_last=True), {}, chance)

    def _change(self, made: Attempt, subject: Subject, chance: random.Random) -> None:
        look = chance.choices(subject.looks, [one.often for one in subject.looks])[0]
        made.kind, made.words = f"{subject.name} {subject.kind}", look.words
        self._lay(subject.name)
        places = sorted({path for pattern in subject.files for path in self.case.glob(pattern) if subject.kind == "places" or path.is_file()})
        target = chance.choice(places)
        if subject.kind == "places":
            made.done = change_place(self.case, self.guard, chance, only=target)
        elif subject.kind == "data":
            made.done = f"{target.relative_to(self.case)}: {change_file(target, chance)}"
        else:
            data, said = _CHANGES[subject.kind](target.read_bytes(), chance)
            target.write_bytes(data)
            made.done = f"{target.relative_to(self.case)}: {said}"
        self._judge(made, look, {name: value.format(case=self.case) for name, value in subject.variables.items()}, chance, subject)

    def _lay(self, name: str) -> None:
        """Lay a fresh copy of something honest where cases lie."""
        remove(self.case)
        remove(self.guard / "moved")
        shutil.copytree(self.world / name, self.case)

    # --- what must hold ---

    def _judge(
        self, made: Attempt, look: Look, variables: dict[str, str], chance: random.Random, subject: Subject | None = None
    ) -> None:
        words = [word.replace("{world}", str(self.world)) for word in look.words]
        outside, inside = snapshot(self.guard, self.world), snapshot(self.case)
        code, out, err, cpu = self._typed(made, words, variables, chance)
        made.outcome = "well" if code == 0 else "refused"
        if code is None or cpu > CPU_SECONDS * 1.5:
            made.outcome, made.detail = ("at work", "") if look.may_last and cpu > 1 else ("hang", f"{cpu:.1f} s of computing")
        elif "Traceback (most recent call last)" in err or code not in {0, 2, *_DOCUMENTED.get(words[0], set())}:
            made.outcome, made.detail = "traceback", f"exit code {code}: {err[-3000:]}"
        self._check_places(made, look, outside, inside)
        if made.outcome in ("well", "refused"):
            self._check_words(made, code, words, out, err)
        if made.outcome == "well" and look.same and subject is not None and made.way != "process":
            self._check_same(made, look, subject, out, err)

    def _typed(
        self, made: Attempt, words: list[str], variables: dict[str, str], chance: random.Random
    ) -> tuple[int | None, str, str, float]:
        if made.way == "call" or any("\0" in word or "\udcff" in word for word in words):
            made.way = "call"
            return self._call(words, variables)
        ended = new_process(words, self.case, variables) if made.way == "new process" else forked(words, self.case, variables, chance)
        if ended.outlet != "plain":
            made.way = f"process, {ended.outlet}"
        return ended.code, ended.out, ended.err, ended.cpu

    def _call(self, words: list[str], variables: dict[str, str]) -> tuple[int | None, str, str, float]:
        def stop(_signal: int, _frame: object) -> None:
            raise TooLongError

        before, started = dict(os.environ), time.process_time()
        os.environ.update(variables)
        os.chdir(self.case)
        signal.signal(signal.SIGPROF, stop)
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS * 1.5)
        try:
            code, out, err = type_words(words)
        except TooLongError:
            return None, "", "", time.process_time() - started
        except BaseException:
            return 1, "", traceback.format_exc(), time.process_time() - started
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            os.chdir("/")
            for name in variables:
                os.environ.pop(name)
                os.environ.update({name: before[name]} if name in before else {})
        return code, out, err, time.process_time() - started

    def _check_places(self, made: Attempt, look: Look, outside: dict[str, Any], inside: dict[str, Any]) -> None:
        touched = differences(outside, snapshot(self.guard, self.world))
        for path in differences(inside, snapshot(self.case)) if "" not in look.writes else ():
            if not os.path.relpath(path, self.case).startswith(look.writes or ("\0",)):
                touched.append(path)
        if touched:
            made.outcome, made.detail = "wrote elsewhere", ", ".join(touched[:4])
        if os.stat("/dev/null").st_rdev != os.makedev(1, 3):
            raise SystemExit("/dev/null was replaced")

    def _check_words(self, made: Attempt, code: int | None, words: list[str], out: str, err: str) -> None:
        found = _STEERING.search(out + err)
        if found and "reader gone" not in made.way:
            made.outcome, made.detail = "steers the terminal", repr((out + err)[max(0, found.start() - 60) : found.start() + 20])
        elif code == 2 and not err.strip() and not out.strip() and made.way in ("call", "process", "new process"):
            made.outcome, made.detail = "no word", ""
        elif code == 0 and "--json" in words and made.way in ("call", "process", "new process"):
            try:
                json.loads(out, parse_constant=_never)
            except ValueError as problem:
                made.outcome, made.detail = "no JSON", f"{problem}: {out[:200]}"

    def _check_same(self, made: Attempt, look: Look, subject: Subject, out: str, err: str) -> None:
        honest, said = self._answer(look, subject)
        if _without(json.loads(out.replace(str(self.case), "CASE"))) == honest or err != said:
            return
        tells_nothing = subject.kind in ("json", "lines") and made.done.startswith(("run/run.json", "rows/run.json", "half/"))
        made.outcome = "another record" if tells_nothing else "another answer"
        made.detail = out[:300]

    def _answer(self, look: Look, subject: Subject) -> tuple[Any, str]:
        """Return what the command answers where nothing was changed, and what it says beside."""
        key = (subject.name, look.words)
        if key not in self.honest:
            kept = self.case.with_name("kept")
            remove(kept)
            self.case.rename(kept)
            self._lay(subject.name)
            words = [word.replace("{world}", str(self.world)) for word in look.words]
            variables = {name: value.format(case=self.case) for name, value in subject.variables.items()}
            code, out, err, _ = self._call(words, variables)
            if code:
                raise RuntimeError(f"Nothing was changed, and yet {words} ended with {code}: {err}")
            self.honest[key] = (_without(json.loads(out.replace(str(self.case), "CASE"))), err)
            remove(self.case)
            kept.rename(self.case)
        return self.honest[key]


def _never(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _without(value: Any) -> Any:
    """Return an answer without what differs from time to time."""
    if isinstance(value, dict):
        timed = ("seconds", "path", "source", "when", "report", "timings", "hardware", "command", "thread_choices", "name")
        return {key: _without(one) for key, one in value.items() if key not in timed}
    return [_without(one) for one in value] if isinstance(value, list) else value


def remove(place: Path) -> None:
    """Remove anything, however deep its folders."""
    if place.is_symlink() or place.is_file():
        place.unlink()
    elif place.is_dir():
        try:
            shutil.rmtree(place)
        except (RecursionError, OSError):
            os.spawnlp(os.P_WAIT, "rm", "rm", "-rf", str(place))
    elif os.path.lexists(place):
        place.unlink()


# --- workers ---


class Worker:
    """A process, forked from this one, that does every n-th attempt and tells of each."""

    def __init__(self, world: Path, options: argparse.Namespace, share: int) -> None:
        self.world, self.options, self.share = world, options, share
        self.next = options.first + share
        self.ended = 0
        self.start()

    def start(self) -> None:
        """Fork the process, which goes on at the next number."""
        self.pipe, writing = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.close(self.pipe)
                self._work(writing)
            finally:
                os._exit(0)
        os.close(writing)
        self.begun, self.buffer = time.monotonic(), b""

    def _work(self, writing: int) -> None:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        place = self.world.parent / f"worker-{self.share}"
        place.mkdir(exist_ok=True)
        fuzzer = Fuzzer(self.world, place, self.options)
        for number in range(self.next, self.options.first + self.options.attempts, self.options.workers):
            if self.options.only_kind and not _is_kind(number, self.options):
                made = Attempt(number, outcome="passed over")
            else:
                try:
                    made = fuzzer.attempt(number)
                except Exception:  # of this program's own
                    made = Attempt(number, "this program", outcome="fault of the fuzzer", detail=traceback.format_exc())
            if made.outcome in FOUND and self.options.keep:
                shutil.copytree(fuzzer.case, self.options.keep / str(number), symlinks=True, dirs_exist_ok=True, ignore_dangling_symlinks=True)
            os.write(writing, json.dumps(vars(made)).encode() + b"\n")

    def read(self) -> list[dict[str, Any]]:
        """Return what is told now; where the process is gone or silent, that, too, and start it anew."""
        part = os.read(self.pipe, 1 << 20)
        if part:
            *lines, self.buffer = (self.buffer + part).split(b"\n")
            made = [json.loads(line) for line in lines]
            self.next += self.options.workers * len(made)
            if made:
                self.begun = time.monotonic()
            return made
        _, status = os.waitpid(self.pid, 0)
        os.close(self.pipe)
        if self.next >= self.options.first + self.options.attempts:
            self.ended = 1
            return []
        return self._lost(f"ended: {os.waitstatus_to_exitcode(status)}", "crash")

    def check_time(self) -> list[dict[str, Any]]:
        """End a process that has been silent for too long."""
        if time.monotonic() - self.begun < 5 * WALL_SECONDS:
            return []
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.pipe)
        return self._lost(f"silent for {5 * WALL_SECONDS:.0f} s", "hang")

    def _lost(self, detail: str, outcome: str) -> list[dict[str, Any]]:
        number = self.next
        self.next += self.options.workers
        self.start()
        return [vars(Attempt(number, "?", outcome=outcome, detail=detail))]


FOUND = {
    "traceback", "hang", "wrote elsewhere", "steers the terminal", "no word", "no JSON", "another answer", "crash", "fault of the fuzzer",
}  # fmt: skip


def _is_kind(number: int, options: argparse.Namespace) -> bool:
    """Tell whether an attempt is of the kind that was asked for, by drawing as it does."""
    chance = random.Random(f"{options.seed}/{number}")
    if chance.random() < _FLAGS_SHARE:
        return "flags".startswith(options.only_kind)
    subject = chance.choices(SUBJECTS, [one.often for one in SUBJECTS])[0]
    return f"{subject.name} {subject.kind}".startswith(options.only_kind)


def run() -> int:
    """Do all attempts, and return the exit code."""
    options = _options()
    counts: dict[str, Counter[str]] = {}
    ways: Counter[str] = Counter()
    others: Counter[str] = Counter()
    found: list[dict[str, Any]] = []
    begun = time.monotonic()
    folder = Path(tempfile.mkdtemp(prefix="pellucid-fuzz-"))
    try:
        world = folder / "world"
        make_world(world)
        type_words(["models", "--timm", "--torchvision"])
        print(f"# everything honest was made in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        workers = [Worker(world, options, share) for share in range(options.workers)]
        while alive := [worker for worker in workers if not worker.ended]:
            ready, _, _ = select.select([worker.pipe for worker in alive], [], [], 1.0)
            told = [one for worker in alive if worker.pipe in ready for one in worker.read()]
            told += [one for worker in alive if not worker.ended for one in worker.check_time()]
            for one in told:
                if one["outcome"] == "passed over":
                    continue
                counts.setdefault(one["kind"], Counter())[one["outcome"]] += 1
                ways[one["way"]] += 1
                if one["outcome"] == "another record":
                    others[re.sub(r"\.\d+", "", one["done"])[:100]] += 1
                if one["outcome"] in FOUND or options.only is not None:
                    found += [one] if one["outcome"] in FOUND else []
                    print(json.dumps(one), file=sys.stderr, flush=True)
                total = sum(map(Counter.total, counts.values()))
                if total % 500 == 0:
                    print(f"# {total} attempts, {len(found)} found, {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    finally:
        remove(folder)
    for kind, outcomes in sorted(counts.items()):
        print(f"{kind:24} {outcomes.total():6}  {', '.join(f'{name} {number}' for name, number in outcomes.most_common())}")
    if others:
        print("Another valid record, so other answers:")
        for name, number in others.most_common():
            print(f"  {number:4}  {name}")
    outcomes = sum(counts.values(), Counter())
    result = {
        "attempts": outcomes.total(),
        "seed": options.seed,
        "ways": dict(ways),
        "outcomes": dict(outcomes),
        "found": [{key: one[key] for key in ("number", "kind", "outcome")} for one in found],
        "seconds": round(time.monotonic() - begun),
    }
    print(json.dumps(result))
    return 1 if found else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attempts", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0, help="number of the first")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--command-line", type=int, default=200, help="how many are processes of their own")
    parser.add_argument("--workers", type=int, default=2, help="processes at once")
    parser.add_argument("--only", type=int, help="this one attempt of --attempts")
    parser.add_argument("--only-kind", default="", help="only attempts whose kind begins so, e.g. 'run json'")
    parser.add_argument("--keep", type=Path, help="where what did something is kept")
    options = parser.parse_args()
    options.every = options.attempts // options.command_line if options.command_line else 0
    if options.only is not None:
        options.first, options.workers = options.only, 1
        options.attempts = 1
    return options


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        sys.exit(run())
