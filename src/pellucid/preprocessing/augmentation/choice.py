"""The augmentation that respects the label, chosen from what the classes and pictures are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pellucid.data import Dataset
from pellucid.preprocessing.augmentation.kinds import AUGMENTERS
from pellucid.preprocessing.augmentation.spec import Augmentation
from pellucid.records import Decision


def choose_augmentation(
    dataset: Dataset,
    preset: str | None = None,
    overrides: Mapping[str, Any] | None = None,
    *,
    size: tuple[int, int] | None = None,
) -> tuple[Augmentation, Decision]:
    """Return the augmentation and why.

    Without a preset: none for tables and for numeric targets; no mirroring where left and right may matter (digits and
    letters, classes named after a side, grey pictures such as X-rays); mirroring for photos in colour.

    Args:
        dataset: its input, its classes and its name are looked at.
        preset: a key of PRESETS; None to choose.
        overrides: single choices laid over the preset, see `preset_augmentation`.
        size: (height, width) of the canvas; None for the pictures' median size.

    Raises:
        RecipeError: an unknown preset or choice, a value out of range, or augmentation of a table.
    """
    given = {key: value for key, value in (overrides or {}).items() if value is not None}
    return AUGMENTERS[dataset.input.kind](dataset, preset, given, size)
