"""Runs of another checkout, taken up by this one: resumed, reproduced and answered as by the other, bit for bit?

Two kinds of input x four kinds of target: the other checkout trains each for two of four epochs and is stopped. A copy
is resumed by the other, one by this checkout; weights, optimizers, history, answers and evaluations are compared, and
this one reproduces what the other trained. Fields of the JSON that differ are listed; those that hold times are left
out.

python benchmarks/beside_old.py --other ../other/src
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from measuring import format_table, write_results
from safetensors.numpy import load_file

ROOT = Path(__file__).resolve().parent.parent
RECORDED = ROOT / "tests" / "runs" / "recorded"
TARGETS = {"class": "kind", "labels": "tags", "value": "sum", "values": "sum,gap"}
NAMES = [f"{kind}-{target}" for kind in ("pictures", "rows") for target in TARGETS]
TIMES = ("seconds", "examples_per_second", "when", "created", "first_step", "ended", "training_seconds")
"""Fields that hold how long something took, or when it was."""
EPOCHS, STOP_AFTER = 4, 2


def main() -> int:
    """Compare, or be one of the two sides; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--other", type=Path, help="the `src` of the other checkout")
    parser.add_argument("--side", choices=["train", "resume", "answer", "reproduce"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.side:
        be_a_side(options.side, options.folder)
        return 0
    with tempfile.TemporaryDirectory() as place:
        return compare(options.other.resolve(), Path(place))


def be_a_side(what: str, folder: Path) -> None:
    """Do one thing with every run below a folder, with whatever `pellucid` this process imports."""
    import pellucid

    for name in NAMES:
        path = folder / name
        if what == "train":
            train(name, folder)
        elif what == "resume":
            pellucid.resume(path)
        elif what == "answer":
            kind, target = name.split("-")
            asked = folder.parent / kind / ("images" if kind == "pictures" else f"{target}.csv")
            run = pellucid.open_run(path)
            told: dict[str, Any] = {"answers": [one.to_dict() for one in run.predict(asked)]}
            told |= {"val": run.evaluate("val").to_dict()}
            (path / "told.json").write_text(json.dumps(told))
        else:
            again = pellucid.open_run(path).reproduce(runs_dir=folder / "again")
            (path / "reproduced.txt").write_text("equal" if again.equal else str(again))


def train(name: str, folder: Path) -> None:
    """Train a run, and stop it after some epochs, as Ctrl-C would."""
    import pellucid
    from pellucid.training import progress as watching

    quiet: Any = getattr(watching, "NullProgress", None) or watching.Silence  # type: ignore[attr-defined]

    class Stopper(quiet):  # type: ignore[misc]
        def ended_epoch(self, row: Any, *, num_epochs: int, is_best: bool) -> None:
            if row["epoch"] == STOP_AFTER:
                raise KeyboardInterrupt

    kind, target = name.split("-")
    dataset = pellucid.load_dataset(folder.parent / kind / f"{target}.csv", target=TARGETS[target], val=0.2)
    try:
        pellucid.train(
            dataset, epochs=EPOCHS, ema=0.9, patience=9, threads=1, runs_dir=folder, name=name, progress=Stopper()
        )
    except KeyboardInterrupt:
        return


def compare(other: Path, place: Path) -> int:
    """Let both sides work, compare what they left, and print it; return the exit code."""
    make_data(place)
    here, there = ROOT / "src", other
    start(there, "train", place / "theirs")
    shutil.copytree(place / "theirs", place / "ours")
    start(there, "resume", place / "theirs")
    start(here, "resume", place / "ours")
    shutil.copytree(place / "theirs", place / "opened")  # what the other side trained to its end, opened by this one
    start(there, "answer", place / "theirs")
    start(here, "answer", place / "ours")
    start(here, "answer", place / "opened")
    start(here, "reproduce", place / "opened")
    rows, fields, is_equal = [], set(), True
    for name in NAMES:
        theirs, ours, opened = (place / side / name for side in ("theirs", "ours", "opened"))
        tensors = all(same_tensors(theirs, ours, file) for file in ("last.safetensors", "best.safetensors"))
        history = told(theirs / "metrics.jsonl") == told(ours / "metrics.jsonl")
        differs = set(differences(read(theirs / "told.json"), read(opened / "told.json")))
        fields |= {f"told {field}" for field in differs}
        fields |= {f"run.json {field}" for field in differences(read(theirs / "run.json"), read(ours / "run.json"))}
        reproduced = (opened / "reproduced.txt").read_text()
        answers = not any(field.startswith("answers") for field in differs)
        is_equal = is_equal and tensors and history and answers and reproduced == "equal"
        rows.append([name, *("equal" if one else "DIFFERENT" for one in (tensors, history, answers)), reproduced])
    print(format_table(["run", "weights, optimizers", "history", "answers", "reproduced"], rows))
    print("\nFields that differ:", *(sorted(fields) or ["none"]), sep="\n  ")
    write_results("beside_old", {"rows": rows, "fields": sorted(fields)})
    return 0 if is_equal else 1


def make_data(place: Path) -> None:
    """Put the data of the recorded runs into a folder."""
    specification = importlib.util.spec_from_file_location("make", RECORDED / "make.py")
    assert specification is not None
    assert specification.loader is not None
    make: Any = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(make)
    make.HERE = place
    make.main()


def start(source: Path, what: str, folder: Path) -> None:
    """Run one side in a process of its own."""
    environment = os.environ | {"PYTHONPATH": str(source), "PELLUCID_CACHE": str(folder.parent / "cache")}
    command = [sys.executable, str(Path(__file__).resolve()), "--side", what, "--folder", str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"'{what}' with {source} failed:\n{done.stderr[-3000:]}")


def same_tensors(one: Path, other: Path, file: str) -> bool:
    """Tell whether two runs' checkpoints hold the same bits under the same names."""
    first, second = (load_file(run / "checkpoints" / file) for run in (one, other))
    return first.keys() == second.keys() and all(
        first[name].dtype == second[name].dtype and np.array_equal(first[name], second[name], equal_nan=True)
        for name in first
    )


def told(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a history without their times."""
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return [{name: value for name, value in row.items() if name not in TIMES} for row in rows]


def read(path: Path) -> Any:
    """Return a JSON file's content."""
    return json.loads(path.read_text())


def differences(one: Any, other: Any, at: str = "") -> Iterator[str]:
    """Yield the places at which two JSON values differ, indices of lists left out."""
    if isinstance(one, dict) and isinstance(other, dict):
        for name in sorted({*one, *other} - set(TIMES)):
            where = f"{at}.{name}" if at else name
            if name not in one or name not in other:
                yield f"{where} (only in {'the other' if name in one else 'this'})"
            else:
                yield from differences(one[name], other[name], where)
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for first, second in zip(one, other, strict=True):
            yield from differences(first, second, at)
    elif one != other:
        yield at


if __name__ == "__main__":
    sys.exit(main())
