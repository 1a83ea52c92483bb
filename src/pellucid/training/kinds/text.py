"""How texts are learned from where a choice is left open; these rates and epochs are starting points, not yet tuned."""

from __future__ import annotations

from typing import Any

from pellucid.data import Dataset
from pellucid.kinds import Wishes
from pellucid.preprocessing import Augmentation, Preprocessing, choose_augmentation
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.habits import Family, Habits, Pace
from pellucid.training.kinds.base import InputHabits

BAGS = Habits(lr=1e-2, epochs_scale=180, weight_decay=0.05)
"""What adds words up: each word's weights are moved only where it occurs, so they may move far."""
READERS = Habits(lr=2e-3, epochs_scale=120, weight_decay=0.05)
"""Filters and recurrent networks."""
NORMALISED = Habits(lr=1e-3, epochs_scale=150, weight_decay=0.05)
"""Transformers."""


class Texts(InputHabits):
    """Texts, each with a target of its own."""

    favourite = "textcnn"
    because = "finds the words and turns of phrase that tell texts apart"
    custom = Wishes(kinds=("text",))
    no_weights = "The dataset holds texts."
    weighs_classes = True

    def pace(self, family: Family) -> Pace:
        """Return that of bags of words, of networks without normalisation, or of transformers."""
        if family == "bag":
            return Pace(BAGS)
        return Pace(READERS if family == "unnormalised" else NORMALISED)

    def augmentation(
        self, dataset: Dataset, recipe: Recipe, given: dict[str, Any], *, family: Family, preprocessing: Preprocessing
    ) -> tuple[Augmentation, Decision]:
        """Choose none, and refuse any that is asked for."""
        return choose_augmentation(dataset, recipe.augmentation.augment, given)
