"""What is done about classes of uneven size, and the loss of a classifier: chosen here, said, and read back here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pellucid.errors import RecipeError
from pellucid.runs import Recipe, RunRecord
from pellucid.spec import UNEVEN, ClassTarget, Decision, is_uneven
from pellucid.tasks import Emphasis, balanced_weights

DEFAULT_GAMMA = 2.0
"""What Lin et al. (2017) found best."""
_CLASSIFIERS_ONLY = ("loss", "gamma", "class_weight", "sampler")


def resolve_imbalance(
    recipe: Recipe, class_counts: Sequence[int] | None, *, labels: bool = False, mixes: bool = False
) -> tuple[Recipe, tuple[Decision, ...]]:
    """Fill the choices of loss, class weights and sampler.

    Args:
        recipe: what the user chose; None is open.
        class_counts: training examples of each class; None where the target is no class.
        labels: whether it is several labels at once, each with a loss of its own.
        mixes: whether pictures are mixed with others, drawn from all: then a balanced sampler balances only half.

    Raises:
        RecipeError: choices that exclude each other, or that need classes where there are none.
    """
    given = [name for name in _CLASSIFIERS_ONLY if getattr(recipe, name) is not None]
    if class_counts is None and labels:
        return _resolve_labels(recipe, given)
    if class_counts is None:
        if given:
            raise RecipeError(
                f"--{given[0].replace('_', '-')} is for one class of several.",
                expected="The target is none.",
                fix="Leave it out.",
            )
        return recipe, ()
    _check_gamma(recipe)
    remedies = [
        flag
        for flag, used in (
            ("--class-weight balanced", recipe.class_weight == "balanced"),
            ("--sampler balanced", recipe.sampler == "balanced"),
            ("--loss logit-adjusted", recipe.loss == "logit-adjusted"),
        )
        if used
    ]
    if len(remedies) > 1:
        raise RecipeError(f"{' and '.join(remedies)} would count rare classes twice.", fix="Choose one of them.")
    if mixes and recipe.sampler == "balanced":
        raise RecipeError(
            "--sampler balanced does not go with --mixup and --cutmix, whose partners come from all examples.",
            fix="Use --loss logit-adjusted.",
        )
    chosen: dict[str, Any] = {"loss": recipe.loss or "cross-entropy"}
    if chosen["loss"] == "focal" and recipe.gamma is None:
        chosen["gamma"] = DEFAULT_GAMMA
    decisions: tuple[Decision, ...] = ()
    open_choice = recipe.class_weight is None and recipe.sampler is None and recipe.loss is None
    chosen |= {"class_weight": recipe.class_weight or "none", "sampler": recipe.sampler or "none"}
    if open_choice and is_uneven(class_counts):
        chosen |= {"loss": "logit-adjusted"} if mixes else {"sampler": "balanced"}
        present = [count for count in class_counts if count]
        reason = (
            f"the largest class has {max(present) / min(present):.1f} times as many training examples as the smallest, "
            f"more than {UNEVEN:g}; so each class gets the same chance, and balanced accuracy leads "
            "(--sampler none, --loss logit-adjusted or focal, --class-weight balanced)"
        )
        name, value = ("loss", "logit-adjusted") if mixes else ("sampler", "balanced")
        decisions = (Decision(name=name, value=value, reason=reason),)
    return recipe.override(**chosen), decisions


def _resolve_labels(recipe: Recipe, given: Sequence[str]) -> tuple[Recipe, tuple[Decision, ...]]:
    """Several labels at once: rare ones are met by thresholds of their own, fitted after training."""
    refused = [name for name in given if name in ("class_weight", "sampler")]
    if refused or recipe.loss == "logit-adjusted":
        flag = f"--{refused[0].replace('_', '-')}" if refused else "--loss logit-adjusted"
        raise RecipeError(
            f"{flag} is for one class of several.",
            expected="Here several labels may hold at once, each with a threshold of its own.",
            fix="Leave it out, or use --loss focal.",
        )
    _check_gamma(recipe)
    gamma = DEFAULT_GAMMA if recipe.loss == "focal" and recipe.gamma is None else recipe.gamma
    return recipe.override(loss=recipe.loss or "cross-entropy", gamma=gamma), ()


def _check_gamma(recipe: Recipe) -> None:
    if recipe.gamma is not None and recipe.loss != "focal":
        raise RecipeError(f"--gamma is {recipe.gamma:g}, but only the focal loss has one.", fix="Add --loss focal.")


def emphasis_of(record: RunRecord) -> Emphasis:
    """Return how a run's classes were weighed, from its resolved recipe and its class counts."""
    target, recipe = record.dataset.target, record.recipe
    if not isinstance(target, ClassTarget) or recipe.sampler is None:
        return Emphasis()
    train, val = (
        tuple(record.dataset.class_counts[split].get(name, 0) for name in target.classes) for split in ("train", "val")
    )
    judged = val if is_uneven(train) and any(val) else None
    if recipe.class_weight == "balanced":
        return Emphasis(balanced_weights(train), "weights", judged)
    if recipe.sampler == "balanced":
        return Emphasis(balanced_weights(train), "sampler", judged)
    if recipe.loss == "logit-adjusted":
        return Emphasis(balanced_weights(train), "adjusted-logits", judged)
    return Emphasis(judged_counts=judged)
