"""The first minute with Pellucid: train on the bundled digits, open the test split, and say where the report lies."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from architecture import ROOT

RUNS = ROOT / "runs"


def list_runs() -> set[Path]:
    """Return the run folders that are there now."""
    return {record.parent for record in RUNS.glob("*/run.json")}


def pellucid(*words: str) -> None:
    """Show a command and run it, in the repository's root; leave with its exit code when it fails."""
    print(f"\n$ pellucid {' '.join(words)}", flush=True)
    code = subprocess.run([sys.executable, "-m", "pellucid", *words], cwd=ROOT, check=False).returncode
    if code:
        sys.exit(code)


def main() -> None:
    """Run the demo."""
    started = time.monotonic()
    before = list_runs()
    pellucid("train", "digits")
    # Every training makes a folder of its own; the new one is this demo's, whatever it is called.
    new = sorted(list_runs() - before)
    if not new:
        sys.exit(f"The training left no run folder under {RUNS}.")
    pellucid("evaluate", str(new[-1].relative_to(ROOT)))
    print(f"\nDone in {time.monotonic() - started:.0f} s. Open the report in a browser: {new[-1] / 'report.html'}")


if __name__ == "__main__":
    main()
