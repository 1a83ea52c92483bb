"""How a network learns: what of it, how long, how fast, and what is done about uneven classes."""

from __future__ import annotations

from collections.abc import Iterable

from torch import nn

from pellucid.data import Dataset
from pellucid.kinds import Form
from pellucid.preprocessing import Augmentation
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.tasks import find_task
from pellucid.training.choices.augmentation import asked_to_augment
from pellucid.training.defaults import resolve_learning, with_rosenblatts_rule
from pellucid.training.device import choose_device
from pellucid.training.fitting import fit_once
from pellucid.training.frozen_first import freeze_first
from pellucid.training.habits import Family
from pellucid.training.imbalance import check_unweighted
from pellucid.training.kinds import INPUT_HABITS, TARGET_HABITS
from pellucid.training.transfer import resolve_transfer


def choose_perceptrons_rule(dataset: Dataset, recipe: Recipe) -> tuple[Recipe, Decision]:
    """Return the recipe of a perceptron, which learns by Rosenblatt's rule, and what is said of it.

    Raises:
        RecipeError: the target is a number.
    """
    target = dataset.target
    refusal = TARGET_HABITS[target.kind].perceptron_refusal(target)
    if refusal is not None:
        raise refusal
    return with_rosenblatts_rule(recipe)


def choose_what_learns(
    dataset: Dataset,
    recipe: Recipe,
    model: nn.Module,
    *,
    form: Form,
    layers: Iterable[str],
    augmentation: Augmentation,
    pretrained: bool,
) -> tuple[Recipe, tuple[Decision, ...]]:
    """Fill the choices of what keeps its weights, and when the rest learns.

    Args:
        dataset: what is learned from.
        recipe: what the user chose.
        model: built, with the weights it starts from.
        form: of one example.
        layers: names of the model's layers, in the order in which they compute.
        augmentation: of the run.
        pretrained: whether all but the head starts from borrowed weights: it stays frozen where that is the better
            start on this machine.
    """
    first = None
    if pretrained:
        recipe, first = freeze_first(
            recipe,
            model,
            form=form,
            num_train=len(dataset.splits["train"]),
            num_val=len(dataset.splits["val"]),
            augmentation=augmentation,
            asked_to_augment=asked_to_augment(recipe),
            device=choose_device(recipe.machine.device)[0],
        )
    recipe, said = resolve_transfer(recipe, model, list(layers), pretrained=pretrained)
    if first is None:
        return recipe, said
    # What is frozen is said once, with the reason for it.
    return recipe, (first, *(one for one in said if one.name != "freeze" or first.name != "freeze"))


def choose_learning(
    dataset: Dataset, recipe: Recipe, family: Family, *, mixes: bool, in_one_pass: bool = False
) -> tuple[Recipe, tuple[Decision, ...]]:
    """Close the open choices of learning, those for uneven classes included.

    Args:
        dataset: what is learned from.
        recipe: what the user chose, with the name of the task.
        family: of the model.
        mixes: whether examples are mixed with others.
        in_one_pass: whether the model is fitted, and not trained step by step.

    Raises:
        RecipeError: choices exclude each other.
    """
    if in_one_pass:
        return fit_once(recipe, recipe.architecture.model or "")
    target, train = dataset.target, dataset.splits["train"]
    of_input, of_target = INPUT_HABITS[dataset.input.kind], TARGET_HABITS[target.kind]
    # First what follows from what is learned: whatever it fills is no longer open to the pace of inputs and models.
    recipe, own = of_target.own_pace(recipe, num_train=len(train), num_val=len(dataset.splits["val"]), target=target)
    resolved, learned = resolve_learning(
        recipe,
        pace=of_target.pace(of_input.pace(family)),
        num_train=len(train),
        num_val=len(dataset.splits["val"]),
        num_classes=of_target.num_classes(target),
    )
    learned = (*own, *learned)
    # A task with a loss of its own has no use for those of classifiers, and must not take them silently.
    own_loss = find_task(recipe.objective.task or "").refuse_loss
    if own_loss is not None:
        check_unweighted(resolved, own_loss)
        return resolved, learned
    counts = target.counts(dataset.targets[train])
    resolved, balanced = of_target.resolve_losses(resolved, counts, mixes=mixes, weighs=of_input.weighs_classes)
    return resolved, (*learned, *balanced)
