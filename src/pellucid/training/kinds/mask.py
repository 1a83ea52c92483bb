"""How classes of pixels are learned where a choice is left open."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.errors import RecipeError
from pellucid.kinds import NOT_LABELLED, MaskTarget, Target
from pellucid.models import ModelEntry
from pellucid.preprocessing import WINDOW, Preprocessing
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.batches import BatchSource
from pellucid.training.defaults import epochs_of_steps
from pellucid.training.kinds.base import Opening, TargetHabits
from pellucid.training.kinds.mask_batches import open_masked, squares_of

STEPS = 1_000
"""Steps in all, whatever the number of pictures."""
MOST_EPOCHS, FEWEST_EPOCHS = 100, 5
BATCH, LARGEST_BATCH = 8, 16
"""Squares of 128 x 128 in a step; of smaller ones more."""
RATE = 4e-3


class MaskHabits(TargetHabits):
    """A class for each pixel."""

    taught = "the classes of pixels"
    favourite = "unet"
    because = "sees the whole and the detail, and answers pixel by pixel"

    def describe(self, target: Target) -> str:
        """Return that each pixel has a class."""
        return "each picture has a mask, which says of every pixel what it shows"

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
        """Fill open choices: so many steps on squares, whatever the number and size of pictures."""
        grid = MaskTarget.of(target).grid
        side = 0 if recipe.augmentation.augment == "none" else min(recipe.pictures.imgsz or WINDOW, *grid)
        area = side**2 or grid[0] * grid[1]
        squares = num_train * squares_of(grid, side)
        batch = max(1, min(LARGEST_BATCH, BATCH * WINDOW**2 // area))
        size = squares if recipe.batches.batch == "full" else min(int(recipe.batches.batch or batch), squares)
        planned = epochs_of_steps(recipe, size, squares)
        wanted = round(STEPS * size / squares)
        epochs = planned or recipe.duration.epochs or max(FEWEST_EPOCHS, min(MOST_EPOCHS, wanted))
        what = f"squares of {side} x {side} pixels" if side else "whole pictures"
        suited: dict[str, tuple[Any, str]] = {
            "batch": (batch, f"{what}; each has thousands of pixels to learn from"),
            "epochs": (
                epochs,
                f"as many as {recipe.duration.steps:,} steps take"
                if planned
                else f"about {STEPS:,} steps in all; an epoch has {squares:,} {what}",
            ),
            "optimizer": ("adamw", "works well over a wide range of learning rates"),
            "lr": (RATE, "what networks with batch normalisation like that answer pixels"),
            "schedule": ("cosine", "the rate rises shortly and then falls to nearly 0"),
            "warmup": (round(0.05 * epochs, 3), "the first twentieth of the epochs"),
            "weight_decay": (0.01, "keeps the weights small, a little"),
        }
        chosen = {name: value for name, (value, _) in suited.items() if recipe.chosen(name) is None}
        said = tuple(
            Decision(name=name.replace("_", " "), value=str(value), reason=f"{why} (--{name.replace('_', '-')})")
            for name, (value, why) in suited.items()
            if name in chosen
        )
        return recipe.override(**chosen), said

    def learned(self, dataset: Dataset, preprocessing: Preprocessing, indices: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return [N, H, W] numbers of classes."""
        masks: NDArray[np.uint8] = np.asarray(dataset.targets[indices], np.uint8)
        return masks

    def units(self, learned: NDArray[Any]) -> NDArray[np.int64]:
        """Return how many pixels of each picture are labelled: the loss is a mean over them."""
        return np.asarray((learned != NOT_LABELLED).reshape(len(learned), -1).sum(axis=1), np.int64)

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

    def batches(self, opening: Opening) -> BatchSource:
        """Return squares, or whole pictures, with their masks."""
        return open_masked(opening)
