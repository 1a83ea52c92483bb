"""Damaged pictures by the thousand through the one decoder: none may crash it, hold it for 10 s, or take over 1 GiB.

    python benchmarks/fuzz_decoder.py --files 20000 --seed 0

Every file is a small honest picture (of each format and mode, DICOM and HEIC where their extras are installed) with
bytes changed, cut, doubled or mixed with another's; it depends on the seed and its number alone, so `--only 4711`
repeats one. They are decoded in a process of their own, whose death, silence and memory are what is watched. Prints one
line of JSON; leaves with exit code 1 when anything was found, and writes the files that did it to `--keep FOLDER`.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import select
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import PIL
from fuzz_seeds import honest_files

from pellucid.decoding import decode
from pellucid.errors import DecodingError

HANG_SECONDS = 10
MOST_BYTES = 1 << 30
_EXTREMES = (0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFF, 40_000, 12_000)


def mutated(seeds: list[bytes], *, seed: int, number: int) -> bytes:
    """Return damaged file `number`: one of the honest files after one to four changes."""
    random = np.random.default_rng([seed, number])
    data = bytearray(seeds[int(random.integers(len(seeds)))])
    for _ in range(int(random.integers(1, 5))):
        kind = int(random.integers(7))
        place = int(random.integers(len(data))) if data else 0
        # Half of all changes hit the head, where sizes, counts and offsets stand.
        if random.random() < 0.5:
            place = min(place, int(random.integers(1, 200)))
        if kind == 0:
            for spot in random.integers(0, max(1, len(data)), int(random.integers(1, 30))).tolist():
                if spot < len(data):
                    data[spot] = int(random.integers(256))
        elif kind == 1:
            value = _EXTREMES[int(random.integers(len(_EXTREMES)))]
            order = "big" if random.random() < 0.5 else "little"
            data[place : place + 4] = value.to_bytes(4, order)  # type: ignore[arg-type]
        elif kind == 2:
            value = _EXTREMES[int(random.integers(len(_EXTREMES)))] & 0xFFFF
            data[place : place + 2] = value.to_bytes(2, "big" if random.random() < 0.5 else "little")
        elif kind == 3:
            del data[place:]
        elif kind == 4:
            data[place:place] = data[place : place + int(random.integers(1, 400))]
        elif kind == 5:
            del data[place : place + int(random.integers(1, 100))]
        else:
            other = seeds[int(random.integers(len(seeds)))]
            data[place:] = other[int(random.integers(len(other))) :]
    return bytes(data)


def work(seed: int) -> None:
    """Decode the files whose numbers come in, line by line; print number, outcome, seconds and peak memory."""
    seeds = honest_files()
    for seed_file in seeds:  # so that the decoders are imported: on a busy machine that takes longer than any picture
        decode(seed_file)
    for line in sys.stdin:
        number = int(line)
        data = mutated(seeds, seed=seed, number=number)
        begun = time.perf_counter()
        try:
            decode(data)
            outcome = "decoded"
        except DecodingError:
            outcome = "refused"
        except BaseException as problem:  # anything else is what this looks for
            outcome = f"raised {type(problem).__name__}: {problem}"[:200]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        print(json.dumps([number, outcome, time.perf_counter() - begun, peak]), flush=True)


class Worker:
    """The process that decodes, started anew when it dies, hangs, or has grown."""

    def __init__(self, seed: int) -> None:
        self._command = [sys.executable, __file__, "--worker", "--seed", str(seed)]
        self._start()

    def _start(self) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)

    def decode(self, number: int) -> tuple[str, float, int]:
        """Return the outcome of one file, its seconds and the process' peak memory in bytes."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()
        # The first file of a process also waits for its start.
        ready, _, _ = select.select([self._process.stdout], [], [], HANG_SECONDS + 50)
        line = self._process.stdout.readline() if ready else ""
        if line:
            _, outcome, seconds, peak = json.loads(line)
            if seconds > HANG_SECONDS:
                outcome = f"hung: {seconds:.1f} s"
            elif peak > MOST_BYTES:
                outcome = f"memory: {peak / (1 << 30):.2f} GiB"
                self.restart()
            return outcome, seconds, peak
        outcome = f"crashed: signal {-self._process.wait()}" if ready else f"hung: over {HANG_SECONDS} s"
        self.restart()
        return outcome, 0.0, 0

    def restart(self) -> None:
        """End the process and begin another."""
        self.stop()
        self._start()

    def stop(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.wait()


def fuzz(files: range, *, seed: int, keep: Path | None) -> dict[str, Any]:
    """Decode every file and return what happened."""
    seeds = honest_files()
    worker = Worker(seed)
    outcomes: Counter[str] = Counter()
    found: list[dict[str, Any]] = []
    slowest, largest = 0.0, 0
    begun = time.perf_counter()
    try:
        for number in files:
            outcome, seconds, peak = worker.decode(number)
            outcomes[outcome.split(":")[0]] += 1
            slowest, largest = max(slowest, seconds), max(largest, peak)
            if outcome not in ("decoded", "refused"):
                found.append({"number": number, "outcome": outcome})
                if keep is not None:
                    keep.mkdir(parents=True, exist_ok=True)
                    (keep / f"{seed}-{number}").write_bytes(mutated(seeds, seed=seed, number=number))
    finally:
        worker.stop()
    return {
        "files": len(files),
        "seed": seed,
        "honest_files": len(seeds),
        "outcomes": dict(outcomes),
        "slowest_seconds": round(slowest, 3),
        "peak_mib": round(largest / (1 << 20)),
        "found": found,
        "seconds": round(time.perf_counter() - begun, 1),
        "pillow": PIL.__version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
    }


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", type=int, help="decode this one file")
    parser.add_argument("--keep", type=Path, help="where the files that did something are written")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(options.seed)
        return 0
    files = range(options.files) if options.only is None else range(options.only, options.only + 1)
    result = fuzz(files, seed=options.seed, keep=options.keep)
    print(json.dumps(result))
    return 1 if result["found"] else 0


if __name__ == "__main__":
    sys.exit(main())
