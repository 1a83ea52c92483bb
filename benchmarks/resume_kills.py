"""Thirty kills, half of them while a checkpoint is being written: does the training end with the very same weights?

A training of the digits is killed with SIGKILL and resumed, again and again, until it is done; then the next one
begins, until so many kills have fallen. Each must end with the weights, the history and the best epoch of one that
nobody disturbed, bit for bit.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from measuring import describe_machine, format_table, pellucid_command, write_results
from safetensors import safe_open

CHOICES = (
    "--epochs",
    "12",
    "--ema",
    "0.99",
    "--dropout",
    "0.2",
    "--model",
    "mlp",
    "--hidden",
    "256,256",
    "--augment",
    "light",
)
LONGEST = 60.0


def final_state(run: Path) -> dict[str, Any]:
    """Return all that must be equal: the bytes of both checkpoints' tensors, the history without times, the best."""
    tensors: dict[str, bytes] = {}
    for name in ("last", "best"):
        with safe_open(run / "checkpoints" / f"{name}.safetensors", framework="np") as file:
            tensors |= {f"{name}/{key}": file.get_tensor(key).tobytes() for key in file.keys()}  # noqa: SIM118
    rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    timed = ("seconds", "examples_per_second")
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    return {
        "tensors": tensors,
        "history": [{key: value for key, value in row.items() if key not in timed} for row in rows],
        "best": record["best"],
        "status": record["status"],
    }


def kill_once(command: list[str], run: Path, *, at_checkpoint: bool, chance: random.Random) -> str:
    """Start a process and kill it; return where the kill fell, "checkpoint" or "instant", or "done" if it was late."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait = time.monotonic() + chance.uniform(0.2, 4.0)
    end = time.monotonic() + LONGEST
    while process.poll() is None and time.monotonic() < end:
        # A hidden file beside the checkpoints is one that is being written.
        writing = at_checkpoint and any(path.name.startswith(".") for path in _listed(run / "checkpoints"))
        if writing or (not at_checkpoint and time.monotonic() >= wait):
            process.send_signal(signal.SIGKILL)
            process.wait()
            return "checkpoint" if writing else "instant"
    process.wait()
    return "done"


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    try:
        return list(os.scandir(folder))
    except OSError:
        return []


def main() -> None:
    """Kill, resume, compare, print, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=30)
    parser.add_argument("--seed", type=int, default=0, help="of the instants")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    fallen = {"checkpoint": 0, "instant": 0, "before the run began": 0}
    equal = runs = 0
    with tempfile.TemporaryDirectory() as folder:
        begin = pellucid_command("train", "digits", *CHOICES, "--runs-dir", folder)
        subprocess.run([*begin, "--name", "whole"], check=True, stdout=subprocess.DEVNULL)
        expected = final_state(Path(folder) / "whole")
        while sum(fallen.values()) < options.kills:
            name = f"killed-{runs}"
            run = Path(folder) / name
            while True:
                started = (run / "run.json").exists()
                resume = pellucid_command("train", "--resume", str(run))
                command = resume if started else [*begin, "--name", name]
                if sum(fallen.values()) >= options.kills:
                    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
                    break
                where = kill_once(command, run, at_checkpoint=chance.random() < 0.5, chance=chance)
                if where == "done":
                    break
                if not (run / "run.json").exists():
                    # Nothing of it was there yet but perhaps an empty folder: the user would simply begin again.
                    where, name = "before the run began", f"{name}-again"
                    run = Path(folder) / name
                fallen[where] += 1
            runs += 1
            equal += final_state(run) == expected
    rows = [[where, str(number)] for where, number in fallen.items()]
    print(format_table(["kills (SIGKILL)", "number"], rows))
    print(f"\n{equal} of {runs} killed trainings ended bit-equal to the undisturbed one.")
    write_results("resume_kills", {"machine": describe_machine(), "fallen": fallen, "trainings": runs, "equal": equal})
    if equal != runs:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
