"""How long one waits: for the help, for the import, and for the first step of a training, as medians."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from measuring import describe_machine, format_table, median, pellucid_command, time_process, write_results

BARS = {"pellucid --help": 0.3, "import pellucid": 0.2, "train digits: first step": 3.0}
"""Upper bounds in seconds; `import pellucid` is counted without the bare interpreter."""


def first_step_seconds() -> float:
    """Return the seconds from the start of `pellucid train digits` to the end of its first step, as its run tells."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.time()
        time_process(pellucid_command("train", "digits", "--epochs", "1", "--runs-dir", folder))
        (record,) = Path(folder).glob("*/run.json")
        return float(json.loads(record.read_text(encoding="utf-8"))["timings"]["first_step"]) - started


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=7, help="how often the quick ones are run")
    parser.add_argument("--trainings", type=int, default=3, help="how often the training is started")
    options = parser.parse_args()

    # One run of each beforehand, so that a cold disk is not what is measured.
    lines = {"interpreter": [sys.executable, "-c", "pass"], "import": [sys.executable, "-c", "import pellucid"]}
    lines["help"] = pellucid_command("--help")
    seconds: dict[str, list[float]] = {name: [] for name in lines}
    for repetition in range(options.times + 1):
        for name, line in lines.items():
            spent, _ = time_process(line)
            if repetition:
                seconds[name].append(spent)
    steps = [first_step_seconds() for _ in range(options.trainings + 1)][1:]

    bare = median(seconds["interpreter"])
    measured = {
        "pellucid --help": median(seconds["help"]),
        "import pellucid": median(seconds["import"]) - bare,
        "train digits: first step": median(steps),
    }
    rows = [
        [name, f"{value:.3f}", f"{BARS[name]:.1f}", "yes" if value < BARS[name] else "NO"]
        for name, value in measured.items()
    ]
    print(format_table(["what", "seconds (median)", "bar", "held"], rows))
    print(f"\nBare interpreter: {bare:.3f} s, taken off `import pellucid`, not off the others. {describe_machine()}")
    write_results(
        "startup",
        {
            "machine": describe_machine(),
            "medians": measured,
            "bare_interpreter": bare,
            "all": seconds | {"first_step": steps},
        },
    )


if __name__ == "__main__":
    main()
