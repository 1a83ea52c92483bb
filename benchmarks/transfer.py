"""Transfer learning: fastai, PyTorch's tutorial, Keras and Pellucid in turn; same backbone, weights, split, epochs.

    python benchmarks/transfer.py --python .venv-bench/bin/python        # everything: about an hour on two cores
    python benchmarks/transfer.py --data hymenoptera --modes frozen --peers torch --seeds 1

Whole processes, from start to exit, medians over seeds. The seconds in which a peer answers the test pictures are taken
off; Pellucid is asked for them afterwards, but has measured itself on val and written a report. Its picture cache is
empty each time ("cold"), and then as a second training on the same folder finds it ("warm"). Before each training a
process imports what that one will import, and ends: "after imports" is from there to the end of the first step. Where
other work makes the clock useless, processor time (user and system, of the process and its children) still tells
something. Accuracy is that on the
test part, which none has seen, compared in pairs over all seeds (by picture, so that a picture that three trainings
answer does not count as three).

Where a peer cannot be imported in its environment, that is said, and the others are measured.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from measuring import ROOT, describe_machine, format_table, median, pellucid_command, time_process, write_results
from numpy.typing import NDArray

from pellucid import api
from pellucid.data import Dataset, FileImages
from pellucid.evaluation import compare_paired
from pellucid.kinds import ClassTarget
from pellucid.models import find_weights
from pellucid.store import data_directory

DATA = ("hymenoptera", "chest-xray-224")
MODEL = "timm:mobilenetv2_100"
PEERS = {"fastai": "fastai_transfer.py", "torch": "torch_transfer.py", "keras": "keras_transfer.py"}
OURS: dict[str, tuple[str, ...]] = {"frozen": ("--freeze", "all"), "all": ("--head-epochs", "1")}
"""Flags of both modes. With all layers, the first epoch is the head's alone, as in fastai's `fine_tune`."""


IMPORTS = """
from pellucid import api, training
from pellucid.cli import train
from pellucid.models.libraries import import_library
import_library("timm")
import time
print(time.time())
"""
"""What a training imports before it does anything; the time is taken when all of it is there."""
AFTER_IMPORTS_BAR = 2.0
"""Seconds from there to the first step of a second training on the same folder."""


def import_seconds() -> float:
    """Return the seconds from the start of a process until it has imported what a training imports."""
    begun = time.time()
    _, printed = time_process([sys.executable, "-c", IMPORTS])
    return float(printed) - begun


def processor_seconds() -> float:
    """Return the processor time of all processes that this one started and that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def job_of(dataset: Dataset, *, frozen: bool, epochs: int, seed: int) -> dict[str, Any]:
    """Return what a peer needs to know."""
    assert isinstance(dataset.inputs, FileImages)
    assert isinstance(dataset.target, ClassTarget)
    paths = dataset.inputs.paths
    files: dict[str, Any] = {
        str(split): [(str(paths[index]), int(dataset.targets[index])) for index in indices]
        for split, indices in dataset.splits.items()
    }
    weights = str(find_weights(MODEL).path)
    about = {"num_classes": len(dataset.target.classes), "weights": weights, "frozen": frozen}
    return {**files, **about, "epochs": epochs, "seed": seed}


def run_peer(peer: str, python: str, job: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Train a peer in a process of its own; return its answers and its seconds."""
    path = folder / "job.json"
    path.write_text(json.dumps(job), encoding="utf-8")
    used = processor_seconds()
    seconds, printed = time_process([python, str(ROOT / "benchmarks" / "peers" / PEERS[peer]), str(path)])
    said = json.loads(printed.strip().splitlines()[-1])
    spent = processor_seconds() - used
    return {**said, "seconds": seconds - said["answering_seconds"], "processor_seconds": spent}


def run_pellucid(dataset: Dataset, mode: str, *, epochs: int, seed: int, folder: Path, cache: Path) -> dict[str, Any]:
    """Train Pellucid in a process of its own; return its answers to the test pictures, seconds and first step."""
    head_epochs = 1 if mode == "all" else 0
    words = ["train", dataset.source, "--model", MODEL, "--pretrained", "--seed", str(seed)]
    words += ["--epochs", str(epochs - head_epochs)]
    runs = tempfile.mkdtemp(dir=folder)
    imports = import_seconds()
    begun, used = time.time(), processor_seconds()
    seconds, printed = time_process(
        pellucid_command(*words, *OURS[mode], "--runs-dir", runs, "--json"), PELLUCID_CACHE=str(cache)
    )
    used = processor_seconds() - used
    run = api.open_run(json.loads(printed)["run"])
    first = run.record.timings.first_step
    answer = run.predictor.answer(run.predictor.split_outputs(dataset, dataset.splits["test"]))
    return {
        "predicted": answer.as_targets.tolist(),
        "seconds": seconds,
        "processor_seconds": used,
        "first_step": None if first is None else first - begun,
        "after_imports": None if first is None else first - begun - imports,
        "epochs": len(run.history),
    }


def measure(
    dataset: Dataset, mode: str, arguments: argparse.Namespace, folder: Path
) -> dict[str, list[dict[str, Any]]]:
    """Train everybody in turn, seed after seed."""
    found: dict[str, list[dict[str, Any]]] = {}
    for seed in range(arguments.seeds):
        for peer in arguments.peers:
            job = job_of(dataset, frozen=mode == "frozen", epochs=arguments.epochs, seed=seed)
            try:
                found.setdefault(peer, []).append(run_peer(peer, arguments.python, job, folder))
            except RuntimeError as problem:
                print(f"{peer} could not be measured: {str(problem)[-300:]}", flush=True)
        cache = Path(tempfile.mkdtemp(dir=folder))
        for name in ("pellucid, cold", "pellucid, warm"):
            done = run_pellucid(dataset, mode, epochs=arguments.epochs, seed=seed, folder=folder, cache=cache)
            found.setdefault(name, []).append(done)
    return found


def accuracies(dataset: Dataset, runs: list[dict[str, Any]]) -> NDArray[np.bool_]:
    """Return [seeds, N]: whether each answer to a test picture is right."""
    targets = dataset.targets[dataset.splits["test"]]
    return np.array([np.array(run["predicted"]) == targets for run in runs])


def rows_of(dataset: Dataset, mode: str, found: dict[str, list[dict[str, Any]]]) -> list[list[str]]:
    """Return one row per contestant: seconds, ratio, accuracy, and the paired comparison with Pellucid."""
    own = found["pellucid, cold"]
    seconds = {name: median([run["seconds"] for run in runs]) for name, runs in found.items()}
    right = {name: accuracies(dataset, runs) for name, runs in found.items()}
    rows = []
    for name, runs in found.items():
        paired = ""
        if not name.startswith("pellucid"):
            count = min(len(runs), len(own))
            pictures = np.tile(np.arange(right[name].shape[1]), count)
            compared = compare_paired(
                right[name][:count].ravel(), right["pellucid, cold"][:count].ravel(), groups=pictures
            )
            points = compared.difference
            ends = "" if points.low is None or points.high is None else f" ({points.low:+.3f} to {points.high:+.3f})"
            paired = f"Pellucid {points.value:+.3f}{ends}, p = {compared.p_value:.2g}"
        first = [run["first_step"] for run in runs if run.get("first_step")]
        after = [run["after_imports"] for run in runs if run.get("after_imports")]
        rows.append(
            [
                dataset.name,
                mode,
                name,
                f"{seconds[name]:.1f} s",
                f"{seconds['pellucid, cold'] / seconds[name]:.2f}",
                f"{median([run['processor_seconds'] for run in runs]):.1f} s",
                f"{median(first):.1f} s" if first else "",
                f"{median(after):.1f} s" if after else "",
                f"{right[name].mean():.4f}",
                paired,
            ]
        )
    return rows


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--python", default=str(ROOT / ".venv-bench" / "bin" / "python"), help="of the peers")
    parser.add_argument("--data", nargs="+", default=list(DATA), choices=DATA)
    parser.add_argument("--modes", nargs="+", default=list(OURS), choices=list(OURS))
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    results: dict[str, Any] = {"machine": describe_machine(), "found": {}}
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["PELLUCID_CACHE"] = str(Path(folder) / "own-cache")  # of this process, which only answers
        for name in arguments.data:
            dataset = api.load_dataset(data_directory() / name)
            for mode in arguments.modes:
                found = measure(dataset, mode, arguments, Path(folder))
                rows += rows_of(dataset, mode, found)
                results["found"][f"{name}, {mode}"] = found
                print(format_table(_HEADER, rows), flush=True)
                if mode == "frozen":
                    waited = median([run["after_imports"] for run in found["pellucid, warm"]])
                    held = "held" if waited <= AFTER_IMPORTS_BAR else "NOT held"
                    bar = f"{AFTER_IMPORTS_BAR:g} s after the imports, in a second training on the same folder"
                    print(f"first step within {bar}: {held} ({waited:.1f} s)\n", flush=True)
    write_results("transfer", results)


_HEADER = (
    "data", "mode", "who", "whole process", "Pellucid / it", "processor time", "first step", "after imports",
    "test accuracy", "paired, all seeds",
)  # fmt: skip


if __name__ == "__main__":
    main()
