"""The progress callback of a search: how a terminal, a log file or a notebook is told how it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pellucid.records import Decision
from pellucid.tuning.records import Trial


@dataclass(frozen=True)
class Standing:
    """Where a search stands.

    Attributes:
        ended: trials that ended so far, however they did.
        total: trials there will be; None where only the time limits them.
        best: the best trial so far that was trained to its end.
        seconds_left: until the end of the search, the repeats included; None: not known yet.
    """

    ended: int
    total: int | None
    best: Trial | None
    seconds_left: float | None


class SearchProgress(Protocol):
    """The callback of a search; every method returns quickly and raises nothing."""

    def decided(self, decision: Decision) -> None:
        """A choice was made for the user."""

    def began_trial(self, trial: Trial, standing: Standing) -> None:
        """A trial was proposed, or one that another process left is gone on with; see its note."""

    def ended_epoch(self, trial: Trial, epoch: int, num_epochs: int, standing: Standing) -> None:
        """A trial trained an epoch."""

    def ended_trial(self, trial: Trial, standing: Standing) -> None:
        """A trial ended."""

    def repeating(self, done: int, total: int, standing: Standing) -> None:
        """So many of the trainings from fresh seeds are done."""

    def said(self, text: str) -> None:
        """Something worth a line."""


class NullProgress:
    """Watches without a word."""

    def decided(self, decision: Decision) -> None:
        """Say nothing."""

    def began_trial(self, trial: Trial, standing: Standing) -> None:
        """Say nothing."""

    def ended_epoch(self, trial: Trial, epoch: int, num_epochs: int, standing: Standing) -> None:
        """Say nothing."""

    def ended_trial(self, trial: Trial, standing: Standing) -> None:
        """Say nothing."""

    def repeating(self, done: int, total: int, standing: Standing) -> None:
        """Say nothing."""

    def said(self, text: str) -> None:
        """Say nothing."""
