"""What is done about classes of uneven size, and the loss of a classifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pellucid.errors import RecipeError
from pellucid.kinds import UNEVEN, is_uneven
from pellucid.records import Decision
from pellucid.runs import Recipe

DEFAULT_GAMMA = 2.0
"""What Lin et al. (2017) found best."""
_CLASSIFIERS_ONLY = ("loss", "gamma", "class_weight", "sampler")


@dataclass(frozen=True)
class Remedy:
    """What is done about classes of uneven size where nobody says.

    Attributes:
        name: of the choice.
        value: of the choice.
        why: the end of its reason, with the flags that choose otherwise.
    """

    name: str
    value: str
    why: str


def resolve_imbalance(
    recipe: Recipe, class_counts: Sequence[int], *, remedy: Remedy, mixes: bool = False
) -> tuple[Recipe, tuple[Decision, ...]]:
    """Fill the choices of loss, class weights and sampler for one class of K.

    Args:
        recipe: what the user chose; None is open.
        class_counts: training examples of each class.
        remedy: what is done where classes are uneven.
        mixes: whether examples are mixed with others, drawn from all: then a balanced sampler balances only half.

    Raises:
        RecipeError: choices that exclude each other.
    """
    _check_gamma(recipe)
    remedies = [
        flag
        for flag, used in (
            ("--class-weight balanced", recipe.classes.class_weight == "balanced"),
            ("--sampler balanced", recipe.batches.sampler == "balanced"),
            ("--loss logit-adjusted", recipe.objective.loss == "logit-adjusted"),
        )
        if used
    ]
    if len(remedies) > 1:
        raise RecipeError(f"{' and '.join(remedies)} would count rare classes twice.", fix="Choose one of them.")
    if mixes and recipe.batches.sampler == "balanced":
        raise RecipeError(
            "--sampler balanced does not go with --mixup and --cutmix, whose partners come from all examples.",
            fix="Use --loss logit-adjusted.",
        )
    chosen: dict[str, Any] = {"loss": recipe.objective.loss or "cross-entropy"}
    if chosen["loss"] == "focal" and recipe.objective.gamma is None:
        chosen["gamma"] = DEFAULT_GAMMA
    decisions: tuple[Decision, ...] = ()
    open_choice = all(recipe.chosen(name) is None for name in ("class_weight", "sampler", "loss"))
    chosen |= {"class_weight": recipe.classes.class_weight or "none", "sampler": recipe.batches.sampler or "none"}
    if open_choice and is_uneven(class_counts):
        chosen |= {remedy.name: remedy.value}
        decisions = (_say_choice(class_counts, remedy),)
    return recipe.override(**chosen), decisions


def refuse_class_choices(recipe: Recipe) -> None:
    """Raise RecipeError where a choice is made that needs classes, for targets that have none."""
    given = [name for name in _CLASSIFIERS_ONLY if recipe.chosen(name) is not None]
    if given:
        raise RecipeError(
            f"--{given[0].replace('_', '-')} is for one class of several.",
            expected="The target is none.",
            fix="Leave it out.",
        )


def check_unweighted(recipe: Recipe, refuse: Callable[[str], RecipeError]) -> None:
    """Look whether a task with a loss of its own is left alone with it.

    Args:
        recipe: what the user chose.
        refuse: from a flag to the error.

    Raises:
        RecipeError: a loss, or a remedy for uneven classes, is asked for.
    """
    given = [name for name in (*_CLASSIFIERS_ONLY, "label_smoothing") if recipe.chosen(name) not in (None, 0.0)]
    if given:
        raise refuse(f"--{given[0].replace('_', '-')}")


def _say_choice(class_counts: Sequence[int], remedy: Remedy) -> Decision:
    """Say what is done about uneven classes, and what else could be."""
    present = [count for count in class_counts if count]
    ratio = max(present) / min(present)
    reason = f"the largest class has {ratio:.1f} times as many training examples as the smallest, more than {UNEVEN:g}"
    return Decision(name=remedy.name, value=remedy.value, reason=f"{reason}; {remedy.why}")


def resolve_labels(recipe: Recipe) -> tuple[Recipe, tuple[Decision, ...]]:
    """Fill the choice of loss for several labels at once.

    Raises:
        RecipeError: a remedy is asked for that is for one class of several: rare labels are met by thresholds of their
            own, fitted after training.
    """
    refused = [name for name in ("class_weight", "sampler") if recipe.chosen(name) is not None]
    if refused or recipe.objective.loss == "logit-adjusted":
        flag = f"--{refused[0].replace('_', '-')}" if refused else "--loss logit-adjusted"
        raise RecipeError(
            f"{flag} is for one class of several.",
            expected="Here several labels may hold at once, each with a threshold of its own.",
            fix="Leave it out, or use --loss focal.",
        )
    _check_gamma(recipe)
    asked = recipe.objective
    gamma = DEFAULT_GAMMA if asked.loss == "focal" and asked.gamma is None else asked.gamma
    return recipe.override(loss=asked.loss or "cross-entropy", gamma=gamma), ()


def _check_gamma(recipe: Recipe) -> None:
    gamma = recipe.objective.gamma
    if gamma is not None and recipe.objective.loss != "focal":
        raise RecipeError(f"--gamma is {gamma:g}, but only the focal loss has one.", fix="Add --loss focal.")
