"""Texts by class: SMS spam, movie reviews and who-did-what, every network beside methods that count words, paired.

Needs two public sets: SMSSpamCollection (Almeida et al. 2011), rt-polarity.pos and .neg (Pang and Lee 2005).
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from statistics import fmean
from typing import Any

from measuring import describe_machine, format_table, write_results

import pellucid
from pellucid.evaluation import Baseline

MODELS = ("bow", "embedding", "textcnn", "gru", "lstm", "transformer")
RIVALS = ("naive Bayes", "naive Bayes on words and pairs", "bag of words, logistic regression")
METRIC = "balanced_accuracy"


def measure(data: str, model: str, seed: int, folder: Path, choices: dict[str, Any]) -> dict[str, Any]:
    """Train one network on one split, and return its test score, its rivals', and the paired tests.

    Args:
        data: a name or a path.
        model: of ours.
        seed: of the splits and of the training.
        folder: of the run.
        choices: further fields of the recipe.
    """
    dataset = pellucid.load_dataset(data, seed=seed)
    run = pellucid.train(dataset, model=model, seed=seed, runs_dir=folder, **choices)
    evaluation = run.evaluate("test", reason="benchmark")
    rivals = {one.name: one for one in evaluation.baselines if one.name in RIVALS}
    history = run.history
    return {
        "seed": seed,
        "score": evaluation.metrics[METRIC].value,
        "accuracy": evaluation.metrics["accuracy"].value,
        "val": max(row.get("val_accuracy", 0.0) for row in history),
        "epochs": len(history),
        "seconds": sum(row["seconds"] for row in history),
        "rivals": {name: one.metrics[METRIC].value for name, one in rivals.items()},
        "paired": {name: _paired(one) for name, one in rivals.items()},
    }


def _paired(rival: Baseline) -> dict[str, Any] | None:
    return None if rival.versus is None else rival.versus.to_dict()


def main() -> None:
    """Measure, print a table as it grows, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="+", default=["who-did-what", "SMSSpamCollection", "rt-polarity"])
    parser.add_argument("--models", nargs="+", default=list(MODELS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=None)
    options = parser.parse_args()
    choices = {} if options.epochs is None else {"epochs": options.epochs}
    numbers: dict[str, Any] = {}
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for data in options.data:
            for model in options.models:
                found = []
                for seed in range(options.seeds):
                    found.append(measure(data, model, seed, Path(folder), choices))
                    print(data, model, found[-1], flush=True)
                numbers[f"{Path(data).name} {model}"] = found
                rivals = [f"{fmean(one['rivals'].get(name, float('nan')) for one in found):.4f}" for name in RIVALS]
                score, val = (fmean(one[name] for one in found) for name in ("score", "val"))
                seconds = fmean(one["seconds"] for one in found)
                rows.append([Path(data).name, model, f"{score:.4f}", f"{val:.4f}", f"{seconds:.0f}", *rivals])
                print(" | ".join(rows[-1]), flush=True)
    header = ["data", "model", f"{METRIC}, test", "accuracy, val", "seconds", *RIVALS]
    print(format_table(header, rows))
    write_results("texts", {"machine": describe_machine(), "seeds": options.seeds, "runs": numbers})


if __name__ == "__main__":
    main()
