"""How one number is learned where a choice is left open."""

from __future__ import annotations

from pellucid.kinds import Target
from pellucid.training.kinds.base import TargetHabits


class OneNumber(TargetHabits):
    """One number."""

    is_number = True
    taught = "a number"

    def describe(self, target: Target) -> str:
        """Return that it is a number."""
        return f"the target '{target.name}' is a number"

    def names(self, target: Target) -> tuple[str, ...]:
        """Return nothing: a number may be called otherwise where a teacher learned it."""
        return ()
