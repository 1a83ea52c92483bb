"""Series are not augmented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pellucid.data import Dataset
from pellucid.errors import RecipeError
from pellucid.preprocessing.augmentation.kinds.base import flags_of
from pellucid.preprocessing.augmentation.spec import Augmentation
from pellucid.records import Decision


def choose_for_series(
    dataset: Dataset, preset: str | None, overrides: Mapping[str, Any], size: tuple[int, int] | None
) -> tuple[Augmentation, Decision]:
    """Choose none.

    Raises:
        RecipeError: some was asked for.
    """
    if overrides or preset not in (None, "none"):
        flags = flags_of(overrides) or f"--augment {preset}"
        raise RecipeError(f"{flags} changes pictures.", expected="The dataset holds series.", fix="Leave it out.")
    return Augmentation(), Decision(name="augment", value="none", reason="series are learned from as they are")
