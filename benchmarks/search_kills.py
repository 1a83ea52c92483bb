"""Two processes share a search, and one of them is killed at a random moment, again and again.

The search is the same in the end as one that nothing disturbed: the same trials with the same curves and scores, each
once, and the same verdict. Random proposals without pruning, so that they do not depend on who was faster.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from measuring import describe_machine, write_results

from pellucid.data import load_dataset
from pellucid.runs import Recipe
from pellucid.tuning import Limits, Search, SearchFolder, begin_search, read_search, read_space, run_search

SPACE = {"lr": {"times": [0.1, 10]}, "optimizer": ["adamw", "sgd"]}
RECIPE = Recipe(model="mlp", epochs=6, batch=64)
WORKER = """
import sys
from pellucid.data import load_dataset
from pellucid.tuning import Limits, SearchFolder, run_search
run_search(SearchFolder.open(sys.argv[1]), load_dataset("digits"), Limits(trials=int(sys.argv[2]), repeats=1))
"""


def begin(parent: Path, name: str) -> SearchFolder:
    """Begin a search on the bundled digits."""
    return begin_search(
        load_dataset("digits"), RECIPE, space=read_space(SPACE), method="random", pruning="none", runs_dir=parent,
        name=name,
    )  # fmt: skip


def work(folder: SearchFolder, trials: int) -> subprocess.Popen[bytes]:
    """Start a process that works on a search."""
    return subprocess.Popen([sys.executable, "-c", WORKER, str(folder.path), str(trials)])


def disturb(folder: SearchFolder, trials: int, kills: int, seed: int) -> int:
    """Let two processes work until both end by themselves, and kill one of them at random moments; return how often."""
    moments, done = random.Random(seed), 0
    workers = [work(folder, trials) for _ in range(2)]
    while any(worker.poll() is None for worker in workers):
        time.sleep(moments.uniform(0.1, 2.5))
        alive = [place for place, worker in enumerate(workers) if worker.poll() is None]
        if done < kills and alive:
            place = moments.choice(alive)
            workers[place].kill()
            workers[place].wait()
            workers[place] = work(folder, trials)
            done += 1
    if any(worker.returncode for worker in workers):
        raise RuntimeError("A process that was not killed failed.")
    return done


def trained(search: Search) -> list[dict[str, Any]]:
    """Return what was proposed and what came of it, but for how long it took."""
    return [trial.model_dump(exclude={"seconds"}) for trial in search.trials]


def main() -> None:
    """Compare a disturbed search with an undisturbed one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trials", type=int, default=10)
    parser.add_argument("--kills", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    parent = Path(tempfile.mkdtemp(prefix="pellucid-kills-"))
    whole = run_search(begin(parent, "whole"), load_dataset("digits"), Limits(trials=given.trials, repeats=1))
    folder = begin(parent, "killed")
    kills = disturb(folder, given.trials, given.kills, given.seed)
    killed = read_search(folder)
    runs = sorted(path.name for path in folder.trials.iterdir())
    results = {
        "kills": kills,
        "trials": len(killed.trials),
        "trials equal": trained(killed) == trained(whole),
        "a run per trial": runs == [Path(trial.run).name for trial in killed.trials],
        "verdict equal": killed.verdict == whole.verdict,
    }
    print(", ".join(f"{word}: {value}" for word, value in results.items()))
    write_results("search_kills", {"machine": describe_machine(), **results})
    if not all(results[word] for word in ("trials equal", "a run per trial", "verdict equal")):
        sys.exit(1)


if __name__ == "__main__":
    main()
