"""How targets on the pixels of pictures are learned where a choice is left open, whatever they are."""

from __future__ import annotations

from typing import Any

from pellucid.errors import RecipeError
from pellucid.kinds import Target
from pellucid.models import ModelEntry
from pellucid.preprocessing import WINDOW, Augmentation
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.defaults import epochs_of_steps, fill_open
from pellucid.training.kinds.base import TargetHabits

STEPS = 1_000
"""Steps on crops of 128 x 128, whatever the number of pictures; of smaller crops as many more as have their pixels."""
MOST_EPOCHS, FEWEST_EPOCHS = 200, 5
BATCH, LARGEST_BATCH = 8, 16
"""Crops of 128 x 128 in a step; of smaller ones more."""
RATE = 4e-3


class PixelHabits(TargetHabits):
    """A target for each pixel."""

    favourite = "unet"
    because = "sees the whole and the detail, and answers pixel by pixel"

    def check_model(self, target: Target, entry: ModelEntry) -> None:
        """Look whether a model answers each pixel.

        Raises:
            RecipeError: it does not.
        """
        if not entry.answers_pixels:
            raise RecipeError(
                f"The model '{entry.name}' gives one answer for a whole picture, and here each pixel is answered.",
                fix="Use --model unet; --encoder NAME puts a network of timm's into it.",
            )

    def own_pace(
        self, recipe: Recipe, *, num_train: int, num_val: int, target: Target
    ) -> tuple[Recipe, tuple[Decision, ...]]:
        """Fill open choices: so many pixels are looked at, whatever the number and size of pictures and crops."""
        grid = target.grid
        side = 0 if recipe.augmentation.augment == "none" else min(recipe.pictures.imgsz or WINDOW, *grid)
        area = side**2 or grid[0] * grid[1]
        crops = num_train * Augmentation(window=side).crops_of(*grid)
        batch = max(1, min(LARGEST_BATCH, BATCH * WINDOW**2 // area))
        size = crops if recipe.batches.batch == "full" else min(int(recipe.batches.batch or batch), crops)
        planned = epochs_of_steps(recipe, size, crops)
        wanted = round(STEPS * BATCH * WINDOW**2 / (crops * area))
        epochs = planned or recipe.duration.epochs or max(FEWEST_EPOCHS, min(MOST_EPOCHS, wanted))
        what = f"crops of {side} x {side} pixels" if side else "whole pictures"
        suited: dict[str, tuple[Any, str]] = {
            "batch": (batch, f"{what}; each has thousands of pixels to learn from"),
            "epochs": (
                epochs,
                f"as many as {recipe.duration.steps:,} steps take"
                if planned
                else f"as many pixels as {STEPS:,} steps on {BATCH} crops of {WINDOW} x {WINDOW} have, "
                f"{-(-crops // size) * epochs:,} steps in all; an epoch has {crops:,} {what}",
            ),
            "optimizer": ("adamw", "works well over a wide range of learning rates"),
            "lr": (RATE, "what networks with batch normalisation like that answer pixels"),
            "schedule": ("cosine", "the rate rises shortly and then falls to nearly 0"),
            "warmup": (round(0.05 * epochs, 3), "the first twentieth of the epochs"),
            "weight_decay": (0.01, "keeps the weights small, a little"),
        }
        return fill_open(recipe, suited)
