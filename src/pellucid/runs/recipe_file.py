"""Recipes in files: YAML or JSON written by hand, or the record of an earlier run."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pellucid.errors import RecipeError, RunError
from pellucid.files import expand, load_yaml
from pellucid.runs.folder import RunFolder, read_json
from pellucid.runs.recipe import Recipe

MACHINE = ("device", "workers")
"""Choices that belong to the machine a run was made on, not to what is learned."""


def read_recipe(path: str | Path) -> Recipe:
    """Read the choices of a training from a file, or take those of an earlier run as they were resolved.

    Args:
        path: a YAML or JSON file whose keys are fields of `Recipe` (dashes may stand for underscores), a run folder, or
            its run.json.

    Raises:
        RecipeError: the file is missing, is no mapping, or has an unknown key (the nearest known one is named) or a
            value out of range.
    """
    # A run's folder is a recipe, too: "as that one, but with other data" needs no copying of choices.
    place = expand(path, what="The recipe's path", error=RecipeError)
    if os.path.isdir(place):
        return _of_run(place)
    if not os.path.exists(place):
        raise RecipeError(
            f"There is no recipe at '{path}'.",
            expected="A YAML or JSON file with lines such as 'epochs: 20', or a run folder.",
        )
    if place.name == "run.json":
        return _of_run(place.parent)
    try:
        return Recipe().override(**read_mapping(place))
    except RecipeError as problem:
        raise RecipeError(f"{place}: {problem}") from None


def _of_run(folder: Path) -> Recipe:
    try:
        # The record, not the run: a recipe is worth having from a run of a newer schema, too, if its keys are known.
        recipe = read_json(RunFolder.open(folder).path / "run.json").get("recipe")
        choices = recipe if isinstance(recipe, dict) else {}
        return Recipe().override(**{name: value for name, value in choices.items() if name not in MACHINE})
    except RunError as problem:
        raise RecipeError(str(problem)) from None


def read_mapping(path: Path) -> dict[str, Any]:
    """Read the keys and values of a YAML or JSON file, dashes in keys as underscores.

    Raises:
        RecipeError: it cannot be read, or is no mapping.
    """
    choices = load_yaml(path, error=RecipeError)
    if choices is None:
        return {}
    if not isinstance(choices, dict):
        raise RecipeError("It holds no choices.", expected="Lines such as 'epochs: 20'.")
    return {str(name).replace("-", "_"): value for name, value in choices.items()}
