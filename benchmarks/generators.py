"""Networks that draw pictures: judged beside held-out pictures and noise, and killed at random instants.

python benchmarks/generators.py --runs /tmp/generators --data digits mnist --models dcgan
python benchmarks/generators.py --runs /tmp/generators --kills 10 --models dcgan
"""

from __future__ import annotations

import argparse
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import load_file

import pellucid
from pellucid import Dataset, Run
from pellucid.data import load_dataset
from pellucid.evaluation import Judged
from pellucid.kinds import SplitName
from pellucid.models.catalogue import OWN

SAMPLES = 2_000
OF_MNIST: dict[SplitName, int] = {"train": 10_000, "val": 1_000, "test": 2_000}
BARS = {"digits": 0.80, "mnist": 0.85}
"""Share of drawn pictures that is accepted."""
SMALLEST, OF_NOISE, APART = 0.03, 0.25, 0.9
KILLED_EPOCHS = 12


def data_of(name: str) -> Dataset:
    """Return the digits, or 10,000 pictures of MNIST to learn from, the first of each split."""
    whole = load_dataset(name)
    if name != "mnist":
        return whole
    taken = {split: whole.splits[split][:count] for split, count in OF_MNIST.items()}
    indices = np.concatenate(list(taken.values()))
    pixels = np.stack([whole.inputs.pixels(int(index)) for index in indices])  # type: ignore[attr-defined]
    ends = np.cumsum([len(part) for part in taken.values()])
    splits: dict[SplitName, Any] = dict(zip(taken, np.split(np.arange(len(indices)), ends[:-1]), strict=True))
    return pellucid.dataset_from_arrays(
        pixels, whole.targets[indices], name="mnist", classes=[str(digit) for digit in range(10)], splits=splits
    )


def judge_of(dataset: Dataset, runs: Path) -> Run:
    """Return the classifier by the default recipe, trained where it is not there yet."""
    folder = runs / f"{dataset.name}-judge"
    if (folder / "run.json").exists():
        return pellucid.open_run(folder, data=dataset)
    return pellucid.train(dataset, runs_dir=runs, name=folder.name)


def measure(dataset: Dataset, model: str, judge: Run, runs: Path, seed: int) -> None:
    """Train by the default recipe, and print what the judge says beside the bars."""
    began, processor = time.perf_counter(), time.process_time()
    run = pellucid.train(dataset, model=model, runs_dir=runs, seed=seed)
    wall, busy = time.perf_counter() - began, time.process_time() - processor
    judged = run.judge(judge, "test", number=SAMPLES, reason="benchmark")
    print(f"\n{dataset.name} {model} seed {seed}: {wall:.0f} s, {busy:.0f} s of processor time\n{judged}")
    for name, holds in passed(dataset.name, judged).items():
        print(f"    {'passed' if holds else 'MISSED'}: {name}", flush=True)


def passed(data: str, judged: Judged) -> dict[str, bool]:
    """Return whether each bar is passed."""
    drawn, noise = judged.drawn, judged.of("noise")
    return {
        f"accepted {drawn.accepted.value:.3f} >= {BARS[data]}": drawn.accepted.value >= BARS[data],
        f"smallest class {judged.smallest[1].value:.3f} >= {SMALLEST}": judged.smallest[1].value >= SMALLEST,
        f"Fréchet {drawn.frechet.value:.3g} < a quarter of {noise.frechet.value:.3g}": drawn.frechet.value
        < OF_NOISE * noise.frechet.value,
        f"to the nearest of training {judged.copying.value:.3f} >= {APART}": judged.copying.value >= APART,
    }


def kill(model: str, runs: Path, times: int) -> None:
    """Kill trainings of the digits at random instants, go on with them, and compare their weights bit by bit."""
    words = [sys.executable, "-m", "pellucid", "train"]
    choices = ["--model", model, "--epochs", str(KILLED_EPOCHS), "--threads", "1", "--runs-dir", str(runs)]
    began = time.perf_counter()
    subprocess.run([*words, "digits", *choices, "--name", f"{model}-whole"], check=True, capture_output=True)
    whole, seconds = runs / f"{model}-whole", time.perf_counter() - began
    draws, done = random.Random(0), 0
    while done < times:
        name = f"{model}-killed-{done}"
        child = subprocess.Popen([*words, "digits", *choices, "--name", name], stdout=subprocess.DEVNULL)
        instant = draws.uniform(0.1, 1) * seconds
        try:
            child.wait(timeout=instant)
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)
            child.wait()
        if not (runs / name / "run.json").exists():
            continue  # nothing was begun
        ended = pellucid.open_run(runs / name)
        epochs = len(ended.history)
        if ended.record.status != "finished" or not ended.record.measured:
            subprocess.run([*words, "--resume", str(runs / name)], check=True, capture_output=True)
        equal = all(_equal(whole, runs / name, file) for file in ("best", "last"))
        print(
            f"{model} killed after {instant:.1f} s, {epochs} epochs: bits {'equal' if equal else 'DIFFER'}", flush=True
        )
        done += 1


def _equal(one: Path, other: Path, file: str) -> bool:
    a, b = (load_file(each / "checkpoints" / f"{file}.safetensors") for each in (one, other))
    return a.keys() == b.keys() and all(torch.equal(a[key], b[key]) for key in a)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=Path, required=True, help="where run folders are made")
    parser.add_argument("--data", nargs="*", default=["digits", "mnist"], choices=tuple(BARS))
    drawing = [name for name, entry in OWN.items() if entry.task == "generate"]
    parser.add_argument("--models", nargs="+", default=drawing, choices=drawing)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument(
        "--kills", type=int, default=0, help="trainings killed at random instants, instead of measuring"
    )
    asked = parser.parse_args()
    asked.runs.mkdir(parents=True, exist_ok=True)
    if asked.kills:
        for model in asked.models:
            kill(model, asked.runs, asked.kills)
        return
    for name in asked.data:
        dataset = data_of(name)
        judge = judge_of(dataset, asked.runs)
        for model in asked.models:
            for seed in range(asked.seeds):
                measure(dataset, model, judge, asked.runs, seed)


if __name__ == "__main__":
    main()
