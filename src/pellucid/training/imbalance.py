"""What is done about classes of uneven size, and the loss of a classifier."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pellucid.errors import RecipeError
from pellucid.kinds import UNEVEN, is_uneven
from pellucid.records import Decision
from pellucid.runs import Recipe

DEFAULT_GAMMA = 2.0
"""What Lin et al. (2017) found best."""
_CLASSIFIERS_ONLY = ("loss", "gamma", "class_weight", "sampler")


def resolve_imbalance(
    recipe: Recipe, class_counts: Sequence[int], *, mixes: bool = False, weighs: bool = False
) -> tuple[Recipe, tuple[Decision, ...]]:
    """Fill the choices of loss, class weights and sampler for one class of K.

    Examples are learned from as they are unless somebody asks for something else: what gives rare classes more weight
    costs plain accuracy (`benchmarks/uneven.py`), and only who asks knows what a rare class is worth. Of texts weights
    cost little and bring as much balanced accuracy (`docs/texts.md`), so there they are the default.

    Args:
        recipe: what the user chose; None is open.
        class_counts: training examples of each class.
        mixes: whether examples are mixed with others, drawn from all: then a balanced sampler balances only half.
        weighs: whether classes of uneven size count alike in the loss where nothing is chosen.

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
    is_open = recipe.classes.class_weight is None and recipe.batches.sampler is None and recipe.objective.loss is None
    chosen |= {"class_weight": recipe.classes.class_weight or "none", "sampler": recipe.batches.sampler or "none"}
    if not is_open or not is_uneven(class_counts):
        return recipe.override(**chosen), ()
    if weighs:
        chosen["class_weight"] = "balanced"
    said = _say_weighed(class_counts) if weighs else _say_as_they_are(class_counts, mixes=mixes)
    return recipe.override(**chosen), (said,)


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


def _say_as_they_are(class_counts: Sequence[int], *, mixes: bool) -> Decision:
    """Say that nothing is done about uneven classes, what that means, and what else could be."""
    flag = "--loss logit-adjusted" if mixes else "--sampler balanced"
    reason = (
        f"{_how_uneven(class_counts)}; examples are learned from as they are, so that most answers are right, and "
        f"plain and balanced accuracy are both told ({flag} gives each class the same chance, at the cost of plain "
        "accuracy)"
    )
    return Decision(name="sampler", value="none", reason=reason)


def _say_weighed(class_counts: Sequence[int]) -> Decision:
    """Say that classes count alike, and how to learn from examples as they are."""
    reason = f"{_how_uneven(class_counts)}; each counts alike in the loss, so that a rare one is found"
    return Decision(name="class weight", value="balanced", reason=f"{reason} (--class-weight none)")


def _how_uneven(class_counts: Sequence[int]) -> str:
    present = [count for count in class_counts if count]
    # Of classes that training has: a class that is only in validation has no share to be compared.
    ratio = max(present) / min(present)
    return f"the largest class has {ratio:.1f} times as many training examples as the smallest, more than {UNEVEN:g}"


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
