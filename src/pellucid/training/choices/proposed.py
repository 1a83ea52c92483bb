"""What a dataset proposes for its own training, where nobody chose."""

from __future__ import annotations

from typing import Any

from torch import nn

from pellucid.data import Dataset
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.kinds import INPUT_HABITS


def choose_proposed(dataset: Dataset, recipe: Recipe, model: nn.Module | None) -> tuple[Recipe, tuple[Decision, ...]]:
    """Fill open choices with what the dataset proposes, and say so.

    Args:
        dataset: what is learned from.
        recipe: what the user chose; None is open.
        model: a module of the user's own, or None; what is proposed for another model is then left out.
    """
    said: list[Decision] = []
    favourite = INPUT_HABITS[dataset.input.kind].favourite
    for proposal in dataset.proposals:
        is_named = proposal.field == "model" or proposal.model is not None
        if proposal.field == "epochs" and recipe.chosen("steps") is not None:
            continue  # both say how long is learned
        if recipe.chosen(proposal.field) is not None or (model is not None and is_named):
            continue
        if proposal.model not in (None, recipe.architecture.model or favourite):
            continue
        recipe = recipe.override(**{proposal.field: proposal.value})
        flag = proposal.field.replace("_", "-")
        name, value = proposal.field.replace("_", " "), recipe.chosen(proposal.field)
        said.append(Decision(name=name, value=_say(value), reason=f"{proposal.reason} (--{flag})"))
    return recipe, tuple(said)


def _say(value: Any) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
