"""What is done about classes of uneven size, and the loss of a classifier: chosen here, said, and read back here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pellucid.errors import RecipeError
from pellucid.kinds import UNEVEN, ClassTarget, is_uneven
from pellucid.records import Decision
from pellucid.runs import Recipe, RunRecord
from pellucid.tasks import Emphasis, balanced_weights

DEFAULT_GAMMA = 2.0
"""What Lin et al. (2017) found best."""
_CLASSIFIERS_ONLY = ("loss", "gamma", "class_weight", "sampler")


def resolve_imbalance(
    recipe: Recipe,
    class_counts: Sequence[int] | None,
    *,
    labels: bool = False,
    mixes: bool = False,
    table: bool = False,
) -> tuple[Recipe, tuple[Decision, ...]]:
    """Fill the choices of loss, class weights and sampler.

    Args:
        recipe: what the user chose; None is open.
        class_counts: training examples of each class; None where the target is no class.
        labels: whether it is several labels at once, each with a loss of its own.
        mixes: whether pictures are mixed with others, drawn from all: then a balanced sampler balances only half.
        table: whether the examples are rows of a table: these are learned from as they are.

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
        remedy = {} if table else {"loss": "logit-adjusted"} if mixes else {"sampler": "balanced"}
        chosen |= remedy
        decisions = (_say_choice(class_counts, remedy),)
    return recipe.override(**chosen), decisions


def check_unweighted(recipe: Recipe) -> None:
    """Raise RecipeError where a remedy for uneven classes, or a loss, is asked for beside ordered classes."""
    given = [name for name in (*_CLASSIFIERS_ONLY, "label_smoothing") if getattr(recipe, name) not in (None, 0.0)]
    if given:
        raise RecipeError(
            f"--{given[0].replace('_', '-')} does not go with ordered classes, which have a loss of their own.",
            fix="Leave it out, or leave out --ordered.",
        )


def _say_choice(class_counts: Sequence[int], remedy: dict[str, Any]) -> Decision:
    """Say what is done about uneven classes, and what else could be."""
    present = [count for count in class_counts if count]
    ratio = max(present) / min(present)
    reason = (
        f"the largest class has {ratio:.1f} times as many training examples as the smallest, more than {UNEVEN:g}; "
    )
    if not remedy:
        reason += (
            "rows are learned from as they are, so most answers are right; plain and balanced accuracy are both told "
            "(--sampler balanced gives each class the same chance, at the cost of plain accuracy)"
        )
        return Decision(name="sampler", value="none", reason=reason)
    reason += (
        "so each class gets the same chance; plain and balanced accuracy are both told "
        "(--sampler none, --loss logit-adjusted or focal, --class-weight balanced)"
    )
    ((name, value),) = remedy.items()
    return Decision(name=name, value=value, reason=reason)


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
    by_class = record.chosen_by != "accuracy"
    if recipe.class_weight == "balanced":
        return Emphasis(balanced_weights(train), "weights", judged, by_class)
    if recipe.sampler == "balanced":
        return Emphasis(balanced_weights(train), "sampler", judged, by_class)
    if recipe.loss == "logit-adjusted":
        return Emphasis(balanced_weights(train), "adjusted-logits", judged, by_class)
    return Emphasis(judged_counts=judged, by_class=by_class)
