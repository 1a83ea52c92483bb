"""How series are learned from where a choice is left open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pellucid.data import Dataset
from pellucid.kinds import Wishes
from pellucid.preprocessing import Augmentation, Preprocessing, choose_augmentation
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.batches import num_batches
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

FEWEST_STEPS = 1_200
"""Of convolutions: a few dozen series give a handful of steps an epoch, and need that many more epochs.

After 400 steps the training loss of ArrowHead (36 series) was still 0.12, and steps of a tenth of the series, as Ismail
Fawaz et al. 2019 take them for 2,000 epochs, left it at 0.25 after 1,200."""
MOST_EPOCHS_OF_FEW = 400


@dataclass(frozen=True)
class ConvolutionPace(Pace):
    """Convolutions over few series learn as many steps as over some hundreds."""

    def least_epochs(self, num_train: int) -> int:
        """Return as many as give 1,200 steps, but at most 400."""
        steps_an_epoch = num_batches(num_train, self.batch_size(num_train))
        return min(MOST_EPOCHS_OF_FEW, -(-FEWEST_STEPS // steps_an_epoch))


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

    def augmentation(
        self, dataset: Dataset, recipe: Recipe, given: dict[str, Any], *, family: Family, preprocessing: Preprocessing
    ) -> tuple[Augmentation, Decision]:
        """Choose none, and refuse any that is asked for."""
        return choose_augmentation(dataset, recipe.augmentation.augment, given)
