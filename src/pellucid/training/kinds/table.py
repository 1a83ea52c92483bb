"""How rows of a table are learned from where a choice is left open: they are few, small and quick."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pellucid.data import Dataset
from pellucid.kinds import Wishes
from pellucid.preprocessing import Augmentation, Preprocessing, choose_augmentation
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.habits import EPOCHS_AT_LEAST, Family, Habits, Pace
from pellucid.training.kinds.base import InputHabits

HABITS = Habits(lr=1.5e-2, epochs_scale=300, weight_decay=0.0)
SHRINKAGE, SHRINKAGE_OF_NUMBERS = 5.5, 11.0
"""Weight decay x learning rate x steps: the same pull over the whole training serves tables of any length.

Tuned on splits of iris other than those of `benchmarks/iris.py`. Numbers, noisier than classes, are pulled harder: on
12 splits of diabetes R2 was 0.007 above least squares with 11 and 0.025 below with 5.5; on auto-mpg and boston, where
the network leads by 0.06 and 0.13, 11 cost 0.005 and 0.015."""
SHRUNK_ROWS = 500
"""Beyond so many rows the pull falls as one over their number: a prior counts less the more there is to learn from."""
EPOCHS_AT_MOST = 200
EPOCHS, ROWS_SEEN = 60, 1_000_000
"""A table is quick: at least so many epochs, as long as they show no more than a million rows in all."""


@dataclass(frozen=True)
class RowsPace(Pace):
    """How long and how hard a network learns from rows, whatever its family."""

    habits: Habits = HABITS
    most_epochs: int = EPOCHS_AT_MOST

    def least_epochs(self, num_train: int) -> int:
        """Return more of long tables."""
        if num_train <= SHRUNK_ROWS:
            return EPOCHS_AT_LEAST
        return max(EPOCHS_AT_LEAST, min(EPOCHS, ROWS_SEEN // num_train))

    def decay(self, path: float, *, num_train: int, num_classes: int | None) -> tuple[float, str]:
        """Return what pulls the weights as far over the whole training, however long that is."""
        pull = SHRINKAGE if num_classes else SHRINKAGE_OF_NUMBERS
        shrunk = pull * min(1.0, SHRUNK_ROWS / num_train)
        return round(shrunk / max(path, pull), 5), "keeps the weights small; weaker the more rows there are"


class Rows(InputHabits):
    """Rows of a table."""

    favourite = "mlp"
    because = "learns from the columns of a table"
    custom = Wishes(kinds=("table",))
    no_weights = "The dataset is a table."
    keeps_epochs = True

    def pace(self, family: Family) -> Pace:
        """Return the same for every family."""
        return RowsPace()

    def options(self, model: str, *, num_classes: int | None) -> tuple[dict[str, Any], tuple[Decision, ...]]:
        """Return the activation of an mlp that tells classes apart."""
        if model != "mlp" or num_classes is None:
            return {}, ()
        reason = "draws smooth borders between classes, which suits the few columns of a table (--activation)"
        return {"activation": "tanh"}, (Decision(name="activation", value="tanh", reason=reason),)

    def augmentation(
        self, dataset: Dataset, recipe: Recipe, given: dict[str, Any], *, family: Family, preprocessing: Preprocessing
    ) -> tuple[Augmentation, Decision]:
        """Choose none, and refuse any that is asked for."""
        return choose_augmentation(dataset, recipe.augmentation.augment, given)
