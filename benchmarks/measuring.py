"""What every benchmark needs: the time of a process, the machine in words, a table, and a file of results."""

from __future__ import annotations

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "build" / "bench"


def time_process(command: Sequence[str], **environment: str) -> tuple[float, str]:
    """Run a command from the repository's root; return (seconds from its start to its end, what it printed).

    `BENCH_STARTED` tells the process when it was started, in seconds since 1970.

    Raises:
        RuntimeError: it does not end with exit code 0.
    """
    started, clock = time.time(), time.perf_counter()
    done = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | {"BENCH_STARTED": repr(started)} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    seconds = time.perf_counter() - clock
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with code {done.returncode}:\n{done.stderr[-3000:]}")
    return seconds, done.stdout


def pellucid_command(*words: str) -> list[str]:
    """Return the command line for `pellucid`: the installed script, as a user starts it."""
    script = Path(sys.executable).with_name("pellucid")
    return [str(script), *words] if script.exists() else [sys.executable, "-m", "pellucid", *words]


def median(values: Sequence[float]) -> float:
    """Return the median of at least one value."""
    return float(statistics.median(values))


def describe_machine() -> dict[str, Any]:
    """Return the machine and the versions that the numbers belong to."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "processor": _processor(),
        "python": platform.python_version(),
        "pellucid": version("pellucid"),
        "torch": version("torch"),
    }


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.exists():
        for line in information.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown"


def format_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_results(name: str, results: dict[str, Any]) -> None:
    """Write the results to build/bench/NAME.json and say so."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(f"\nAll numbers: {path.relative_to(ROOT)}")
