"""How several numbers are learned where a choice is left open."""

from __future__ import annotations

from pellucid.kinds import Target
from pellucid.training.kinds.base import TargetHabits


class SeveralNumbers(TargetHabits):
    """Several numbers."""

    is_number = True
    taught = "the numbers"

    def describe(self, target: Target) -> str:
        """Return how many there are."""
        return f"there are {len(target.answers)} numbers to answer"
