"""How one class of K is learned where a choice is left open."""

from __future__ import annotations

from collections.abc import Sequence

from pellucid.kinds import Target, is_uneven
from pellucid.records import Decision
from pellucid.runs import Recipe, RunRecord
from pellucid.tasks import Emphasis, balanced_weights
from pellucid.training.imbalance import resolve_imbalance
from pellucid.training.kinds.base import TargetHabits


class OneClass(TargetHabits):
    """One class of K."""

    taught = "the classes"

    def describe(self, target: Target) -> str:
        """Return how many classes there are."""
        return f"the target '{target.name}' has {len(target.answers)} classes"

    def num_classes(self, target: Target) -> int:
        """Return K."""
        return len(target.answers)

    def resolve_losses(
        self, recipe: Recipe, counts: Sequence[int], *, mixes: bool, weighs: bool
    ) -> tuple[Recipe, tuple[Decision, ...]]:
        """Choose what rare classes count."""
        return resolve_imbalance(recipe, counts, mixes=mixes, weighs=weighs)

    def emphasis(self, record: RunRecord) -> Emphasis:
        """Return how a run's classes were weighed, from its resolved recipe and its class counts."""
        recipe, counts = record.recipe, record.dataset.class_counts
        if recipe.batches.sampler is None:
            return Emphasis()
        names = record.dataset.target.answers
        train, val = (tuple(counts[split].get(name, 0) for name in names) for split in ("train", "val"))
        judged = val if is_uneven(train) and any(val) else None
        by_class = record.chosen_by != "accuracy"
        if recipe.classes.class_weight == "balanced":
            return Emphasis(balanced_weights(train), "weights", judged, by_class)
        if recipe.batches.sampler == "balanced":
            return Emphasis(balanced_weights(train), "sampler", judged, by_class)
        if recipe.objective.loss == "logit-adjusted":
            return Emphasis(balanced_weights(train), "adjusted-logits", judged, by_class)
        return Emphasis(judged_counts=judged, by_class=by_class)
