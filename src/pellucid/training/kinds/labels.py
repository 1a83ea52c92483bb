"""How several labels at once are learned where a choice is left open."""

from __future__ import annotations

from collections.abc import Sequence

from pellucid.kinds import Target
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.imbalance import resolve_labels
from pellucid.training.kinds.base import TargetHabits


class Labels(TargetHabits):
    """Any of L labels, several at once or none."""

    taught = "the labels"

    def describe(self, target: Target) -> str:
        """Return how many labels there are."""
        return f"any of {len(target.answers)} labels may hold at once"

    def resolve_losses(
        self, recipe: Recipe, counts: Sequence[int], *, mixes: bool, weighs: bool
    ) -> tuple[Recipe, tuple[Decision, ...]]:
        """Leave rare labels to thresholds of their own, which are fitted after training."""
        return resolve_labels(recipe)
