"""How long the baselines of an evaluation take beside the model's own answers, and what they score; cold caches.

The test split is answered by a frozen backbone without and with baselines, each time with an empty cache and data that
are opened anew, in turn and in one process; what the baselines take is the difference. Times are the processor's, so
that others on the machine do not count. The head is not trained: that changes neither times nor the baselines' scores.
`--source` takes another checkout's `src`, to compare.

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

ROUNDS = 2


def cold(folder: Path, number: int) -> None:
    """Let what follows start from an empty cache."""
    from pellucid.store import find_cache

    find_cache().settle()
    os.environ["PELLUCID_CACHE"] = str(folder / f"cache-{number}")


def measure(name: str, model: str | None) -> dict[str, Any]:
    """Return the seconds of the answers alone and with the baselines, and what the baselines score."""
    import pellucid
    from pellucid.data import FileImages
    from pellucid.evaluation.split import evaluate_split
    from pellucid.prediction import Predictor
    from pellucid.runs import Recipe
    from pellucid.training import plan_run

    beside = Path(os.environ.get("PELLUCID_DATA", "")) / name
    path = beside if beside.is_dir() else name
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        cold(folder, 0)
        plan = plan_run(pellucid.load_dataset(path), Recipe(model=model, pretrained=True, freeze="all"))
        seconds: dict[str, list[float]] = {"answers": [], "answers and baselines": []}
        for number in range(2 * ROUNDS):
            cold(folder, number + 1)
            dataset, predictor = pellucid.load_dataset(path), Predictor(plan.record, plan.model)
            if isinstance(dataset.inputs, FileImages):
                dataset.inputs.release()  # the survey's decoded pictures
            started = time.process_time()
            evaluation = evaluate_split(predictor, dataset, "test", baselines=bool(number % 2))
            seconds[list(seconds)[number % 2]].append(time.process_time() - started)
        cold(folder, 0)
    return {
        "dataset": name,
        "examples": {split: len(dataset.splits[split]) for split in ("train", "test")},
        "metric": evaluation.headline,
        "seconds": {part: min(taken) for part, taken in seconds.items()},
        "baselines": {one.name: (one.metric.value, one.seconds) for one in evaluation.baselines},
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
    results = [measure(name, options.model) for name in options.datasets]
    rows = []
    for one in results:
        own = one["seconds"]["answers"]
        beside = one["seconds"]["answers and baselines"] - own
        rows.append([one["dataset"], "the model's answers", "", f"{own:.1f} s, ratio 1"])
        rows += [
            [one["dataset"], name, f"{value:.4f} {one['metric']}", ""] for name, (value, _) in one["baselines"].items()
        ]
        rows.append([one["dataset"], "all baselines", "", f"{beside:.1f} s, ratio {beside / own:.2f}"])
    print(format_table(["dataset", "method", "test", "processor time"], rows))
    write_results("baselines", {"machine": describe_machine(), "results": results})


if __name__ == "__main__":
    main()
