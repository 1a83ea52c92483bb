"""What a training tells whoever watches it: a terminal, a notebook, a log file, a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pellucid.runs import EpochRow
from pellucid.spec import Decision


@dataclass(frozen=True)
class Position:
    """Where a training stands, after a step.

    Attributes:
        epoch: counted from 1.
        num_epochs: of the recipe.
        step: within the epoch, counted from 1.
        num_steps: of one epoch.
        train_loss: mean over the epoch so far.
        examples_per_second: over the epoch so far, augmentation included.
        seconds_left: until the last epoch's end, at the pace so far.
    """

    epoch: int
    num_epochs: int
    step: int
    num_steps: int
    train_loss: float
    examples_per_second: float
    seconds_left: float


class Progress(Protocol):
    """A watcher of one training; every method returns quickly and raises nothing."""

    def decided(self, decision: Decision) -> None:
        """A choice was made for the user."""

    def stepped(self, position: Position) -> None:
        """Some steps were done; called a few times a second."""

    def ended_epoch(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        """An epoch was trained and validated."""


class Silence:
    """Watches without a word."""

    def decided(self, decision: Decision) -> None:
        """Say nothing."""

    def stepped(self, position: Position) -> None:
        """Say nothing."""

    def ended_epoch(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        """Say nothing."""
