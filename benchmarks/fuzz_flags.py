"""Every flag of every command with extreme values: each ends well or with a worded error, none with a traceback.

    python benchmarks/fuzz_flags.py --command trace --command explain --seconds 20

Drives the command line in this process, in a folder of its own, with one flag's extremes at a time (numbers, lists of
numbers, names with control characters). A case that is still at work after `--seconds` is stopped and counts as well:
so many steps were asked for. Prints one line of JSON; leaves with exit code 1 when a traceback was found.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import signal
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import typer

from pellucid.cli import COMMANDS, main

NUMBERS = (
    "0", "-1", "1", "2", "3", "-0.0", "0.5", "1e-300", "1e300", "-1e300", "nan", "inf", "-inf", "²", "٣", "1_0", " 7 ",
    "0x10", "1e3", "",
    str(2**31), str(2**32 - 1), str(2**32), str(2**62), str(2**63 - 1), str(2**63), str(2**64), "9" * 4300, "9" * 5000,
)  # fmt: skip
TEXTS = (
    *NUMBERS, ",", ",,", "1,", ",1", "1,2,3,4,5,6,7", "4611686018427387904,4611686018427387904", "²,²", "-1,-1",
    "nan,nan", "0,0", "99999,99999", "a\x1b]0;pwn\x07", "a\nb", "\u202ea", "[bold]x[/bold]", "[/nothing]", "a" * 5000,
    "\udcff", "..",
)  # fmt: skip
SKIPPED = frozenset({"help", "version", "json", "out", "runs_dir", "report", "resume", "recipe", "space", "clear"})
START: dict[str, list[str]] = {
    "train": ["iris", "--epochs", "1", "--model", "mlp"],
    "tune": ["iris", "--trials", "1", "--epochs", "1", "--repeats", "0", "--model", "linear"],
    "evaluate": ["runs/r", "--split", "val", "--no-baselines"],
    "watch": ["runs/r"],
    "predict": ["runs/r", "new.csv"],
    "inspect": ["table.csv"],
    "explain": ["runs/r", "0", "--no-checks"],
    "health": ["runs/r"],
    "kernel": [],
    "summary": ["mlp", "--input", "4"],
    "trace": ["runs/r", "0"],
    "features": ["runs/p"],
    "landscape": ["runs/r", "--size", "3"],
    "descent": ["line", "--steps", "3"],
    "compare": ["runs/r", "runs/r"],
    "reproduce": ["runs/r"],
    "report": ["runs/r"],
    "runs": [],
    "cache": [],
    "models": [],
    "fetch": [],
    "weights": ["add", "weights.safetensors", "--model", "linear"],
}


class StillAtWorkError(BaseException):
    """A case took as long as it may."""


def cases(command: str) -> Iterator[list[str]]:
    """Yield the words of every case of a command: each flag with each extreme, and each argument."""
    made: Any = typer.main.get_command(import_module(f"pellucid.cli.{command}").app)
    made = made.commands["add"] if hasattr(made, "commands") else made
    start = START[command]
    for parameter in made.params:
        if parameter.name in SKIPPED or getattr(parameter, "is_flag", False):
            continue
        if parameter.param_type_name == "argument":
            yield from ([text, *start[1:]] for text in TEXTS)
            continue
        flag = max(parameter.opts, key=len)
        kept = [word for place, word in enumerate(start) if word != flag and start[place - 1] != flag]
        yield from ([*kept, f"{flag}={text}"] for text in TEXTS)
        if flag == "--at":
            yield from ([*kept, "--layer", "fc1", "--unit", "0", f"{flag}={text}"] for text in TEXTS)
        if flag == "--optimizer" or flag == "--lr":
            yield from ([*kept, "--weight", "fc1.weight:0,0", f"{flag}={text}"] for text in TEXTS)


def outcome(words: list[str], *, seconds: int) -> str:
    """Run one case, and return "well", "error", "at work", or the traceback."""

    def stop(_signal: int, _frame: object) -> None:
        raise StillAtWorkError

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            main(words)
    except SystemExit as leaving:
        return "well" if leaving.code in (0, None) else "error"
    except StillAtWorkError:
        return "at work"
    except BaseException:
        return traceback.format_exc()
    finally:
        signal.alarm(0)
    return "well"


def prepare() -> None:
    """Make what the commands look at: a run on rows, one on pictures, a table, new rows."""
    Path("table.csv").write_text("x,y,target\n" + "".join(f"{n},{n * n},{'ab'[n % 2]}\n" for n in range(40)))
    Path("new.csv").write_text(
        "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)\n5.1,3.5,1.4,0.2\n"
    )
    Path("weights.safetensors").write_bytes(b"")
    outcome(["models", "--timm", "--torchvision"], seconds=600)  # an import that is stopped halfway is never mended
    outcome(["train", "iris", "--model", "mlp", "--hidden", "4", "--epochs", "1", "--name", "r"], seconds=600)
    outcome(["train", "digits", "--model", "lenet5", "--epochs", "1", "--name", "p"], seconds=600)


def run() -> int:
    """Run all cases, and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--command", action="append", choices=list(COMMANDS), help="only these")
    parser.add_argument("--flag", action="append", help="only flags that hold this")
    parser.add_argument("--seconds", type=int, default=20)
    chosen = parser.parse_args()
    counts: Counter[str] = Counter()
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.environ["PELLUCID_CACHE"] = str(Path(folder) / "cache")
        prepare()
        for command in chosen.command or COMMANDS:
            for words in cases(command):
                if chosen.flag and not any(one in words[-1] for one in chosen.flag):
                    continue
                came = outcome([command, *words], seconds=chosen.seconds)
                known = came in ("well", "error", "at work")
                counts[came if known else "traceback"] += 1
                if not known:
                    faults.append(words)
                    shown = [word if len(word) < 80 else f"{word[:40]}... ({len(word)} letters)" for word in words]
                    print(json.dumps([command, *shown]), came.strip().splitlines()[-1][:300], file=sys.stderr)
                    print("    ", came.strip().splitlines()[-3].strip()[:200], file=sys.stderr)
        os.chdir("/")
    print(json.dumps(dict(counts)))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(run())
