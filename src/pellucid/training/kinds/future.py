"""How the future of a series is learned where a choice is left open."""

from __future__ import annotations

from pellucid.kinds import FutureTarget, Target
from pellucid.training.habits import Habits, Pace
from pellucid.training.kinds.base import TargetHabits

_SEEN_IN_ALL = 40_000
"""Windows shown in all, about, in at most 60 epochs: of few windows validation finds its best epoch among the first."""
_LEAST_EPOCHS, _MOST_SEEN = 6, 500_000
"""Epochs at least, but of many long series no more windows than that, and each twice: neighbours differ by a step."""


class Future(TargetHabits):
    """The next values of a series."""

    is_number = True
    taught = "the values to come"
    favourite = "lstm"
    because = "reads a series step by step, and keeps what matters"

    def describe(self, target: Target) -> str:
        """Return how far ahead is forecast."""
        future = FutureTarget.of(target)
        return f"{future.learned} are forecast at once, each with a band"

    def pace(self, pace: Pace) -> Pace:
        """Return a long training of short series, and a short one of long series."""
        return FuturePace(Habits(lr=5e-3, epochs_scale=0, weight_decay=0.01), most_epochs=60)


class FuturePace(Pace):
    """So many epochs that every training shows about as many windows."""

    def epochs(self, num_train: int) -> int:
        """Return how many epochs so many training windows get."""
        least = max(2, min(_LEAST_EPOCHS, _MOST_SEEN // max(1, num_train)))
        return max(least, min(self.most_epochs, round(_SEEN_IN_ALL / max(1, num_train))))
