"""One attempt of `fuzz.py`: something honest is copied and changed, a command is typed; and what must hold of it."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import time
import traceback
from argparse import Namespace
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fuzz_bytes import change_file
from fuzz_flags import START, cases
from fuzz_places import FOLDERS, change_place, differences, snapshot
from fuzz_process import CPU_SECONDS, forked, new_process
from fuzz_structures import change_json, change_lines, change_yaml
from fuzz_subjects import SUBJECTS, Look, Subject
from fuzz_world import type_words

NEW_PROCESS_EVERY = 20
_FLAGS_SHARE = 0.09
_DOCUMENTED = {"reproduce": {1}, "weights": {1}}
_STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_CHANGES = {"json": change_json, "lines": change_lines, "yaml": change_yaml}
_COMPARED = ("call", "process", "new process")
"""Ways in which all that was said came whole; others have a closed output, or an encoding that lacks letters."""
_SLOW_FLAGS = {"train", "tune", "reproduce", "landscape"}
FOUND = {
    "traceback",
    "hang",
    "wrote elsewhere",
    "steers the terminal",
    "no word",
    "no JSON",
    "another answer",
    "crash",
    "fault of the fuzzer",
}


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
        cpu: seconds of computing.
    """

    number: int
    kind: str = ""
    words: tuple[str, ...] = ()
    done: str = ""
    way: str = "call"
    outcome: str = ""
    detail: str = ""
    cpu: float = 0.0


class Fuzzer:
    """Does attempts in this process.

    Args:
        world: of all that is honest.
        place: a folder of its own.
        options: of the command line.
    """

    def __init__(self, world: Path, place: Path, options: Namespace) -> None:
        self.world, self.options = world, options
        self.honest: dict[tuple[str, str, tuple[str, ...]], Any] = {}
        self.flags = {name: found for name in START if (found := list(cases(name)))}
        self.move_to(place)

    def move_to(self, place: Path) -> None:
        """Work in another folder from now on."""
        self.place, self.case, self.guard = place, place / "case", place / "guard"
        for folder in (self.guard / "inner", self.guard / "home"):
            folder.mkdir(parents=True, exist_ok=True)
        (self.guard / "secret.txt").write_text("not yours")
        (self.guard / "inner" / "secret.txt").write_text("not yours")
        os.environ.update(
            HOME=str(self.guard / "home"),
            PELLUCID_DATA=str(self.world / "none"),
            PELLUCID_CACHE=str(place / "cache"),
            MPLCONFIGDIR=str(self.world.parent / "fonts"),
            COLUMNS="100",
        )

    def rehearse(self) -> None:
        """Type every command on what is honest: its answers are known then, and all libraries are loaded."""
        for subject in SUBJECTS:
            for look in subject.looks:
                self._answer(look, subject)
        self._call(["descent", "line", "--steps", "3"], {})

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
        places = sorted(
            {path for pattern in subject.files for path in self.case.glob(pattern) if _is_changed(path, subject.kind)}
        )
        target = chance.choice(places)
        if subject.kind == "places":
            made.done = change_place(self.case, self.guard, chance, only=target)
        elif subject.kind == "folders":
            made.done = change_place(self.case, self.guard, chance, only=target, kinds=FOLDERS)
        elif subject.kind == "data":
            made.done = f"{target.relative_to(self.case)}: {change_file(target, chance)}"
        else:
            data, said = _CHANGES[subject.kind](target.read_bytes(), chance)
            target.write_bytes(data)
            made.done = f"{target.relative_to(self.case)}: {said}"
        self._judge(
            made,
            look,
            {name: value.format(case=self.case) for name, value in subject.variables.items()},
            chance,
            subject,
        )

    def _lay(self, name: str) -> None:
        """Lay a fresh copy of something honest where cases lie."""
        remove(self.case)
        remove(self.guard / "moved")
        shutil.copytree(self.world / name, self.case)

    # --- what must hold ---

    def _judge(
        self,
        made: Attempt,
        look: Look,
        variables: dict[str, str],
        chance: random.Random,
        subject: Subject | None = None,
    ) -> None:
        words = [word.replace("{world}", str(self.world)) for word in look.words]
        outside, inside = snapshot(self.guard, self.world), snapshot(self.case)
        code, out, err, cpu = self._typed(made, words, variables, chance)
        made.cpu = round(cpu, 3)
        made.outcome = "well" if code == 0 else "refused"
        if code is None or cpu > CPU_SECONDS * 1.5:
            made.outcome, made.detail = (
                ("at work", "") if look.may_last and cpu > 1 else ("hang", f"{cpu:.1f} s of computing")
            )
        elif "Traceback (most recent call last)" in err or code not in {0, 2, *_DOCUMENTED.get(words[0], set())}:
            made.outcome, made.detail = "traceback", f"exit code {code}: {err[-3000:]}"
        self._check_places(made, look, outside, inside)
        if made.outcome in ("well", "refused"):
            self._check_words(made, code, words, out, err)
        if made.outcome == "well" and look.same and subject is not None and made.way in _COMPARED:
            self._check_same(made, look, subject, out, err)

    def _typed(
        self, made: Attempt, words: list[str], variables: dict[str, str], chance: random.Random
    ) -> tuple[int | None, str, str, float]:
        if made.way == "call" or any("\0" in word or "\udcff" in word for word in words):
            made.way = "call"
            return self._call(words, variables)
        ended = (
            new_process(words, self.case, variables)
            if made.way == "new process"
            else forked(words, self.case, variables, chance)
        )
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
            made.outcome, made.detail = (
                "steers the terminal",
                repr((out + err)[max(0, found.start() - 60) : found.start() + 20]),
            )
        elif code == 2 and not err.strip() and not out.strip() and made.way in _COMPARED:
            made.outcome, made.detail = "no word", ""
        elif code == 0 and "--json" in words and made.way in _COMPARED:
            try:
                json.loads(out, parse_constant=_never)
            except ValueError as problem:
                made.outcome, made.detail = "no JSON", f"{problem}: {out[:200]}"

    def _check_same(self, made: Attempt, look: Look, subject: Subject, out: str, err: str) -> None:
        honest, said = self._answer(look, subject)
        if _without(json.loads(out.replace(str(self.case), "CASE"))) == honest or err != said:
            return
        tells_nothing = subject.kind in ("json", "lines") and made.done.startswith(
            ("run/run.json", "rows/run.json", "half/")
        )
        made.outcome = "another record" if tells_nothing else "another answer"
        made.detail = out[:300]

    def _answer(self, look: Look, subject: Subject) -> tuple[Any, str]:
        """Return what the command answers where nothing was changed, and what it says beside."""
        key = (subject.name, str(subject.variables), look.words)
        if key not in self.honest:
            self._lay(subject.name)
            words = [word.replace("{world}", str(self.world)) for word in look.words]
            variables = {name: value.format(case=self.case) for name, value in subject.variables.items()}
            code, out, err, _ = self._call(words, variables)
            if code and look.same:
                raise RuntimeError(f"Nothing was changed, and yet {words} ended with {code}: {err}")
            answer = json.loads(out.replace(str(self.case), "CASE")) if look.same else None
            self.honest[key] = (_without(answer), err)
        answered, said = self.honest[key]
        return answered, said


def _is_changed(path: Path, kind: str) -> bool:
    """Return whether something is what a kind of change is made to."""
    return kind == "places" or (path.is_dir() if kind == "folders" else path.is_file())


def _never(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


def _without(value: Any) -> Any:
    """Return an answer without what differs from time to time."""
    if isinstance(value, dict):
        timed = (
            "seconds",
            "path",
            "source",
            "when",
            "report",
            "timings",
            "hardware",
            "command",
            "thread_choices",
            "name",
        )
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


def is_kind(number: int, options: Namespace) -> bool:
    """Tell whether an attempt is of the kind that was asked for, by drawing as it does."""
    chance = random.Random(f"{options.seed}/{number}")
    if chance.random() < _FLAGS_SHARE:
        return "flags".startswith(options.only_kind)
    subject = chance.choices(SUBJECTS, [one.often for one in SUBJECTS])[0]
    return f"{subject.name} {subject.kind}".startswith(options.only_kind)
