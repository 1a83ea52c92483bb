"""What a recipe leaves open, and what it does not."""

from __future__ import annotations

from typing import Any

from pellucid.runs import Recipe


def given_among(recipe: Recipe, fields: tuple[str, ...]) -> dict[str, Any]:
    """Return those of a recipe's choices that are not open."""
    return {field: recipe.chosen(field) for field in fields if recipe.chosen(field) is not None}
