"""What to search when nobody says: the choices that usually matter, around what Pellucid would choose by itself."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pellucid.data import Dataset
from pellucid.errors import RecipeError
from pellucid.models import find_model
from pellucid.records import Decision
from pellucid.runs import Recipe, RunRecord
from pellucid.training import TARGET_HABITS
from pellucid.tuning.space import Parameter, SearchSpace
from pellucid.tuning.transfer_space import transfer_parameters
from pellucid.tuning.widths import WIDTHS

AUGMENTED = {"photo": ("none", "light", "crop", "photo"), "crop": ("none", "light", "crop"), "light": ("none", "light")}
"""Presets to try beside the one that suits the label: none that could change it."""
DENSE = ("linear", "mlp", "perceptron")


def default_space(
    dataset: Dataset, planned: RunRecord, fixed: Collection[str]
) -> tuple[SearchSpace, tuple[Decision, ...]]:
    """Return the space that suits a model and a kind of data, and why.

    Args:
        dataset: what is learned from.
        planned: the default recipe's run: its model, and every choice made.
        fixed: choices that the user made: they are not searched.

    Raises:
        RecipeError: nothing is left to search.
    """
    recipe = planned.recipe
    entries = transfer_parameters(planned, fixed) | _learning(dataset, planned)
    entries |= _of_model(dataset, planned) | _augmentation(planned)
    parameters = {name: entry for name, entry in entries.items() if name not in fixed}
    parameters = {name: entry for name, entry in parameters.items() if _can_be(entry, parameters, recipe.to_dict())}
    if not parameters:
        raise RecipeError(
            "Every choice that is usually searched has been made.",
            fix="Leave some of them open, or name others with --space.",
        )
    reason = f"what usually matters for {planned.model.name} on such data; choices that you made are kept (--space)"
    return SearchSpace(parameters=parameters), (Decision(name="space", value=", ".join(parameters), reason=reason),)


def _can_be(entry: Parameter, parameters: dict[str, Parameter], recipe: dict[str, Any]) -> bool:
    """Return whether the conditions of a choice can ever hold once the user's own choices are kept."""
    return all(name in parameters or recipe[name] in values for name, values in entry.when.items())


def _learning(dataset: Dataset, planned: RunRecord) -> dict[str, Parameter]:
    """Return the choices of learning. The optimizer comes first: what follows depends on it."""
    count, batch = len(dataset.splits["train"]), planned.recipe.batches.batch
    if planned.recipe.objective.loss == "perceptron":
        duration = planned.recipe.duration
        epochs = sorted({5, 10, 20, 40, duration.first_round or duration.epochs or 10})
        return {"epochs": Parameter(choices=tuple(epochs)), "lr": Parameter(times=(0.1, 10.0))}
    sizes = sorted({size for size in (8, 16, 32, 64, 128, 256) if size <= max(8, count // 8)} | {batch})  # type: ignore[type-var]
    near = [
        size for size in sizes if isinstance(size, int) and isinstance(batch, int) and batch / 4 <= size <= batch * 4
    ]
    usual = planned.recipe.optimization.weight_decay or 0.0  # small tables are pulled at harder than anything else
    found = {
        "optimizer": Parameter(choices=("adamw", "sgd")),
        "lr": Parameter(times=(0.1, 5.0)),
        "schedule": Parameter(choices=("one-cycle", "cosine")),
        "weight_decay": Parameter(low=1e-4, high=max(0.5, 2 * usual), log=True, when={"optimizer": ("adamw",)}),
    }
    if planned.recipe.architecture.pretrained:  # what is frozen, and when, matters more than these
        del found["optimizer"], found["schedule"]
    if len(near) > 1:
        found["batch"] = Parameter(choices=tuple(near))
    if (TARGET_HABITS[dataset.target.kind].num_classes(dataset.target) or 0) > 2:
        found["label_smoothing"] = Parameter(choices=(0.0, 0.05, 0.1))
    return found


def _of_model(dataset: Dataset, planned: RunRecord) -> dict[str, Parameter]:
    options, kind = find_model(planned.model.name).options, dataset.input.kind
    found = {}
    if "hidden" in options:
        given = ",".join(str(width) for width in planned.model.options.hidden or (256,))
        found["hidden"] = Parameter(choices=tuple(dict.fromkeys((*WIDTHS[kind], given))))
    if "dropout" in options:
        found["dropout"] = Parameter(low=0.0, high=0.5)
    if "activation" in options and planned.model.name == "mlp":
        found["activation"] = Parameter(choices=("relu", "tanh"))
    return found


def _augmentation(planned: RunRecord) -> dict[str, Parameter]:
    if planned.model.name in DENSE or planned.augmentation is None:
        return {}
    preset = _preset(planned)
    if (
        preset not in AUGMENTED or planned.recipe.freezing.freeze == "all"
    ):  # a frozen backbone sees augmented pictures as `views`
        return {}
    return {
        "augment": Parameter(choices=AUGMENTED[preset]),
        "erasing": Parameter(choices=(0.0, 0.25)),
    }


def _preset(planned: RunRecord) -> str:
    """Return the name of the preset of augmentation that was chosen."""
    return next((one.value.partition(":")[0] for one in planned.decisions if one.name == "augment"), "none")


def spell_out(planned: RunRecord) -> Recipe:
    """Return a run's recipe with what its model and its preset chose, too: a search's space may hold those values."""
    recipe, entry = planned.recipe, find_model(planned.model.name)
    known: dict[str, Any] = {
        name: value
        for options in (entry.defaults, planned.model.options)
        for name, value in options.model_dump().items()
        if name in entry.options and value is not None
    }
    if "dropout" in entry.options:
        known = {"dropout": 0.0} | known
    known |= planned.model.options.own
    if planned.augmentation is not None:
        names = [name for name in ("mirror", "erasing", "mixup", "cutmix") if name in Recipe.choices()]
        known |= {name: getattr(planned.augmentation, name) for name in names} | {"augment": _preset(planned)}
    return recipe.override(**{name: value for name, value in known.items() if recipe.chosen(name) is None})


def recipe_fields_given(recipe: Recipe) -> tuple[str, ...]:
    """Return the choices that were made, and not left open."""
    given = {name: recipe.chosen(name) for name in Recipe.choices() if name not in ("seed", "tensorboard")}
    return tuple(name for name, value in given.items() if value is not None)
