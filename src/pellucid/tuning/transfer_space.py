"""What a search changes about borrowed weights: what is frozen, when the rest learns, how far each block may move.

Some of these choices mean nothing beside others: a head has no epochs of its own where all learns at once, and a frozen
backbone has no rates. Such conditions need not be written into a space; they are added here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from pellucid.errors import RecipeError
from pellucid.runs import Recipe, RunRecord
from pellucid.training import AUGMENTATION_FIELDS
from pellucid.tuning.space import Parameter, Scalar, SearchSpace

_FROZEN, _AT_ONCE = "all", "at-once"
_OF_A_BACKBONE = ("unfreeze", "layer_decay", "head_epochs", "head_lr")
"""Choices that say how a backbone learns: none where it is frozen."""
_OF_HEAD_EPOCHS = ("head_epochs", "head_lr")
_OF_PICTURES = tuple(name for name in AUGMENTATION_FIELDS if name not in ("mixup", "cutmix"))
"""Choices of how pictures are augmented: a frozen backbone sees them plain, unless `views` asks for more."""
_FIRST = ("freeze", "unfreeze")


def transfer_parameters(planned: RunRecord, fixed: Collection[str]) -> dict[str, Parameter]:
    """Return what matters for a network that starts from borrowed weights; nothing for any other.

    Args:
        planned: the default recipe's run.
        fixed: choices that the user made: a choice that contradicts one of them is not searched.
    """
    recipe = planned.recipe
    if not recipe.architecture.pretrained:
        return {}
    if recipe.freezing.freeze == _FROZEN:
        if planned.augmentation is None or planned.augmentation.describe() == "none":
            return {}
        return {"views": Parameter(choices=tuple(dict.fromkeys((recipe.freezing.views or 0, 0, 4))))}
    found: dict[str, Parameter] = {}
    if not set(fixed) & {*_OF_A_BACKBONE, "views", "freeze"}:
        found["freeze"] = Parameter(choices=(recipe.freezing.freeze or "none", _FROZEN))
    if not set(fixed) & {*_OF_HEAD_EPOCHS, "views"}:
        found["unfreeze"] = Parameter(choices=("head-first", _AT_ONCE))
    if recipe.freezing.unfreeze != _AT_ONCE:
        found["head_epochs"] = Parameter(choices=tuple(sorted({3, 10, 20, recipe.freezing.head_epochs or 10})))
        found["head_lr"] = Parameter(times=(0.3, 3.0))
    found["layer_decay"] = Parameter(choices=tuple(sorted({0.65, 0.8, 1.0, recipe.freezing.layer_decay or 1.0})))
    return found


def with_conditions(space: SearchSpace, default: Recipe) -> SearchSpace:
    """Return a space in which no choice about freezing is searched where another one makes it meaningless.

    A condition that the space states itself stays as it is.

    Args:
        space: as it was given.
        default: the default recipe, for what is not searched.
    """
    parameters = _in_order(space.parameters)
    useful_freezes = _but(parameters.get("freeze"), _FROZEN)
    useful_unfreezes = _but(parameters.get("unfreeze"), _AT_ONCE)
    for name, parameter in parameters.items():
        when = dict(parameter.when)
        sees_plain = name in ("augment", *_OF_PICTURES) and not default.freezing.views and "views" not in parameters
        if (name in _OF_A_BACKBONE or sees_plain) and useful_freezes is not None:
            when.setdefault("freeze", useful_freezes)
        # Views are of use beside a frozen backbone, too, whatever `unfreeze` would be.
        is_frozen = default.freezing.freeze == _FROZEN or (name == "views" and "freeze" in parameters)
        if name in (*_OF_HEAD_EPOCHS, "views") and useful_unfreezes is not None and not is_frozen:
            when.setdefault("unfreeze", useful_unfreezes)
        parameters[name] = parameter.model_copy(update={"when": when})
    return SearchSpace(parameters=parameters)


def freezes_to_try(space: SearchSpace) -> Iterable[Scalar]:
    """Return the values of `freeze` in a space, so that a layer that does not exist is found before the first trial."""
    searched = space.parameters.get("freeze")
    return () if searched is None else searched.choices or ()


def _in_order(parameters: Mapping[str, Parameter]) -> dict[str, Parameter]:
    """Return the same with what the others depend on first; conditions may only look back.

    Raises:
        RecipeError: a condition of the space's own is in the way.
    """
    first = [name for name in _FIRST if name in parameters]
    places = list(parameters)
    behind = [
        name
        for name in (*_OF_A_BACKBONE, "views", "augment", *_OF_PICTURES)
        if name in parameters and name not in first
    ]
    if all(places.index(name) < places.index(other) for name in first for other in behind):
        return dict(parameters)
    for name in first:
        if any(other not in _FIRST for other in parameters[name].when):
            raise RecipeError(
                f"{name}: it has a condition of its own, and must stand above {', '.join(behind)}.",
                fix="Put it and what it depends on first.",
            )
    return {name: parameters[name] for name in (*first, *(name for name in parameters if name not in first))}


def _but(parameter: Parameter | None, value: str) -> tuple[Scalar, ...] | None:
    """Return the values of a list without one; None where that one is not among them, or the only one."""
    if parameter is None or parameter.choices is None or value not in parameter.choices:
        return None
    return tuple(one for one in parameter.choices if one != value)
