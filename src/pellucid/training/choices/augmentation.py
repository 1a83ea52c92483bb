"""How examples are augmented."""

from __future__ import annotations

from pellucid.data import Dataset
from pellucid.preprocessing import Augmentation, Preprocessing
from pellucid.records import Decision
from pellucid.runs import Recipe
from pellucid.training.choices.given import given_among
from pellucid.training.habits import Family
from pellucid.training.kinds import INPUT_HABITS

AUGMENTATION_FIELDS = (
    "mirror", "rotation", "translation", "scaling", "crop", "brightness", "contrast", "saturation", "hue",
    "perspective", "erasing", "trivial_augment", "mixup", "cutmix",
)  # fmt: skip


def choose_augmentation(
    dataset: Dataset, recipe: Recipe, family: Family, preprocessing: Preprocessing
) -> tuple[Augmentation, Decision]:
    """Return the augmentation and why.

    Args:
        dataset: what is learned from.
        recipe: what the user chose.
        family: of the model.
        preprocessing: fitted.

    Raises:
        RecipeError: a choice that does not go with the examples, or is out of range.
    """
    given = given_among(recipe, AUGMENTATION_FIELDS)
    habits = INPUT_HABITS[dataset.input.kind]
    return habits.augmentation(dataset, recipe, given, family=family, preprocessing=preprocessing)


def asked_to_augment(recipe: Recipe) -> bool:
    """Return whether the user chose that examples are augmented."""
    return recipe.augmentation.augment not in (None, "none") or any(given_among(recipe, AUGMENTATION_FIELDS).values())
