"""Which network learns, and from which weights it starts."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

from pellucid.data import Dataset
from pellucid.errors import ModelError
from pellucid.kinds import Form, Wishes
from pellucid.models import ModelOptions, StoredWeights, evaluating, example_of, find_model, more_of, parts_of, read_by
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.tasks import Task
from pellucid.training.borrowing import choose_pretrained, choose_weights, favourite_backbone
from pellucid.training.choices.given import given_among
from pellucid.training.habits import Family, family_of
from pellucid.training.kinds import INPUT_HABITS, TARGET_HABITS
from pellucid.training.stages import EVERYTHING

NORMALISING = (nn.modules.batchnorm._BatchNorm, nn.LayerNorm, nn.GroupNorm)
OPTION_FIELDS = (
    *("hidden", "activation", "maxout_pieces", "dropout", "batch_norm", "embedding", "layers", "heads"),
    *("order", "ngram_smoothing"),
)


@dataclass(frozen=True)
class ChosenModel:
    """A network that is not built yet.

    Attributes:
        recipe: what the user chose, with what is borrowed filled in.
        name: of the network, in full.
        wishes: what it can take as input.
        weights: what it starts from; None: from scratch.
    """

    recipe: Recipe
    name: str
    wishes: Wishes
    weights: StoredWeights | None


def choose_model(dataset: Dataset, recipe: Recipe, model: nn.Module | None) -> tuple[ChosenModel, tuple[Decision, ...]]:
    """Return the network and why.

    Args:
        dataset: what is learned from.
        recipe: what the user chose.
        model: a module of the user's own, or None.

    Raises:
        RecipeError: weights were asked for where there can be none.
        ModelError: there is no such model, or there are no weights for it on this machine.
    """
    recipe, about_photos = choose_pretrained(dataset, recipe, model)
    name, wishes, about_model = _by_name(dataset, recipe, model)
    weights, wishes, about_weights = choose_weights(dataset, recipe, model, name, wishes)
    wishes = TARGET_HABITS[dataset.target.kind].wishes(wishes)
    said = tuple(one for one in (about_photos, about_model, about_weights) if one is not None)
    return ChosenModel(recipe, name, wishes, weights), said


def _by_name(dataset: Dataset, recipe: Recipe, model: nn.Module | None) -> tuple[str, Wishes, Decision | None]:
    habits, said = INPUT_HABITS[dataset.input.kind], None
    of_target = TARGET_HABITS[dataset.target.kind]
    if model is not None:
        return type(model).__name__.lower(), habits.custom, None
    if recipe.architecture.model is not None:
        entry = find_model(recipe.architecture.model)
        of_target.check_model(dataset.target, entry)
        if entry.name != recipe.architecture.model:
            reason = f"what the bare name '{recipe.architecture.model}' stands for"
            said = Decision(name="model", value=entry.name, reason=reason)
    elif recipe.architecture.pretrained and not habits.no_weights and not of_target.favourite:
        entry, said = favourite_backbone()
    else:
        favourite, because = habits.favourite, habits.because
        if of_target.favourite:
            favourite, because = of_target.favourite, of_target.because
        entry = find_model(favourite)
        reason = f"{because} (--model; 'pellucid models' lists them)"
        said = Decision(name="model", value=entry.name, reason=reason)
    return entry.name, entry.wishes, said


def choose_options(dataset: Dataset, recipe: Recipe, model: str) -> tuple[ModelOptions, tuple[Decision, ...]]:
    """Return the options of a model by its name, and why where they are not its own defaults."""
    given, target = given_among(recipe, OPTION_FIELDS), dataset.target
    num_classes = TARGET_HABITS[target.kind].num_classes(target)
    suiting, said = INPUT_HABITS[dataset.input.kind].options(model, num_classes=num_classes)
    better, needed = TARGET_HABITS[target.kind].model_options(target, model)
    # In this order: what the user says outweighs what suits, and nothing outweighs what the target cannot do without.
    options = ModelOptions(**(suiting | better | given | needed), own=recipe.architecture.network or {})
    return options, tuple(one for one in said if one.name not in given)


def choose_family(name: str, model: nn.Module, *, custom: bool) -> Family:
    """Return which habits a network follows.

    Args:
        name: of the network.
        model: built.
        custom: whether it is a module of the user's own.
    """
    family = family_of(name, custom=custom)
    if family == "library" and not custom and not any(isinstance(part, NORMALISING) for part in model.modules()):
        return "unnormalised"
    return family


def family_in_training(family: Family, recipe: Recipe, *, pretrained: bool) -> Family:
    """Return which habits a network follows once it is known what of it learns, and from where it starts."""
    if recipe.freezing.freeze == EVERYTHING:
        return "frozen"
    return "borrowed" if pretrained else family


def check_output(model: nn.Module, form: Form, task: Task) -> None:
    """Look whether a network gives what its task needs.

    Args:
        model: built; it is left as it was.
        form: of one example.
        task: that is learned.

    Raises:
        ModelError: it cannot take such examples, gives another number of outputs, or no tensor, or lacks a network that
            the task learns with.
    """
    parts, needed = parts_of(model), {name for phase in task.phases for name in phase.models}
    if missing := sorted(needed - set(parts)):
        raise ModelError(
            f"The task '{task.name}' learns with {' and '.join(sorted(needed))}, and this model has no "
            f"{' and no '.join(missing)}.",
            expected="A network for each name: an Assembly with children called so, or one network called 'model'.",
        )
    with evaluating(model), torch.no_grad():
        # Two examples: of a single one a lost batch axis could not be told from a right answer.
        outputs = _tried_out(model, form)
    if not isinstance(outputs, torch.Tensor) or tuple(outputs.shape) != (2, task.output_width):
        got = tuple(outputs.shape) if isinstance(outputs, torch.Tensor) else type(outputs).__name__
        raise ModelError(
            f"For a batch of 2 inputs of shape {form.shape} the model gives {got}.",
            expected=f"Task '{task.name}' needs a tensor of shape (2, {task.output_width}).",
        )


def _tried_out(model: nn.Module, form: Form) -> object:
    """Return what a network gives for two examples of zeros."""
    form = read_by(model, form)
    try:
        return model(example_of(form, 2), **more_of(form, 2))
    except RuntimeError as problem:  # torch's own, where shape or type of the numbers does not suit a layer
        raise ModelError(
            f"The model cannot take an input of shape {form.shape} of {form.dtype} numbers ({problem}).",
            fix="Choose another model (--model).",
        ) from problem
