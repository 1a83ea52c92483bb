"""How pictures are learned that are to be drawn of random numbers, where a choice is left open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.errors import RecipeError
from pellucid.kinds import Target, Wishes
from pellucid.models import ModelEntry, way_of_model
from pellucid.preprocessing import Preprocessing
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.defaults import epochs_of_steps
from pellucid.training.kinds.base import TargetHabits


@dataclass(frozen=True)
class Manner:
    """How hard and how long one way of learning to draw goes on.

    Attributes:
        rate: the learning rate at its highest, and why.
        schedule: how it falls, and why.
        batch: pictures in a step.
        ema: of the weights that draw.
        optimizer: the rule.
        most_steps, most_seen: steps in all, and pictures seen in them, at most.
        most_epochs, fewest_epochs: whatever that would be.
    """

    rate: float
    schedule: str
    batch: int
    ema: float
    optimizer: str
    most_steps: int
    most_seen: int
    most_epochs: int = 150
    fewest_epochs: int = 5


MANNERS: dict[str, Manner] = {
    "adversarial": Manner(1e-3, "constant", 64, 0.999, "adam", most_steps=6_000, most_seen=400_000),
    "diffusion": Manner(1e-3, "cosine", 64, 0.999, "adam", most_steps=4_000, most_seen=256_000),
}
"""By the way in which a model is learned."""


class GeneratedHabits(TargetHabits):
    """Pictures like those of the data."""

    taught = "the pictures"
    favourite = "dcgan"
    because = "two networks that learn against each other; --model ddpm takes noise away instead"

    def describe(self, target: Target) -> str:
        """Return that such pictures are drawn."""
        return "new pictures like those of the data are drawn"

    def check_model(self, target: Target, entry: ModelEntry) -> None:
        """Look whether a model draws pictures.

        Raises:
            RecipeError: it does not.
        """
        if entry.way not in MANNERS:
            raise RecipeError(
                f"The model '{entry.name}' draws no pictures.",
                expected="A model that makes pictures of random numbers.",
                fix="Use --model dcgan or ddpm.",
            )

    def wishes(self, wishes: Wishes) -> Wishes:
        """Ask for levels from 0 to 1, as they are drawn."""
        return wishes.model_copy(update={"levels": True})

    def own_pace(
        self, recipe: Recipe, *, num_train: int, num_val: int, target: Target
    ) -> tuple[Recipe, tuple[Decision, ...]]:
        """Fill open choices as the model's way of learning likes them."""
        way = way_of_model(recipe.architecture.model or "")
        manner = MANNERS.get(way, MANNERS["adversarial"])
        size = (
            num_train if recipe.batches.batch == "full" else min(int(recipe.batches.batch or manner.batch), num_train)
        )
        planned = epochs_of_steps(recipe, size, num_train)
        wanted = round(min(manner.most_steps * size, manner.most_seen) / max(1, num_train))
        epochs = max(manner.fewest_epochs, min(manner.most_epochs, wanted))
        suited: dict[str, tuple[Any, str]] = {
            "batch": (manner.batch, "small steps, many of them"),
            "epochs": (
                planned or epochs,
                f"as many as {recipe.duration.steps:,} steps take"
                if planned
                else f"{manner.most_steps:,} steps, {manner.most_seen:,} pictures, {manner.most_epochs} epochs at most",
            ),
            "optimizer": (manner.optimizer, "what such networks are learned with"),
            "lr": (manner.rate, "what such networks like"),
            "schedule": (manner.schedule, "what such networks like"),
            "weight_decay": (0.0, "none is needed: the pictures hang on no single weight"),
            "ema": (manner.ema, "the mean of many steps draws more steadily than the last one"),
            "patience": (0, "all epochs are trained: no figure tells a better one from a worse one"),
        }
        chosen = {name: value for name, (value, _) in suited.items() if recipe.chosen(name) is None}
        said = tuple(
            Decision(name=name.replace("_", " "), value=str(value), reason=f"{why} (--{name.replace('_', '-')})")
            for name, (value, why) in suited.items()
            if name in chosen
        )
        return recipe.override(**chosen), said

    def learned(self, dataset: Dataset, preprocessing: Preprocessing, indices: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return [N] zeros: nothing is learned but the pictures, which stand in the batch themselves."""
        return np.zeros(len(indices), np.int64)
