"""Is tuning worth it, and what does pruning save? LeNet-5 on 3,000 training pictures of MNIST.

Three questions, with everything chosen by validation pictures alone, and the test pictures opened once at the end:

- *Winner*: the winner of a search with pruning and the default recipe, each trained from the same fresh seeds, paired.
- *Epochs*: how many of its epochs does pruning save?
- *Loss*: the winner of the same search (method, seed, number of trials) without pruning against that with pruning,
  on the same fresh seeds, paired.

One command: `python benchmarks/tuning.py`. It takes about 2,300 epochs of 3,000 pictures. `--trials` and `--repeats`
make it shorter, `--dir` keeps the searches, and goes on with them.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from measuring import RESULTS, describe_machine, format_table, write_results
from numpy.typing import NDArray

from pellucid import api
from pellucid.data import Dataset, load_dataset
from pellucid.prediction import Predictor
from pellucid.runs import RunFolder
from pellucid.tuning import NullProgress, Search, Trial
from pellucid.tuning.verdict import mean_of_crossed
from pellucid.tuning.watching import Standing

TRAIN, VAL = 3_000, 2_000
MODEL = "lenet5"


class Lines(NullProgress):
    """A line per trial."""

    def ended_trial(self, trial: Trial, standing: Standing) -> None:
        """Print how it ended."""
        score = "" if trial.score is None else f" {trial.score:.4f}"
        print(
            f"  {standing.ended}/{standing.total} trial {trial.number}: {trial.status}{score} {trial.note}", flush=True
        )

    def repeating(self, done: int, total: int, standing: Standing) -> None:
        """Print how far the repeats are."""
        print(f"  fresh seeds {done}/{total}", flush=True)


def write_subset(path: Path) -> None:
    """Write `TRAIN` and `VAL` pictures of MNIST's training file, drawn at random, and its test file, as one .npz."""
    whole = load_dataset("mnist")
    test = np.asarray(whole.splits["test"])
    others = np.random.default_rng(0).permutation(np.setdiff1d(np.arange(len(whole)), test))
    parts = {"train": others[:TRAIN], "val": others[TRAIN : TRAIN + VAL], "test": test}
    arrays: dict[str, NDArray[Any]] = {}
    for split, places in parts.items():
        arrays[f"{split}_images"] = np.stack([np.asarray(whole.inputs.pixels(int(place))) for place in places])  # type: ignore[attr-defined]
        arrays[f"{split}_labels"] = whole.targets[places][:, None]
    np.savez(path, **arrays)  # type: ignore[arg-type]


def search(data: Dataset, folder: Path, pruning: Any, trials: int, repeats: int) -> Search:
    """Search as `pellucid tune` does by default, but for the pruning."""
    print(f"{pruning}:", flush=True)
    return api.tune(
        data, model=MODEL, pruning=pruning, trials=trials, repeats=repeats, runs_dir=folder, name=pruning,
        progress=Lines(),
    )  # fmt: skip


def rightness(one: Search, role: str, data: Dataset, split: str) -> NDArray[np.float64]:
    """Return [S, N]: whether the training from each fresh seed answers each picture of a split rightly."""
    assert one.verdict is not None
    by_seed = {repeat.seed: repeat for repeat in one.verdict.repeats if repeat.role == "default"}
    if role == "winner":  # where the default recipe won itself, it stands for the winner
        by_seed |= {repeat.seed: repeat for repeat in one.verdict.repeats if repeat.role == "winner"}
    indices = data.splits[split]  # type: ignore[index]
    rows = []
    for seed in sorted(by_seed):
        predictor = Predictor.from_run(RunFolder.open(Path(one.path) / by_seed[seed].run))
        answer = predictor.answer(predictor.split_outputs(data, indices))
        rows.append((answer.as_targets == data.targets[indices]).astype(np.float64))
    return np.stack(rows)


def compare(a: NDArray[np.float64], b: NDArray[np.float64]) -> dict[str, Any]:
    """Return both means and the difference b - a with its interval over seeds and pictures."""
    difference, low, high = mean_of_crossed(b - a)
    spreads = [float(rows.mean(axis=1).std(ddof=1)) if len(rows) > 1 else 0.0 for rows in (a, b)]
    return {"a": float(a.mean()), "a_spread": spreads[0], "b": float(b.mean()), "b_spread": spreads[1],
            "difference": difference, "low": low, "high": high}  # fmt: skip


def say(one: dict[str, Any]) -> str:
    """Return a comparison's numbers for the table."""
    ends = "no interval" if one["low"] is None else f"{100 * one['low']:+.2f} to {100 * one['high']:+.2f}"
    return (
        f"{one['b']:.4f} ± {one['b_spread']:.4f} | {one['a']:.4f} ± {one['a_spread']:.4f} | "
        f"{100 * one['difference']:+.2f} points ({ends})"
    )


def main() -> None:
    """Search twice, compare, print and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=30)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--dir", type=Path, default=None, help="where the searches are kept; a fresh place if left out")
    given = parser.parse_args()
    folder = given.dir or Path(tempfile.mkdtemp(prefix="pellucid-tuning-"))
    folder.mkdir(parents=True, exist_ok=True)
    subset = folder / "mnist-3000.npz"
    if not subset.exists():
        write_subset(subset)
    data = load_dataset(subset)
    pruned, whole = (search(data, folder, pruning, given.trials, given.repeats) for pruning in ("halving", "none"))
    saved = 1 - pruned.epochs / whole.epochs
    results: dict[str, Any] = {"machine": describe_machine(), "trials": given.trials, "repeats": given.repeats}
    results |= {"epochs": {"halving": pruned.epochs, "none": whole.epochs, "saved": saved}}
    for split in ("val", "test"):
        default = rightness(pruned, "default", data, split)
        winner, unpruned = rightness(pruned, "winner", data, split), rightness(whole, "winner", data, split)
        results[split] = {"worth": compare(default, winner), "pruning": compare(unpruned, winner)}
    results["winner"] = pruned.best.say_choices() if pruned.best else ""
    results["verdict"] = pruned.verdict.to_dict() if pruned.verdict else {}
    rows = [
        ["epochs of the trials", f"{pruned.epochs:,} with pruning", f"{whole.epochs:,} without", f"{saved:.0%} saved"],
        *(
            [f"{words}, {split}", *say(results[split][what]).split(" | ")]
            for what, words in (("worth", "winner / default"), ("pruning", "winner with / without pruning"))
            for split in ("val", "test")
        ),
    ]
    print(format_table(["what", "this", "beside it", "difference (95 %)"], rows))
    print(f"Winner: {results['winner']}")
    print(pruned.verdict.summary if pruned.verdict else "")
    print(f"The searches: {folder}")
    write_results("tuning", results)


if __name__ == "__main__":
    RESULTS.mkdir(parents=True, exist_ok=True)
    main()
