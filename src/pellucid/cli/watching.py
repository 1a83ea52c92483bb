"""What `pellucid watch` shows of a run: where it stands, its curves, its last epoch."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pellucid.cli.plain_curves import draw_curves
from pellucid.cli.spans import duration
from pellucid.runs import EpochRow, RunFolder, RunRecord

RECENT = 5
"""Epochs whose pace tells the time left."""
SILENCE_SECONDS, SILENT_EPOCHS = 60.0, 10.0
"""A run that ended no epoch for this long, and for this many epochs' time, may have been killed."""


@dataclass(frozen=True)
class WatchedRun:
    """A run as it stands on the disk.

    Attributes:
        record: of the run.
        history: its epochs so far.
        silent_seconds: since its last epoch, or since it began.
        is_abandoned: whether the process that trained it is gone.
    """

    record: RunRecord
    history: Sequence[EpochRow]
    silent_seconds: float
    is_abandoned: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come by itself."""
        return self.record.status != "running" or self.is_abandoned

    @property
    def status(self) -> str:
        """What the record says, or that its process is gone."""
        return "killed" if self.is_abandoned else self.record.status

    @property
    def num_epochs(self) -> int:
        """Of the recipe."""
        return self.record.recipe.total_epochs

    @property
    def seconds_left(self) -> float | None:
        """Until the last epoch's end at the pace of the last ones; less when patience ends it; None: not known yet."""
        if self.is_over or not self.history:
            return None
        pace = _pace(self.history)
        return max(0.0, pace * (self.num_epochs - len(self.history)) - min(self.silent_seconds, pace))

    @property
    def may_be_dead(self) -> bool:
        """Whether it has been silent for so long that it was probably killed."""
        expected = _pace(self.history) if self.history else SILENCE_SECONDS
        return not self.is_over and self.silent_seconds > max(SILENCE_SECONDS, SILENT_EPOCHS * expected)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        best = self.record.best
        return {
            "run": self.record.name,
            "status": self.status,
            "status_note": self.record.status_note,
            "epoch": len(self.history),
            "epochs": self.num_epochs,
            "seconds_left": self.seconds_left,
            "best": best.to_dict() if best else None,
            "history": list(self.history),
        }


def look(folder: RunFolder) -> WatchedRun:
    """Read where a run stands."""
    record, history = folder.read_record(), folder.history()
    metrics = folder.path / "metrics.jsonl"
    since = metrics.stat().st_mtime if history else record.timings.created
    is_abandoned = folder.is_abandoned(record)
    if is_abandoned:  # what it wrote last may have come between the two looks
        record, history = folder.read_record(), folder.history()
    return WatchedRun(record, history, max(0.0, time.time() - since), is_abandoned and record.status == "running")


def follow(folder: RunFolder, *, every: float, sleep: Callable[[float], object] = time.sleep) -> Iterator[WatchedRun]:
    """Yield where a run stands, every few seconds, until it is over; the last one is over.

    Args:
        folder: of the run.
        every: seconds between two looks.
        sleep: what waits.
    """
    while True:
        moment = look(folder)
        yield moment
        if moment.is_over:
            return
        sleep(every)


def headline(moment: WatchedRun) -> str:
    """Return one line: the run, its status, its epoch and the time left."""
    record = moment.record
    note = f" ({record.status_note})" if record.status_note else ""
    text = f"{record.name}: {moment.status}{note}, epoch {len(moment.history)} of {moment.num_epochs}"
    if moment.is_abandoned:
        return f"{text}; its process is gone (pellucid train --resume goes on with it)"
    if moment.may_be_dead:
        silent = duration(moment.silent_seconds)
        return f"{text}; no epoch ended for {silent}: it may have been killed (pellucid train --resume goes on with it)"
    left = moment.seconds_left
    return text if left is None else f"{text}, about {duration(left)} left"


def frame(moment: WatchedRun, *, width: int) -> list[str]:
    """Return all there is to see, as lines of plain text of at most `width` characters, the first and last excepted."""
    lines = [headline(moment)]
    if not moment.history:
        return [*lines, "", "The first epoch has not ended yet."]
    names = [key.removeprefix("train_") for key in moment.history[-1] if key.startswith("train_")]
    for name in names:
        train = [row.get(f"train_{name}") for row in moment.history]
        val = [row.get(f"val_{name}") for row in moment.history]
        lines += ["", *draw_curves(name.replace("_", " "), train, val, width=min(width, 76))]
    lines += ["", "t training, v validation, x both; across: epochs", "", last_epoch(moment.history[-1])]
    best = moment.record.best
    return [*lines, f"best: epoch {best.epoch}, {best.metric} {best.value:.4f}"] if best else lines


def last_epoch(row: EpochRow) -> str:
    """Return one line with the numbers of one epoch."""
    shown = {name: value for name, value in row.items() if name.startswith(("train_", "val_"))}
    numbers = ", ".join(f"{name.replace('_', ' ')} {value:.4f}" for name, value in shown.items())
    pace = [f"{row['examples_per_second']:,.0f} examples/s"] if "examples_per_second" in row else []
    lasted = [f"{row['seconds']:.1f} s"] if "seconds" in row else []
    return ", ".join([f"epoch {row['epoch']:.0f}: {numbers}", *pace, *lasted])


def _pace(history: Sequence[EpochRow]) -> float:
    recent = history[-RECENT:]
    return sum(row.get("seconds", 0.0) for row in recent) / len(recent)
