"""A watcher that also writes down where the training stands, for those who look at its folder."""

from __future__ import annotations

import time
from pathlib import Path

from pellucid.clock import time_now
from pellucid.records import Decision
from pellucid.runs import EpochRow, RunProgress, RunRecord, write_progress
from pellucid.training.progress import Pass, Position, Progress

SECONDS_BETWEEN_WRITES = 1.0


class KeptProgress:
    """Another watcher, beside whom progress.json is kept up to date, about once a second.

    Args:
        progress: the other watcher.
        folder: of the run.
    """

    def __init__(self, progress: Progress, folder: Path) -> None:
        self._progress, self._folder = progress, folder
        self._written = -SECONDS_BETWEEN_WRITES

    def planned(self, record: RunRecord, folder: Path) -> None:
        """Tell the other."""
        self._progress.planned(record, folder)

    def decided(self, decision: Decision) -> None:
        """Tell the other."""
        self._progress.decided(decision)

    def passed(self, progress: Pass) -> None:
        """Tell the other."""
        self._progress.passed(progress)

    def stepped(self, position: Position) -> None:
        """Write down where the training stands, and tell the other."""
        now = time.monotonic()
        if now - self._written >= SECONDS_BETWEEN_WRITES:
            self._written = now
            kept = RunProgress(
                epoch=position.epoch,
                num_epochs=position.num_epochs,
                step=position.step,
                num_steps=position.num_steps,
                train_loss=position.train_loss,
                examples_per_second=position.examples_per_second,
                seconds_left=position.seconds_left,
                when=time_now(),
            )
            write_progress(self._folder, kept)
        self._progress.stepped(position)

    def ended_epoch(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        """Tell the other."""
        self._progress.ended_epoch(row, num_epochs=num_epochs, is_best=is_best)
