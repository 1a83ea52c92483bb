"""How series are learned from where a choice is left open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pellucid.data import Dataset
from pellucid.kinds import Wishes
from pellucid.preprocessing import Augmentation, Preprocessing, choose_augmentation
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.habits import HABITS, Family, Habits, Pace
from pellucid.training.imbalance import Remedy
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

SMALLEST_BATCH, SHARE_OF_A_STEP = 4, 10
"""Of convolutions over few series: a tenth of them in each step, as Ismail Fawaz et al. 2019 have it, and at least 4."""


@dataclass(frozen=True)
class ConvolutionPace(Pace):
    """Convolutions see each series at many places: a few series make a step, and some dozens many steps an epoch."""

    def batch_size(self, num_train: int) -> int:
        """Return a tenth of few series, else what others get."""
        return min(super().batch_size(num_train), max(SMALLEST_BATCH, num_train // SHARE_OF_A_STEP))


class Series(InputHabits):
    """Series."""

    favourite = "fcn1d"
    because = "finds shapes wherever they are in a series"
    custom = Wishes(kinds=("series",))
    no_weights = "The dataset holds series."

    def pace(self, family: Family) -> Pace:
        """Return that of the model's family."""
        pace = ConvolutionPace if family == "conv1d" else Pace
        return pace(_OWN.get(family, HABITS[family]), most_epochs=EPOCHS_AT_MOST)

    def remedy(self, *, mixes: bool) -> Remedy:
        """Learn from series as they are."""
        why = (
            "series are learned from as they are, so most answers are right; plain and balanced accuracy are both told "
            "(--sampler balanced gives each class the same chance, at the cost of plain accuracy)"
        )
        return Remedy("sampler", "none", why)

    def augmentation(
        self, dataset: Dataset, recipe: Recipe, given: dict[str, Any], *, family: Family, preprocessing: Preprocessing
    ) -> tuple[Augmentation, Decision]:
        """Choose none, and refuse any that is asked for."""
        return choose_augmentation(dataset, recipe.augment, given)
