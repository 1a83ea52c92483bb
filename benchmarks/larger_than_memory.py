"""Data four times larger than the memory allowed: does it train, evaluate and predict, and how much slower?

Generated JPEG pictures whose canvases take four times the limit. The limit is RLIMIT_DATA, which the system enforces:
no process may have more memory of its own (mapped files do not count; the system takes their pages back when memory
is short). The same training runs without a limit, in memory, for comparison. The default model is `linear`: it computes
next to nothing, so its pace is that of the loading; with `--model cnn` the difference drowns in the arithmetic.

On a machine with much memory the system keeps the mapped file's pages itself, so the pace is that of its memory. With
less, it is that of the disk.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from measuring import RESULTS, describe_machine, format_table, median, write_results
from PIL import Image

SIDE = 224


def generate(folder: Path, count: int) -> None:
    """Write `count` pictures of two classes: noise, brighter above or below."""
    random = np.random.default_rng(0)
    noise = random.integers(0, 90, (64, SIDE, SIDE, 3), dtype=np.uint8)

    def write(number: int) -> None:
        picture = np.roll(noise[number % 64], number, axis=1)
        half = slice(0, SIDE // 2) if number % 2 else slice(SIDE // 2, None)
        picture[half] += np.uint8(80 + number // 64 % 60)
        path = folder / ("above" if number % 2 else "below") / f"{number:06}.jpg"
        Image.fromarray(picture).save(path, quality=60)

    for name in ("above", "below"):
        (folder / name).mkdir(parents=True)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, range(count)))


def run(words: list[str], *, limit: int | None, cache: Path) -> dict[str, Any]:
    """Run `pellucid` under a limit; return its seconds, the most memory of its own, and what it printed."""

    def restrict() -> None:
        if limit is not None:
            resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))

    environment = os.environ | {"PELLUCID_CACHE": str(cache), "PYTHONPATH": os.pathsep.join(sys.path)}
    started, most = time.perf_counter(), 0
    log = cache.parent / "log.txt"
    with open(log, "w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "pellucid", *words],
            stdout=output,
            stderr=output,
            preexec_fn=restrict,
            env=environment,
        )
        while process.poll() is None:
            most = max(most, own_memory(process.pid))
            time.sleep(0.05)
    text = log.read_text(encoding="utf-8")
    if process.returncode != 0:
        raise RuntimeError(f"pellucid {' '.join(words)} ended with code {process.returncode}:\n{text[-3000:]}")
    return {"seconds": time.perf_counter() - started, "most_memory": most, "printed": text}


def own_memory(process: int) -> int:
    """Return the bytes of a process that no file stands behind (RssAnon)."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon:")), 0)


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description="Training on data that are larger than the memory.")
    parser.add_argument("--limit-mib", type=int, default=1280)
    parser.add_argument("--times", type=float, default=4.0, help="canvases are this many times the limit")
    parser.add_argument("--model", default="linear")
    parser.add_argument("--epochs", type=int, default=3)
    parser.add_argument("--limited-alone", action="store_true", help="leave out the training in memory")
    options = parser.parse_args()
    limit = options.limit_mib << 20
    folder = RESULTS / "larger_than_memory"
    shutil.rmtree(folder, ignore_errors=True)
    count = int(options.times * limit / (SIDE * SIDE * 3)) + 1
    generate(folder / "pictures", count)
    recipe = ["--model", options.model, "--epochs", str(options.epochs), "--imgsz", str(SIDE), "--augment", "none"]
    recipe += ["--patience", "0", "--batch", "64", "--device", "cpu"]
    results: dict[str, Any] = {"pictures": count, "canvas_bytes": count * SIDE * SIDE * 3, "limit": limit}
    weights = {}
    trainings: tuple[tuple[str, int | None, list[str]], ...] = (("mapped", limit, []),)
    if not options.limited_alone:
        trainings += (("memory", None, ["--cache", "memory"]),)
    for name, bound, place in trainings:
        words = ["train", str(folder / "pictures"), *recipe, *place, "--runs-dir", str(folder / "runs"), "--name", name]
        results[name] = run(words, limit=bound, cache=folder / "cache")
        lines = (folder / "runs" / name / "metrics.jsonl").read_text(encoding="utf-8").splitlines()
        results[name]["pace"] = median([json.loads(line)["examples_per_second"] for line in lines[1:] or lines])
        weights[name] = (folder / "runs" / name / "checkpoints" / "best.safetensors").read_bytes()
    trained = str(folder / "runs" / "mapped")
    results["evaluate"] = run(["evaluate", trained], limit=limit, cache=folder / "cache")
    results["predict"] = run(
        ["predict", trained, str(folder / "pictures" / "above"), "--json"], limit=limit, cache=folder / "cache"
    )
    answered = len(json.loads(results["predict"].pop("printed")))
    mib = {name: f"{results[name]['most_memory'] / 2**20:,.0f}" for name in results if isinstance(results[name], dict)}
    pace = {name: f"{results[name]['pace']:,.0f}" for name in weights}
    equal = "bit-equal" if len(set(weights.values())) == 1 else "differ"
    rows = [
        ["train, examples/s", pace.get("memory", ""), pace["mapped"]],
        ["train, most memory of its own, MiB", mib.get("memory", ""), mib["mapped"]],
        ["evaluate, most memory, MiB", "", mib["evaluate"]],
        [f"predict {answered:,} files, most memory, MiB", "", mib["predict"]],
        ["weights", "", equal if len(weights) > 1 else ""],
    ]
    gib = results["canvas_bytes"] / 2**30
    header = [f"{count:,} pictures, {gib:.1f} GiB", "in memory, no limit", f"limit {options.limit_mib:,} MiB"]
    machine = describe_machine()
    print(f"{format_table(header, rows)}\n\n{options.model}, {options.epochs} epochs. {machine}")
    write_results("larger_than_memory", {"machine": machine, "model": options.model, "results": results})
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
