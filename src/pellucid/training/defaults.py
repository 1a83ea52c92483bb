"""The choices a newcomer leaves open, made as somebody with experience would; every figure was tuned on real data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pellucid.errors import RecipeError
from pellucid.records import Decision
from pellucid.runs import OptimizerName, Recipe
from pellucid.training.batches import num_batches
from pellucid.training.habits import Pace
from pellucid.words import counted

# An optimizer that the user names instead of adamw gets the rate that serves it, relative to adamw's.
RATE_AGAINST_ADAMW: dict[OptimizerName, float] = {"adamw": 1.0, "adam": 1.0, "rmsprop": 0.3, "sgd": 15.0}


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
    chosen = {name: value for name, value in rule.items() if recipe.chosen(name) is None}
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
        if self._recipe.chosen(field) is None:
            flag = field.replace("_", "-")
            said = Decision(name=field.replace("_", " "), value=_say(value), reason=f"{reason} (--{flag})")
            self.decisions.append(said)
        return self.default(field, value)

    def default(self, field: str, value: Any) -> Any:
        """Fill a choice that is off, or does not matter here: not worth a line."""
        given = self._recipe.chosen(field)
        if given is None:
            self.chosen[field] = value
        return value if given is None else given


def resolve_learning(
    recipe: Recipe, *, pace: Pace, num_train: int, num_val: int, num_classes: int | None
) -> tuple[Recipe, tuple[Decision, ...]]:
    """Fill every open choice of learning.

    Args:
        recipe: what the user chose; None is open.
        pace: of the model, on examples of this kind.
        num_train: examples to learn from.
        num_val: examples that choose the best epoch.
        num_classes: K; None for a regression.
    """
    open_choices = _OpenChoices(recipe)
    decide, default = open_choices.decide, open_choices.default
    batch = decide("batch", pace.batch_size(num_train), f"what suits {num_train:,} training examples")
    batch_size = num_train if batch == "full" else min(int(batch), num_train)
    reason = f"enough for {counted(num_train, 'example')}; smaller sets get more"
    planned = epochs_of_steps(recipe, batch_size, num_train)
    if planned is not None:
        reason = f"as many as {recipe.duration.steps:,} steps take"
    first = 0 if planned or recipe.duration.epochs else pace.first_round(num_train)
    epochs = decide("epochs", planned or pace.epochs(num_train), "at most" if first else reason)
    if first:
        decide("first_round", first, "most learn what there is in it; a second takes the others where it was too short")
    else:
        default("first_round", 0)
    optimizer = decide("optimizer", "adamw", "works well over a wide range of learning rates")
    # Smaller batches have noisier gradients: the rate falls with the root of their size (Krizhevsky 2014, section 5).
    rate = pace.habits.lr * RATE_AGAINST_ADAMW[optimizer] * min(1.0, (batch_size / 32) ** 0.5)
    rate = decide("lr", round(rate, 6), f"what suits {optimizer}, models of this kind and this batch size")
    schedule = _resolve_schedule(open_choices, epochs)
    default("momentum", 0.9 if optimizer == "sgd" else 0.0)
    default("nesterov", False)
    if optimizer == "adamw":
        path = rate * (epochs * num_batches(num_train, batch_size))
        decide("weight_decay", *pace.decay(path, num_train=num_train, num_classes=num_classes))
    else:
        default("weight_decay", 0.0)
    default("l1", 0.0)
    default("label_smoothing", pace.habits.label_smoothing if num_classes and num_classes > 2 else 0.0)
    patience_reason = (
        "all epochs are trained: the rate falls until the last one"
        if schedule != "constant"
        else "stops after so many epochs without a better one, as the rate never falls"
    )
    # A schedule that falls to 0 does its best in its last epochs: who stops earlier never sees them.
    decide("patience", 0 if schedule != "constant" or num_val == 0 else 10, patience_reason)
    return recipe.override(**open_choices.chosen), tuple(open_choices.decisions)


def fill_open(recipe: Recipe, suited: Mapping[str, tuple[Any, str]]) -> tuple[Recipe, tuple[Decision, ...]]:
    """Return a recipe with those of some choices filled that are open, and what is said of each.

    Args:
        recipe: what the user chose; None is open.
        suited: by the choice's name what suits, and why.
    """
    open_choices = {name: one for name, one in suited.items() if recipe.chosen(name) is None}
    said = tuple(
        Decision(name=name.replace("_", " "), value=str(value), reason=f"{why} (--{name.replace('_', '-')})")
        for name, (value, why) in open_choices.items()
    )
    return recipe.override(**{name: value for name, (value, _) in open_choices.items()}), said


def epochs_of_steps(recipe: Recipe, batch_size: int, num_train: int) -> int | None:
    """Return how many epochs, the last one perhaps a part of one, the steps take that were asked for; None of none.

    Raises:
        RecipeError: epochs were asked for, too, and are not as many, or the head learns alone first.
    """
    if recipe.duration.steps is None:
        return None
    planned = -(-recipe.duration.steps // num_batches(num_train, batch_size))
    if recipe.duration.epochs not in (None, planned):
        raise RecipeError(
            f"--steps {recipe.duration.steps:,} and --epochs {recipe.duration.epochs:,} contradict each other.",
            fix="Leave out one of them.",
        )
    if recipe.freezing.head_epochs:
        raise RecipeError("--steps counts no epochs of the head alone.", fix="Leave it out, or use --head-epochs 0.")
    return planned


def _resolve_schedule(open_choices: _OpenChoices, epochs: int) -> str:
    """Fill the choices of the schedule; return its name."""
    schedule: str = open_choices.decide(
        "schedule", "one-cycle", "the rate rises and then falls to nearly 0: quick, and the last epochs are steady"
    )
    open_choices.default("warmup", round(0.25 * epochs, 2) if schedule == "one-cycle" else 0.0)
    open_choices.default("step_epochs", max(1, epochs // 3))
    open_choices.default("step_factor", 0.1)
    return schedule


def _say(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
