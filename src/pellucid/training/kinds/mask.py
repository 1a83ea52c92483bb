"""How classes of pixels are learned where a choice is left open."""

from __future__ import annotations

from typing import Any

from pellucid.kinds import Target
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.kinds.on_pixels import PixelHabits


class MaskHabits(PixelHabits):
    """A class for each pixel."""

    taught = "the classes of pixels"

    def describe(self, target: Target) -> str:
        """Return that each pixel has a class."""
        return "each picture has a mask, which says of every pixel what it shows"

    def resolve_losses(
        self, recipe: Recipe, counts: Any, *, mixes: bool, weighs: bool
    ) -> tuple[Recipe, tuple[Decision, ...]]:
        """Take class weights, which a loss of pixels knows, and refuse what is about classes of whole examples.

        Raises:
            RecipeError: a sampler or another loss was asked for.
        """
        weighted = recipe.classes.class_weight
        bare, said = super().resolve_losses(recipe.override(class_weight=None), counts, mixes=mixes, weighs=weighs)
        return bare.override(class_weight=weighted), said
