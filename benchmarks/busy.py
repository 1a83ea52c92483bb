"""How much longer commands take beside other work: two of the same side by side, and beside busy loops.

Each round measures, in turn: alone; two of the same at once (the slower one counts); beside one, two and three loops
that keep a core busy each. Printed is the median over the rounds of each ratio to the same round's time alone.

python benchmarks/busy.py [--only digits,mnist,predict,tune] [--rounds 3]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from measuring import describe_machine, format_table, median, pellucid_command, time_process, write_results
from PIL import Image

LOOPS = (1, 2, 3)
BARS = {"two at once": 2.2, "1 loop": 1.5, "2 loops": 2.3, "3 loops": 3.0}
PHOTOS, PHOTO_SIDE = 500, 320


@contextmanager
def busy_loops(count: int) -> Iterator[None]:
    """Keep so many cores busy for a `with` block."""
    loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def commands(folder: Path) -> dict[str, Callable[[int], list[str]]]:
    """Return the commands by name; each takes the number of its start, so that runs get folders of their own."""

    def train(*words: str) -> Callable[[int], list[str]]:
        return lambda start: pellucid_command("train", *words, "--runs-dir", str(folder / f"runs-{start}"))

    photos, answering = folder / "photos", folder / "answering"
    return {
        "digits": train("digits", "--epochs", "4"),
        "mnist": train("mnist", "--model", "lenet5"),
        "predict": lambda start: pellucid_command(
            "predict", str(answering / "photos-cnn"), str(photos), "--out", str(folder / f"answers-{start}.csv")
        ),
        "tune": lambda _: pellucid_command(
            *("tune", "digits", "--model", "mlp", "--epochs", "3", "--trials", "8", "--repeats", "0"),
            *("--runs-dir", str(folder / "searches"), "--name", "shared"),
        ),
    }


def prepare_photos(folder: Path) -> None:
    """Make 500 photos of two kinds, and a run that answers them."""
    for number in range(PHOTOS):
        dice = np.random.default_rng(number)
        pixels = dice.integers(0, 200, (PHOTO_SIDE, PHOTO_SIDE, 3)) + 55 * (number % 2)
        place = folder / "photos" / ("dark", "bright")[number % 2] / f"{number}.jpg"
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels.astype(np.uint8)).save(place, quality=85)
    words = ("train", str(folder / "photos"), "--model", "cnn", "--imgsz", "96", "--epochs", "1")
    time_process(pellucid_command(*words, "--runs-dir", str(folder / "answering"), "--name", "photos-cnn"))


def side_by_side(command: Callable[[int], Sequence[str]], starts: Sequence[int]) -> float:
    """Start a command several times at once and return the longest time in seconds."""
    with ThreadPoolExecutor(len(starts)) as pool:
        return max(seconds for seconds, _ in pool.map(lambda start: time_process(command(start)), starts))


def measure(name: str, command: Callable[[int], list[str]], folder: Path, rounds: int) -> dict[str, list[float]]:
    """Return the seconds of each situation, a number per round."""
    found: dict[str, list[float]] = {}
    start = 0

    def begin(number: int) -> list[int]:
        nonlocal start
        start += number
        if name == "tune":  # a search that goes on from nothing each time
            subprocess.run(["rm", "-rf", str(folder / "searches")], check=True)
        return list(range(start, start + number))

    for _ in range(rounds):
        found.setdefault("alone", []).append(side_by_side(command, begin(1)))
        found.setdefault("two at once", []).append(side_by_side(command, begin(2)))
        for loops in LOOPS:
            with busy_loops(loops):
                word = "1 loop" if loops == 1 else f"{loops} loops"
                found.setdefault(word, []).append(side_by_side(command, begin(1)))
    return found


def main() -> None:
    """Read the flags, measure, print, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="digits,mnist,predict,tune")
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    rows, results = [], {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        names = arguments.only.split(",")
        if "predict" in names:
            prepare_photos(folder)
        for name in names:
            found = measure(name, commands(folder)[name], folder, arguments.rounds)
            results[name] = found
            alone = found.pop("alone")
            ratios = {
                where: median([one / quiet for one, quiet in zip(seconds, alone, strict=True)])
                for where, seconds in found.items()
            }
            rows.append([name, f"{median(alone):.1f} s", *(f"{ratio:.2f}" for ratio in ratios.values())])
            found["alone"] = alone
    header = ["command", "alone", *(f"{where} (<= {bar})" for where, bar in BARS.items())]
    print(format_table(header, rows))
    write_results("busy", {"machine": describe_machine(), "seconds": results})


if __name__ == "__main__":
    main()
