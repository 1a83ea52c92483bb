"""The progress callback of a training: how a terminal, a notebook, a log file or a page is told how it goes."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pellucid.kinds import SplitName
from pellucid.records import Decision
from pellucid.runs import EpochRow, RunRecord

SECONDS_BETWEEN_REPORTS = 0.25
WARM_UP_STEPS = 3
"""At an epoch's beginning, left out of the pace: the very first sets up what all later ones find ready."""


@dataclass(frozen=True)
class Position:
    """Where a training stands, after a step.

    Attributes:
        epoch: counted from 1.
        num_epochs: of the recipe.
        step: within the epoch, counted from 1.
        num_steps: of one epoch.
        train_loss: mean over the epoch so far.
        examples_per_second: over the epoch so far, augmentation included, without its first `WARM_UP_STEPS` once there
            are others.
        seconds_left: until the last epoch's end, at the pace so far, measuring behind each epoch included; while the
            head alone learns, until that is done.
        head_epochs: epochs at the beginning in which the head alone learns, which takes far less time than the others.
        epochs_to_come: after this one, until `last_epoch`, where its steps end before a whole epoch; None: whole ones.
        measuring_seconds: what measuring behind each epoch takes, about: of `seconds_left` it is a part.
    """

    epoch: int
    num_epochs: int
    step: int
    num_steps: int
    train_loss: float
    examples_per_second: float
    seconds_left: float
    head_epochs: int = 0
    epochs_to_come: float | None = None
    measuring_seconds: float = 0.0

    @property
    def last_epoch(self) -> int:
        """The epoch at whose end `seconds_left` is over."""
        return self.head_epochs if self.epoch <= self.head_epochs else self.num_epochs

    @property
    def is_warm(self) -> bool:
        """Whether the pace is that of later steps: the first of all may take many times as long."""
        return self.step > WARM_UP_STEPS or self.epoch > 1

    @property
    def seconds_per_epoch(self) -> float:
        """What an epoch takes at the pace so far, measuring included; 0 where nothing is left to tell it by."""
        learning = self._learning_seconds
        return learning + self.measuring_seconds if learning else 0.0

    @property
    def _learning_seconds(self) -> float:
        """What an epoch takes at the pace so far without measuring; 0 where nothing is left to tell it by."""
        to_come = self.last_epoch - self.epoch if self.epochs_to_come is None else self.epochs_to_come
        left = to_come + 1 - self.step / self.num_steps
        learning = self.seconds_left - (1 + math.ceil(to_come)) * self.measuring_seconds
        return learning / left if left > 0 else 0.0

    @property
    def seconds_in_epoch(self) -> float:
        """How long this epoch has taken so far."""
        return self._learning_seconds * self.step / self.num_steps


@dataclass(frozen=True)
class Pass:
    """How far the one pass of a split's examples through a frozen backbone has come.

    Attributes:
        split: train or val.
        done: examples, each counted once for every view of it; those from the cache included.
        total: likewise.
        seconds_left: until the split is done, at the pace so far.
    """

    split: SplitName
    done: int
    total: int
    seconds_left: float


class Progress(Protocol):
    """The callback of one training; every method returns quickly and raises nothing."""

    def planned(self, record: RunRecord, folder: Path) -> None:
        """All choices are made, the run's folder is there, and the training begins."""

    def decided(self, decision: Decision) -> None:
        """A choice was made for the user, later than those of the plan."""

    def passed(self, progress: Pass) -> None:
        """Some examples passed the frozen backbone; called a few times a second."""

    def stepped(self, position: Position) -> None:
        """Some steps were done; called a few times a second."""

    def ended_epoch(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        """An epoch was trained and validated."""


class NullProgress:
    """Watches without a word."""

    def planned(self, record: RunRecord, folder: Path) -> None:
        """Tell each choice of the plan by itself, for callbacks that look at single ones."""
        for decision in record.decisions:
            self.decided(decision)

    def decided(self, decision: Decision) -> None:
        """Say nothing."""

    def passed(self, progress: Pass) -> None:
        """Say nothing."""

    def stepped(self, position: Position) -> None:
        """Say nothing."""

    def ended_epoch(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        """Say nothing."""


class PassWatch:
    """Tells a callback a few times a second how far a pass has come, and how long it will take at the pace so far.

    Args:
        progress: the callback.
        split: that passes.
    """

    def __init__(self, progress: Progress, split: SplitName) -> None:
        self._progress, self._split = progress, split
        self._begun: tuple[float, int] | None = None
        self._reported, self._last = 0.0, 0

    def __call__(self, done: int, total: int) -> None:
        """Say that `done` of `total` examples are done."""
        now = time.perf_counter()
        if self._begun is None:
            self._begun, self._last = (now, done), done
        started, first = self._begun
        if done > self._last and (done == total or now - self._reported >= SECONDS_BETWEEN_REPORTS):
            self._reported, self._last = now, done
            left = (now - started) / (done - first) * (total - done)
            self._progress.passed(Pass(self._split, done, total, left))
