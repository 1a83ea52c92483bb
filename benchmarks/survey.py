"""How long the survey of many tiny pictures, and of photos, takes: this source tree and another one in turn.

    python benchmarks/survey.py --against ../other/src [--files 5000] [--repeats 5]

Prints, for the first time (nothing is known) and the second (all facts are kept), the least wall and CPU seconds of
each tree, and their ratio. The trees take turns, so that a busy machine disturbs both alike.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

OWN = Path(__file__).resolve().parent.parent / "src"
CHILD = """
import json, sys, time
from pathlib import Path
from pellucid.data.survey import survey_files
from pellucid.store import find_cache
paths = sorted(Path(sys.argv[1]).iterdir())
wall, cpu = time.perf_counter(), time.process_time()
survey_files(paths, [path.name for path in paths])
taken = time.perf_counter() - wall, time.process_time() - cpu
find_cache().settle()
print(json.dumps(taken))
"""


def make(folder: Path, number: int, side: int, ending: str) -> None:
    """Write pictures of smooth noise."""
    draws = np.random.default_rng(0)
    for index in range(number):
        grain = Image.fromarray(draws.integers(0, 256, (12, 12, 3), dtype=np.uint8))
        grain.resize((side, side), Image.Resampling.BICUBIC).save(folder / f"{index}.{ending}")


def measure(tree: Path, folder: Path, cache: Path) -> tuple[float, float]:
    """Return wall and CPU seconds of one survey in a process of its own."""
    setting = {**os.environ, "PYTHONPATH": str(tree), "PELLUCID_CACHE": str(cache)}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, folder], env=setting, capture_output=True, text=True, check=True
    )
    wall, cpu = json.loads(done.stdout)
    return float(wall), float(cpu)


def main() -> None:
    """Measure and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--against", type=Path, required=True)
    asked.add_argument("--files", type=int, default=5000)
    asked.add_argument("--repeats", type=int, default=5)
    given = asked.parse_args()
    for number, side, ending in ((given.files, 28, "png"), (max(1, given.files // 50), 500, "jpg")):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "pictures"
            folder.mkdir()
            make(folder, number, side, ending)
            taken: dict[tuple[str, str], list[tuple[float, float]]] = {}
            for _ in range(given.repeats):
                for name, tree in (("other", given.against.resolve()), ("this", OWN)):
                    cache = Path(scratch) / "cache"
                    for time in ("first", "second"):
                        taken.setdefault((name, time), []).append(measure(tree, folder, cache))
                    shutil.rmtree(cache)
            for time in ("first", "second"):
                for place, clock in enumerate(("wall", "CPU")):
                    other, this = (min(run[place] for run in taken[name, time]) for name in ("other", "this"))
                    print(
                        f"{number:,} {ending} of {side} x {side}, {time} time, {clock}: "
                        f"{other:.2f} s, now {this:.2f} s, {this / other:.2f} of it"
                    )


if __name__ == "__main__":
    main()
