"""How series are learned from where a choice is left open."""

from __future__ import annotations

from typing import Any

from pellucid.data import Dataset
from pellucid.kinds import Wishes
from pellucid.preprocessing import Augmentation, Preprocessing, choose_augmentation
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.habits import HABITS, Family, Habits, Pace
from pellucid.training.kinds.base import InputHabits

EPOCHS_AT_MOST = 250
"""Series are few, as a rule: some dozens need many epochs, each of them quick."""
_OWN: dict[Family, Habits] = {
    "linear": Habits(lr=3e-3, epochs_scale=400, weight_decay=0.05),
    "mlp": Habits(lr=3e-3, epochs_scale=400, weight_decay=0.05),
    "library": HABITS["conv1d"],
    "unnormalised": HABITS["recurrent"],
}
"""Of families that learn from series otherwise than from pictures."""


class Series(InputHabits):
    """Series."""

    favourite = "fcn1d"
    because = "finds shapes wherever they are in a series"
    custom = Wishes(kinds=("series",))
    no_weights = "The dataset holds series."

    def pace(self, family: Family) -> Pace:
        """Return that of the model's family."""
        return Pace(_OWN.get(family, HABITS[family]), most_epochs=EPOCHS_AT_MOST)

    def augmentation(
        self, dataset: Dataset, recipe: Recipe, given: dict[str, Any], *, family: Family, preprocessing: Preprocessing
    ) -> tuple[Augmentation, Decision]:
        """Choose none, and refuse any that is asked for."""
        return choose_augmentation(dataset, recipe.augment, given)
