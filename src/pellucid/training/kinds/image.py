"""How pictures are learned from where a choice is left open."""

from __future__ import annotations

from typing import Any

from pellucid.data import Dataset
from pellucid.kinds import ImageInput, Input, Wishes
from pellucid.preprocessing import (
    Augmentation,
    ImagePreprocessing,
    Preprocessing,
    canvases_made_by,
    choose_augmentation,
)
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.habits import HABITS, Family, Pace, is_dense
from pellucid.training.kinds.base import InputHabits


class Pictures(InputHabits):
    """Pictures."""

    favourite = "cnn"
    because = "small, quick and strong on pictures"
    custom = Wishes(kinds=("image",))
    augments = True

    def pace(self, family: Family) -> Pace:
        """Return that of the model's family."""
        return Pace(HABITS[family])

    def photo_side(self, found: Input) -> int:
        """Return the shorter side of the median size."""
        return min(ImageInput.of(found).median_size)

    def made_by(self, preprocessing: Preprocessing) -> str:
        """Return what the canvases are known by."""
        return canvases_made_by(ImagePreprocessing.of(preprocessing))

    def augmentation(
        self, dataset: Dataset, recipe: Recipe, given: dict[str, Any], *, family: Family, preprocessing: Preprocessing
    ) -> tuple[Augmentation, Decision]:
        """Choose what respects the label, and nothing for a network that knows every pixel by its place."""
        fitted = ImagePreprocessing.of(preprocessing)
        size = fitted.height, fitted.width
        if dataset.target.on_pixels and recipe.pictures.imgsz is not None:
            given = {**given, "window": min(recipe.pictures.imgsz, *size)}
        if recipe.augmentation.augment is not None or given or not is_dense(family):
            return choose_augmentation(dataset, recipe.augmentation.augment, given, size=size)
        augmentation, decision = choose_augmentation(dataset, "none", size=size)
        reason = "this network has weights of its own for each pixel: shifted pictures hinder it (--augment)"
        return augmentation, decision.model_copy(update={"reason": reason})
