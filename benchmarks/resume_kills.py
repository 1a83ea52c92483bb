"""Kills at any instant, some while a checkpoint is written, some between last epoch and report: is the end the same?

A training is killed with SIGKILL and resumed, again and again, until it is done; then the next one begins, until so
many kills have fallen. Each must end with the weights, the optimizer, the history, the health, the way
of answering and the evaluation of one that nobody disturbed, bit for bit, and with nothing half written beside them.
`--kills 240 --late 40` for a thorough look; `--subject` says what is trained.
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

SUBJECTS = {
    "digits": "digits --epochs 12 --ema 0.99 --dropout 0.2 --model mlp --hidden 256,256 --augment light",
    "quick": "digits --epochs 3 --ema 0.9 --dropout 0.2 --model mlp --hidden 16",
    "unet": "shapes --model unet --width 4 --levels 3 --epochs 3 --ema 0.9",
    "autoencoder": "digits --task reconstruct --noise 0.3 --epochs 4 --ema 0.9",
    "vae": "digits --task reconstruct --model vae --epochs 4",
}
"""What `pellucid train` is told."""
# With as many threads always: what was chosen before a kill is computed with again, but an undisturbed training, beside
# other work or none, may choose otherwise.
SAME = ("--threads", "1")
LONGEST = 60.0


def final_state(run: Path) -> dict[str, Any]:
    """Return all that must be equal: the bytes of both checkpoints' tensors, the history without times, the best."""
    tensors: dict[str, bytes] = {}
    for name in ("last", "best"):
        with safe_open(run / "checkpoints" / f"{name}.safetensors", framework="np") as file:
            tensors |= {f"{name}/{key}": file.get_tensor(key).tobytes() for key in file.keys()}  # noqa: SIM118
    known = run / "checkpoints" / "known.safetensors"
    if known.exists():  # where answers can be "unknown"
        with safe_open(known, framework="np") as file:
            tensors |= {f"known/{key}": file.get_tensor(key).tobytes() for key in file.keys()}  # noqa: SIM118
    rows = [json.loads(line) for line in (run / "metrics.jsonl").read_text(encoding="utf-8").splitlines()]
    timed = ("seconds", "examples_per_second")
    record = json.loads((run / "run.json").read_text(encoding="utf-8"))
    return {
        "tensors": tensors,
        "history": [{key: value for key, value in row.items() if key not in timed} for row in rows],
        "health": (run / "health.jsonl").read_text(encoding="utf-8"),
        **{key: record[key] for key in ("best", "status", "answering", "measured")},
        "evaluations": sorted(path.name for path in _listed(run / "evaluations")),
        "metrics": json.loads((run / "evaluations" / "val-001.json").read_text(encoding="utf-8"))["metrics"],
        "files": sorted(str(path.relative_to(run)) for path in run.rglob("*")),
    }


def _status(run: Path) -> str:
    try:
        return str(json.loads((run / "run.json").read_text(encoding="utf-8"))["status"])
    except (OSError, ValueError, KeyError):
        return ""


def kill_once(command: list[str], run: Path, *, aim: str, within: float, chance: random.Random) -> str:
    """Start a process and kill it; return where the kill fell, or "done" if it was late.

    Args:
        command: that trains or resumes.
        run: its folder.
        aim: "checkpoint": while one is being written; "late": between the last epoch and the end; "instant": whenever.
        within: seconds after its start, between which an instant is drawn.
        chance: draws the instants.
    """
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wait = time.monotonic() + chance.uniform(0.2, within)
    after, ended = chance.uniform(0.0, 1.0), 0.0
    end = time.monotonic() + max(LONGEST, 2 * within)
    while process.poll() is None and time.monotonic() < end:
        now = time.monotonic()
        if aim == "checkpoint":
            # A hidden file beside the checkpoints is one that is being written.
            is_time = any(path.name.startswith(".") for path in _listed(run / "checkpoints"))
        elif aim == "late":
            ended = ended or (now if _status(run) == "finished" else 0.0)
            is_time = bool(ended) and now >= ended + after
        else:
            is_time = now >= wait
        if is_time:
            process.send_signal(signal.SIGKILL)
            return aim if process.wait() == -signal.SIGKILL else "done"
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
    parser.add_argument("--late", type=int, default=5, help="how many of them between the last epoch and the report")
    parser.add_argument("--seed", type=int, default=0, help="of the instants")
    parser.add_argument("--subject", choices=SUBJECTS, default="digits", help="what is trained")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    fallen = {"checkpoint": 0, "instant": 0, "late": 0, "before the run began": 0}
    equal = runs = 0
    with tempfile.TemporaryDirectory() as folder:
        begin = pellucid_command("train", *SUBJECTS[options.subject].split(), *SAME, "--runs-dir", folder)
        started_at = time.monotonic()
        subprocess.run([*begin, "--name", "whole"], check=True, stdout=subprocess.DEVNULL)
        within = time.monotonic() - started_at
        expected = final_state(Path(folder) / "whole")
        while sum(fallen.values()) < options.kills:
            name = f"killed-{runs}"
            run = Path(folder) / name
            while True:
                started = (run / "run.json").exists()
                resume = pellucid_command("train", "--resume", str(run))
                command = resume if started else [*begin, "--name", name]
                if sum(fallen.values()) >= options.kills:
                    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
                    # Killed after its very last word, there is nothing left to do.
                    assert done.returncode == 0 or "nothing to resume" in done.stderr, done.stderr
                    break
                left = options.kills - sum(fallen.values())
                is_late = chance.random() < max(0, options.late - fallen["late"]) / left
                aim = "late" if is_late else chance.choice(("checkpoint", "instant"))
                where = kill_once(command, run, aim=aim, within=within, chance=chance)
                if where == "done":
                    break
                if not (run / "run.json").exists():
                    # Nothing of it was there yet but perhaps an empty folder: the user would simply begin again.
                    where, name = "before the run began", f"{name}-again"
                    run = Path(folder) / name
                fallen[where] += 1
            runs += 1
            found = final_state(run)
            equal += found == expected
            different = [key for key, value in expected.items() if found[key] != value]
            if different:
                print(f"{name} differs in: {', '.join(different)}")
    rows = [[where, str(number)] for where, number in fallen.items()]
    print(format_table([f"kills (SIGKILL), {options.subject}", "number"], rows))
    print(f"\n{equal} of {runs} killed trainings ended bit-equal to the undisturbed one.")
    numbers = {"machine": describe_machine(), "fallen": fallen, "trainings": runs, "equal": equal}
    write_results(f"resume_kills-{options.subject}", numbers)
    if equal != runs:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
