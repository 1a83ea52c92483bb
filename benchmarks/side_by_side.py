"""Two trainings at the same time: what it costs that threads of torch wait busily for one another.

`pellucid train digits --model resnet20 --epochs 3` alone and two at once, in turn: as the command line sets it
(GOMP_SPINCOUNT=10000), and with the 300,000 turns that libgomp itself would wait.
"""

from __future__ import annotations

import argparse
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from measuring import describe_machine, format_table, median, pellucid_command, time_process, write_results

WORDS = ("train", "digits", "--model", "resnet20", "--epochs", "3", "--json")
WAYS: dict[str, dict[str, str]] = {"as it is": {}, "libgomp's own": {"GOMP_SPINCOUNT": "300000"}}


def seconds_of(count: int, environment: dict[str, str]) -> float:
    """Return the seconds until the last of so many trainings, started together, has ended."""

    def train(folder: Path) -> float:
        return time_process(pellucid_command(*WORDS, "--runs-dir", str(folder)), **environment)[0]

    with tempfile.TemporaryDirectory() as runs, ThreadPoolExecutor(count) as pool:
        return max(pool.map(train, [Path(runs) / str(number) for number in range(count)]))


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    found: dict[str, dict[int, list[float]]] = {way: {1: [], 2: []} for way in WAYS}
    for _ in range(repeats):
        for way, environment in WAYS.items():
            for count, seconds in found[way].items():
                seconds.append(seconds_of(count, environment))
    rows = [[way, *(f"{median(seconds):.1f} s" for seconds in counts.values())] for way, counts in found.items()]
    print(format_table(["waiting", "one training", "two at once"], rows))
    print(f"\nMedians of {repeats}. {describe_machine()}")
    write_results("side_by_side", {"machine": describe_machine(), "found": found})


if __name__ == "__main__":
    main()
