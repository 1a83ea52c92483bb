"""The choices a newcomer leaves open, made as somebody with experience would; every figure was tuned on real data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.runs.recipe import OptimizerName
from pellucid.training.batches import num_batches
from pellucid.words import counted

Family = Literal["linear", "mlp", "sigmoid", "lenet", "residual", "library", "unnormalised", "frozen", "borrowed"]


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
    # A new head on features that do not change, and all of a network that starts from borrowed weights.
    "frozen": Habits(lr=4e-3, epochs_scale=110, weight_decay=0.05),
    "borrowed": Habits(lr=2e-4, epochs_scale=35, weight_decay=0.05),
}
TABLE_HABITS = Habits(lr=1.5e-2, epochs_scale=300, weight_decay=0.0)
TABLE_SHRINKAGE, TABLE_SHRINKAGE_OF_NUMBERS = 5.5, 11.0
"""Weight decay of a table x learning rate x steps: the same pull over the whole course serves tables of any length.

Tuned on splits of iris other than those of `benchmarks/iris.py`. Numbers, noisier than classes, are pulled harder: on
12 splits of diabetes R2 was 0.007 above least squares with 11 and 0.025 below with 5.5; on auto-mpg and boston, where
the network leads by 0.06 and 0.13, 11 cost 0.005 and 0.015."""
SHRUNK_ROWS = 500
"""Beyond so many rows the pull falls as one over their number: a prior counts less the more there is to learn from."""

# An optimizer that the user names instead of adamw gets the rate that serves it, relative to adamw's.
RATE_AGAINST_ADAMW: dict[OptimizerName, float] = {"adamw": 1.0, "adam": 1.0, "rmsprop": 0.3, "sgd": 15.0}

EPOCHS_AT_LEAST, EPOCHS_AT_MOST = 4, 60
TABLE_EPOCHS_AT_MOST = 200
TABLE_EPOCHS, TABLE_ROWS_SEEN = 60, 1_000_000
"""A table is quick: at least so many epochs, as long as they show no more than a million rows in all."""
EPOCHS_POWER = -0.3
"""Epochs fall with the number of examples n as n to this power: ten times the examples, half the epochs."""


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
        case "cnn" | "resnet8" | "resnet20" | "resnet56" | "resnet110" | "plain20" | "plain56" | "plain110":
            return "residual"
    return "library"


def is_dense(family: Family) -> bool:
    """Return whether every pixel has weights of its own, so that a moved picture is another input altogether."""
    return family in ("linear", "mlp")


def with_rosenblatts_rule(recipe: Recipe) -> tuple[Recipe, Decision]:
    """Fill the open choices of a perceptron: one example at a time, a rate of 1, no momentum and no decay."""
    rule: dict[str, Any] = {
        "loss": "perceptron",
        "optimizer": "sgd",
        "lr": 1.0,
        "batch": 1,
        "schedule": "constant",
        "momentum": 0.0,
        "weight_decay": 0.0,
    }
    chosen = {name: value for name, value in rule.items() if getattr(recipe, name) is None}
    reason = "one example at a time; only wrong answers change the weights (--loss cross-entropy: logistic regression)"
    decision = Decision(name="learning rule", value="Rosenblatt's: w + (target - answer) x", reason=reason)
    return recipe.override(**chosen), decision


class _OpenChoices:
    """Fills what a recipe leaves open, and says what is worth a line.

    Args:
        recipe: what the user chose; None is open.
    """

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self.chosen: dict[str, Any] = {}
        self.decisions: list[Decision] = []

    def decide(self, field: str, value: Any, reason: str) -> Any:
        """Fill a choice, and say so; return what holds."""
        if getattr(self._recipe, field) is None:
            flag = field.replace("_", "-")
            said = Decision(name=field.replace("_", " "), value=_say(value), reason=f"{reason} (--{flag})")
            self.decisions.append(said)
        return self.default(field, value)

    def default(self, field: str, value: Any) -> Any:
        """Fill a choice that is off, or does not matter here: not worth a line."""
        given = getattr(self._recipe, field)
        if given is None:
            self.chosen[field] = value
        return value if given is None else given


def resolve_learning(
    recipe: Recipe, *, family: Family, num_train: int, num_val: int, num_classes: int | None, table: bool
) -> tuple[Recipe, tuple[Decision, ...]]:
    """Fill every open choice of learning.

    Args:
        recipe: what the user chose; None is open.
        family: of the model.
        num_train: examples to learn from.
        num_val: examples that choose the best epoch.
        num_classes: K; None for a regression.
        table: whether the inputs are rows of a table (small and quick, so more epochs).
    """
    habits = TABLE_HABITS if table else HABITS[family]
    open_choices = _OpenChoices(recipe)
    decide, default = open_choices.decide, open_choices.default
    batch = decide("batch", _batch_size(num_train), f"what suits {num_train:,} training examples")
    batch_size = num_train if batch == "full" else min(int(batch), num_train)
    most = TABLE_EPOCHS_AT_MOST if table else EPOCHS_AT_MOST
    long_table = table and num_train > SHRUNK_ROWS
    least = max(EPOCHS_AT_LEAST, min(TABLE_EPOCHS, TABLE_ROWS_SEEN // num_train)) if long_table else EPOCHS_AT_LEAST
    epochs = decide(
        "epochs",
        max(least, min(most, round(habits.epochs_scale * num_train**EPOCHS_POWER))),
        f"enough for {counted(num_train, 'example')}; smaller sets get more",
    )
    optimizer = decide("optimizer", "adamw", "works well over a wide range of learning rates")
    rate = habits.lr * RATE_AGAINST_ADAMW[optimizer] * min(1.0, (batch_size / 32) ** 0.5)
    rate = decide("lr", round(rate, 6), f"what suits {optimizer}, models of this kind and this batch size")
    schedule = decide(
        "schedule", "one-cycle", "the rate rises and then falls to nearly 0: quick, and the last epochs are steady"
    )
    default("warmup", round(0.25 * epochs, 2) if schedule == "one-cycle" else 0.0)
    default("step_epochs", max(1, epochs // 3))
    default("step_factor", 0.1)
    default("momentum", 0.9 if optimizer == "sgd" else 0.0)
    default("nesterov", False)
    if optimizer == "adamw":
        steps = epochs * num_batches(num_train, batch_size)
        pull = TABLE_SHRINKAGE if num_classes else TABLE_SHRINKAGE_OF_NUMBERS
        rows = num_train if table else None
        decide("weight_decay", *_decay(habits, rate * steps, num_train=rows, pull=pull))
    else:
        default("weight_decay", 0.0)
    default("l1", 0.0)
    default("label_smoothing", habits.label_smoothing if num_classes and num_classes > 2 else 0.0)
    patience_reason = (
        "all epochs are trained: the rate falls until the last one"
        if schedule != "constant"
        else "stops after so many epochs without a better one, as the rate never falls"
    )
    decide("patience", 0 if schedule != "constant" or num_val == 0 else 10, patience_reason)
    return recipe.override(**open_choices.chosen), tuple(open_choices.decisions)


def _decay(habits: Habits, course: float, *, num_train: int | None, pull: float) -> tuple[float, str]:
    """Return adamw's weight decay and its reason.

    Args:
        habits: of the model.
        course: the learning rate times the steps.
        num_train: rows of a table; None for pictures.
        pull: over the whole course, of a table.
    """
    if num_train is not None:
        shrunk = pull * min(1.0, SHRUNK_ROWS / num_train)
        return round(shrunk / max(course, pull), 5), "keeps the weights small; weaker the more rows there are"
    return habits.weight_decay, "keeps the weights small, a little"


def _batch_size(num_train: int) -> int:
    for limit, size in ((500, 16), (4_000, 32), (20_000, 64)):
        if num_train < limit:
            return size
    return 128


def _say(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
