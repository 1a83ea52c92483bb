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

FEWEST_STEPS, MOST_EPOCHS_OF_FEW = 1_200, 400
"""Of convolutions: a few dozen series give a handful of steps an epoch, and need that many more epochs."""
SMALLEST_BATCH, SHARE_OF_A_STEP = 4, 10
"""A tenth of few series goes into a step, as Wang et al. 2017 and Ismail Fawaz et al. 2019 have it, and at least 4."""
STEPS_OF_TWO_ROUNDS, MOST_EPOCHS_OF_TWO = 13_500, 1_500
"""Of what a first round does not learn: it left ArrowHead a training loss of 0.15. Published trainings take 2,000.

After 3,600 steps in two rounds it was 0.010, after 8,400 in three 0.0009; in the middle of a round, where the rate is
high, it went to and fro between 0.02 and 1.0, so that a training is not ended there."""


@dataclass(frozen=True)
class ConvolutionPace(Pace):
    """Convolutions see each series at many places: few series make a step, and what is not learned gets more steps."""

    def batch_size(self, num_train: int) -> int:
        """Return a tenth of few series, else what others get."""
        return min(super().batch_size(num_train), max(SMALLEST_BATCH, num_train // SHARE_OF_A_STEP))

    def least_epochs(self, num_train: int) -> int:
        """Return as many as give 1,200 steps, but at most 400."""
        return min(MOST_EPOCHS_OF_FEW, -(-FEWEST_STEPS // self._steps(num_train)))

    def first_round(self, num_train: int) -> int:
        """Return as many as others train in all, of few series."""
        return super().epochs(num_train) if self.batch_size(num_train) < super().batch_size(num_train) else 0

    def epochs(self, num_train: int) -> int:
        """Return as many as give 13,500 steps, but at most 1,500, of few series."""
        first = self.first_round(num_train)
        both = min(MOST_EPOCHS_OF_TWO, -(-STEPS_OF_TWO_ROUNDS // self._steps(num_train)))
        return max(first, both) if first else super().epochs(num_train)

    def _steps(self, num_train: int) -> int:
        return num_batches(num_train, self.batch_size(num_train))


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
