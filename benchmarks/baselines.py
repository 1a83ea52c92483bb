"""How long the baselines of an evaluation take beside the model's own answers, and what they score; cold caches.

A frozen backbone is trained on each dataset, then its test split is answered and the baselines are scored, each with a
cache of its own that is empty, in turn and in one process. `--source` takes another checkout's `src`, to compare.

    PELLUCID_DATA=... python benchmarks/baselines.py flowers5 chest-xray-224    # or paths
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measuring import describe_machine, format_table, write_results


def cold(folder: Path, number: int) -> None:
    """Let what follows start from an empty cache."""
    from pellucid.store import find_cache

    find_cache().settle()
    os.environ["PELLUCID_CACHE"] = str(folder / f"cache-{number}")


def measure(name: str, runs: Path, model: str | None) -> dict[str, Any]:
    """Train on a dataset, and return the seconds of the answers and of the baselines, and all scores."""
    import pellucid
    from pellucid.evaluation.split import evaluate_split

    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        cold(folder, 0)
        choices: dict[str, Any] = {"pretrained": True, "freeze": "all"} | ({"model": model} if model else {})
        beside = Path(os.environ.get("PELLUCID_DATA", "")) / name
        data = beside if beside.is_dir() else name
        trained = pellucid.train(data, runs_dir=runs, epochs=15, name=f"{Path(name).name}-baselines", **choices)
        seconds = {}
        for number, (part, baselines) in enumerate((("answers", False), ("answers and baselines", True)), start=1):
            cold(folder, number)
            run = pellucid.open_run(trained.path)  # whose pictures nothing has decoded yet
            dataset, predictor = run.dataset, run.predictor
            started = time.perf_counter()
            evaluation = evaluate_split(predictor, dataset, "test", baselines=baselines)
            seconds[part] = time.perf_counter() - started
        cold(folder, 9)
    scores = {one.name: (one.metric.value, one.seconds) for one in evaluation.baselines}
    return {
        "dataset": name,
        "examples": {split: len(dataset.splits[split]) for split in ("train", "test")},
        "model": evaluation.headline_metric.value,
        "metric": evaluation.headline,
        "seconds": seconds,
        "baselines": scores,
    }


def main() -> None:
    """Measure, print a table, write build/bench/baselines.json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("datasets", nargs="*", default=["flowers5", "chest-xray-224"])
    parser.add_argument("--model", help="a backbone; by default the favourite one")
    parser.add_argument("--source", type=Path, help="the src of another checkout")
    options = parser.parse_args()
    if options.source is not None:
        sys.path.insert(0, str(options.source))
    results = []
    with tempfile.TemporaryDirectory() as runs:
        for name in options.datasets:
            results.append(measure(name, Path(runs), options.model))
    rows = []
    for one in results:
        own = one["seconds"]["answers"]
        beside = one["seconds"]["answers and baselines"] - own
        rows.append([one["dataset"], "the model", f"{one['model']:.4f} {one['metric']}", f"{own:.1f} s, ratio 1"])
        for name, (value, seconds) in one["baselines"].items():
            rows.append([one["dataset"], name, f"{value:.4f}", f"{seconds:.1f} s"])
        rows.append([one["dataset"], "all baselines", "", f"{beside:.1f} s, ratio {beside / own:.2f}"])
    print(format_table(["dataset", "method", "test", "time"], rows))
    write_results("baselines", {"machine": describe_machine(), "results": results})


if __name__ == "__main__":
    main()
