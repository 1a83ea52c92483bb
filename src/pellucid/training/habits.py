"""What families of models like, and how long and how hard they learn; every figure was tuned on real data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Family = Literal[
    "linear",
    "mlp",
    "sigmoid",
    "lenet",
    "residual",
    "library",
    "unnormalised",
    "frozen",
    "borrowed",
    "conv1d",
    "recurrent",
    "bag",
    "attending",
]


@dataclass(frozen=True)
class Habits:
    """What a family of models likes; validation splits decided, never test splits.

    Attributes:
        lr: learning rate of adamw, at its highest.
        epochs_scale: scale of the number of epochs, see `EPOCHS_POWER`.
        weight_decay: of adamw.
        label_smoothing: for three classes or more.
    """

    lr: float
    epochs_scale: float
    weight_decay: float
    label_smoothing: float = 0.0


HABITS: dict[Family, Habits] = {
    "linear": Habits(lr=3e-3, epochs_scale=200, weight_decay=1e-4),
    "mlp": Habits(lr=3e-3, epochs_scale=220, weight_decay=0.05),
    "sigmoid": Habits(lr=1.6e-2, epochs_scale=210, weight_decay=1e-4),
    "lenet": Habits(lr=8e-3, epochs_scale=180, weight_decay=0.05),
    "residual": Habits(lr=1e-2, epochs_scale=220, weight_decay=0.05),
    "library": Habits(lr=1e-3, epochs_scale=180, weight_decay=0.05),
    # alexnet, vgg16, squeezenet: deep, with nothing that keeps the scale of what passes through.
    "unnormalised": Habits(lr=3e-4, epochs_scale=180, weight_decay=0.05),
}
HABITS |= {
    # Along the steps of a series, or step by step.
    "conv1d": Habits(lr=4e-3, epochs_scale=400, weight_decay=0.01),
    "recurrent": Habits(lr=5e-3, epochs_scale=500, weight_decay=0.01),
    "attending": Habits(lr=2e-3, epochs_scale=500, weight_decay=0.05),
}
HABITS |= {
    # A new head on features that do not change, and all of a network that starts from borrowed weights.
    "frozen": Habits(lr=4e-3, epochs_scale=110, weight_decay=0.05),
    "borrowed": Habits(lr=2e-4, epochs_scale=35, weight_decay=0.05),
}

EPOCHS_AT_LEAST, EPOCHS_AT_MOST = 4, 60
EPOCHS_POWER = -0.3
"""Epochs fall with the number of examples n as n to this power: ten times the examples, half the epochs."""

BATCH_SIZES, LARGEST_BATCH = ((500, 16), (4_000, 32), (20_000, 64)), 128
"""Training examples below a limit, and how many of them go into a step; more get the largest."""


@dataclass(frozen=True)
class Pace:
    """How long and how hard a network learns from examples of one kind.

    Attributes:
        habits: what it likes.
        most_epochs: whatever the number of examples.
    """

    habits: Habits
    most_epochs: int = EPOCHS_AT_MOST

    def least_epochs(self, num_train: int) -> int:
        """Return how many epochs there are at least, for so many training examples."""
        return EPOCHS_AT_LEAST

    def first_round(self, num_train: int) -> int:
        """Return how many epochs a first round has, behind which most trainings end; 0 where there is one round."""
        return 0

    def batch_size(self, num_train: int) -> int:
        """Return how many of so many training examples go into one step."""
        return next((size for limit, size in BATCH_SIZES if num_train < limit), LARGEST_BATCH)

    def epochs(self, num_train: int) -> int:
        """Return how many epochs so many training examples get."""
        wanted: int = round(self.habits.epochs_scale * num_train**EPOCHS_POWER)
        return max(self.least_epochs(num_train), min(self.most_epochs, wanted))

    def decay(self, path: float, *, num_train: int, num_classes: int | None) -> tuple[float, str]:
        """Return adamw's weight decay and its reason.

        Args:
            path: the learning rate times the steps.
            num_train: training examples.
            num_classes: K; None where the target is no class.
        """
        return self.habits.weight_decay, "keeps the weights small, a little"


def family_of(model: str, *, custom: bool = False) -> Family:
    """Return which habits a model follows."""
    if custom:
        return "library"
    match model:
        case "linear" | "mlp":
            return model
        case "perceptron":
            return "linear"
        case "lenet5-sigmoid":
            return "sigmoid"
        case "lenet5":
            return "lenet"
        case "bow" | "embedding":
            return "bag"
        case "cnn" | "resnet8" | "resnet20" | "resnet56" | "resnet110" | "plain20" | "plain56" | "plain110":
            return "residual"
        case "fcn1d" | "cnn1d" | "tcn" | "inception1d":
            return "conv1d"
        case "rnn" | "lstm" | "gru":
            return "recurrent"
        case "transformer1d":
            return "attending"
    return "library"


def is_dense(family: Family) -> bool:
    """Return whether every pixel has weights of its own, so that a moved picture is another input altogether."""
    return family in ("linear", "mlp")
