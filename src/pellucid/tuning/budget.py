"""The time of a search: how much of it is for trials, and how much is kept for fresh seeds of the winner."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from pellucid.tuning.limits import Limits
from pellucid.tuning.records import Trial, choose_winner
from pellucid.tuning.space import Scalar
from pellucid.tuning.watching import Standing

MOST_RESERVED, RESERVED_IN_DOUBT = 0.5, 0.2
"""The largest share of the time that is kept for fresh seeds; the same while the default recipe leads."""


@dataclass
class Budget:
    """What this process has left for its part in a search; all is asked of the trials as they stand.

    Attributes:
        limits: settled.
        total: how many trials there shall be; None: as many as fit.
        default: the choices that the default recipe makes; None where the space does not hold them.
        higher_is_better: of the score.
        started: the moment of `time.monotonic` at which this process began.
    """

    limits: Limits
    total: int | None
    default: Mapping[str, Scalar] | None
    higher_is_better: bool
    started: float = field(default_factory=lambda: time.monotonic())

    @property
    def repeats(self) -> int:
        """How many fresh seeds are wanted."""
        return self.limits.repeats or 0

    def search_ends(self, trials: tuple[Trial, ...]) -> float:
        """Return the moment (of `time.monotonic`) until which trials may be trained; the rest is for the repeats."""
        assert self.limits.seconds is not None
        share = RESERVED_IN_DOUBT if self.default_leads(trials) else MOST_RESERVED
        reserve = min(share * self.limits.seconds, self.repeats * self.seconds_per_seed(trials))
        return self.started + self.limits.seconds - reserve

    def is_up(self, trials: tuple[Trial, ...]) -> bool:
        """Return whether another trial would likely end after the search."""
        if self.limits.seconds is None:
            return False
        lasting = [trial.seconds for trial in trials if trial.status in ("finished", "pruned")]
        expected = sum(lasting) / len(lasting) if lasting else 0.0
        return time.monotonic() + expected > self.search_ends(trials)

    def standing(self, trials: tuple[Trial, ...], repeated: float = 0.0) -> Standing:
        """Return how far the search is, and how long it will still take.

        Args:
            trials: of all processes.
            repeated: which share of the fresh seeds is done.
        """
        ended = [trial for trial in trials if trial.status != "running"]
        winner = self.winner(trials)
        lasting = [trial.seconds for trial in ended if trial.seconds]
        left = None
        if lasting and self.total is not None:
            side_by_side = max(1, len(trials) - len(ended))
            repeating = (1 - repeated) * self.repeats * self.seconds_per_seed(trials)
            left = ((self.total - len(ended)) * sum(lasting) / len(lasting) + repeating) / side_by_side
        if self.limits.seconds is not None:
            until = max(0.0, self.started + self.limits.seconds - time.monotonic())
            left = until if left is None else min(left, until)
        return Standing(len(ended), self.total, None if winner is None else trials[winner], left)

    def seeds_that_fit(self, trials: tuple[Trial, ...]) -> int:
        """Return how many fresh seeds there is time for, at most those that are wanted."""
        if self.limits.seconds is None:
            return self.repeats
        left, lasting = self.started + self.limits.seconds - time.monotonic(), self.seconds_per_seed(trials)
        return max(0, min(self.repeats, int(left / lasting))) if lasting else self.repeats

    def winner(self, trials: tuple[Trial, ...]) -> int | None:
        """Return the number of the trial that leads; None before one has ended."""
        return choose_winner(trials, higher_is_better=self.higher_is_better)

    def default_leads(self, trials: tuple[Trial, ...]) -> bool:
        """Return whether no trial does better than the default recipe."""
        number = self.winner(trials)
        return number is not None and trials[number].choices == self.default

    def seconds_per_seed(self, trials: tuple[Trial, ...]) -> float:
        """Return the time of a fresh seed: the default recipe, and the winner where that is another; 0: not known."""
        number = self.winner(trials)
        if number is None:
            return 0.0
        whole = (trial for trial in trials if trial.status == "finished")
        default = next((one.seconds for one in whole if one.choices == self.default), trials[number].seconds)
        return default if self.default_leads(trials) else default + trials[number].seconds
