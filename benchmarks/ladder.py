"""The ladder on real photos: what a network brings beside classical methods, and what borrowing brings beside that.

    python benchmarks/ladder.py                          # ants and bees, flowers, chest X-rays, skin lesions
    python benchmarks/ladder.py hymenoptera chest-xray-224

One `pellucid train DATA --ladder --open-test --json` per dataset, with the defaults; the table has the accuracy (the
balanced one where classes are uneven) on validation and, where the dataset has one, on the test split. About an hour
on two cores. A dataset that is absent is left out, and said.

What others report, on data that are not quite these: the PyTorch transfer-learning tutorial 0.94 to 0.95 on ants and
bees (all 244 training photos, ResNet-18); Kermany et al. (2018) 0.928 on chest X-rays (their own test set of 624, from
5,232 training pictures; here it is 1,176 that were resized to 224 x 224, split by patient).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from measuring import describe_machine, format_table, pellucid_command, time_process, write_results

from pellucid.ladder import Ladder
from pellucid.ladder.wording import score_words, size_words, time_words, verdict_words
from pellucid.store import data_directory

DATA: dict[str, tuple[str, ...]] = {
    "hymenoptera": (),
    "flowers5": (),
    "chest-xray-224": (),
    "ham10000": ("--target", "dx"),
}
"""The folder in the data directory, and the flags that its layout needs."""
TABLES = {"ham10000": "metadata.csv"}


def climb(name: str, runs: str) -> Ladder:
    """Climb the ladder of one dataset in a process of its own."""
    place = data_directory() / name / TABLES.get(name, "")
    words = ("train", str(place), *DATA[name], "--ladder", "--open-test", "--runs-dir", runs, "--json")
    _, printed = time_process(pellucid_command(*words))
    return Ladder.from_dict(json.loads(printed), source=name)


def rows_of(name: str, made: Ladder) -> list[list[str]]:
    """Return the rows of one dataset's ladder."""
    return [
        [
            name if place == 0 else "",
            rung.name,
            score_words(rung.val.metric),
            verdict_words(rung.val),
            score_words(rung.test.metric) if rung.test is not None else "",
            time_words(rung.seconds),
            size_words(rung),
        ]
        for place, rung in enumerate(made.rungs)
    ]


def main() -> None:
    """Climb, print one table of all, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", default=list(DATA), help=f"of {', '.join(DATA)}")
    arguments = parser.parse_args()
    results: dict[str, Any] = {"machine": describe_machine(), "ladders": {}}
    rows: list[list[str]] = []
    with tempfile.TemporaryDirectory() as runs:
        for name in arguments.names:
            if not (data_directory() / name).is_dir():
                print(f"{name}: not in {data_directory()}, left out", flush=True)
                continue
            made = climb(name, str(Path(runs) / name))
            print(f"{name}:\n{made}\n", flush=True)
            rows += rows_of(f"{name} ({made.metric_name}; {made.num_examples})", made)
            results["ladders"][name] = made.to_dict()
    print(format_table(("data", "rung", "val", "beside the best", "test", "time", "size"), rows))
    write_results("ladder", results)


if __name__ == "__main__":
    main()
