"""How pictures that are given back are learned where a choice is left open."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.errors import RecipeError
from pellucid.kinds import Target, Wishes
from pellucid.models import ModelEntry
from pellucid.preprocessing import Preprocessing
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.defaults import epochs_of_steps, fill_open
from pellucid.training.kinds.base import TargetHabits

MOST_STEPS, MOST_SEEN = 6_000, 600_000
"""Steps in all, and pictures seen in them, at most: a minute or two of a small network on two free cores."""
MOST_EPOCHS, FEWEST_EPOCHS = 200, 5
BATCHES = ((4_000, 32), (20_000, 64))
LARGEST_BATCH = 128
RATE = 1e-3


class PictureHabits(TargetHabits):
    """The picture itself."""

    taught = "the pictures"
    favourite = "autoencoder"
    because = "dense layers around a narrow place; --model conv-autoencoder, vae"

    def describe(self, target: Target) -> str:
        """Return that each picture is given back."""
        return "each picture is its own target"

    def check_model(self, target: Target, entry: ModelEntry) -> None:
        """Look whether a model gives pictures back.

        Raises:
            RecipeError: it does not.
        """
        if entry.task != "reconstruct":
            raise RecipeError(
                f"The model '{entry.name}' gives no pictures back.",
                expected="A model of an encoder and a decoder.",
                fix="Use --model autoencoder, conv-autoencoder or vae.",
            )

    def wishes(self, wishes: Wishes) -> Wishes:
        """Ask for levels from 0 to 1, as they are given back."""
        return wishes.model_copy(update={"levels": True})

    def own_pace(
        self, recipe: Recipe, *, num_train: int, num_val: int, target: Target
    ) -> tuple[Recipe, tuple[Decision, ...]]:
        """Fill open choices: many small steps, for a narrow place is slow to be filled."""
        batch = next((size for most, size in BATCHES if num_train < most), LARGEST_BATCH)
        size = num_train if recipe.batches.batch == "full" else min(int(recipe.batches.batch or batch), num_train)
        planned = epochs_of_steps(recipe, size, num_train)
        wanted = round(min(MOST_STEPS * size, MOST_SEEN) / max(1, num_train))
        suited_epochs = max(FEWEST_EPOCHS, min(MOST_EPOCHS, wanted))
        epochs = planned or recipe.duration.epochs or suited_epochs
        suited: dict[str, tuple[Any, str]] = {
            "batch": (batch, f"what suits {num_train:,} training pictures"),
            "epochs": (
                epochs,
                f"as many as {recipe.duration.steps:,} steps take"
                if planned
                else f"{MOST_STEPS:,} steps or {MOST_SEEN:,} pictures in all: a narrow place is slow to be filled",
            ),
            "lr": (RATE, "what small encoders and decoders like"),
            "weight_decay": (0.01, "keeps the weights small, a little"),
        }
        return fill_open(recipe, suited)

    def learned(self, dataset: Dataset, preprocessing: Preprocessing, indices: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return [N] zeros: nothing is learned but the picture, which stands in the batch itself."""
        return np.zeros(len(indices), np.int64)
