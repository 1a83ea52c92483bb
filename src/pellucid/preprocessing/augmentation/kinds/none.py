"""Kinds of input that are not augmented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pellucid.data import Dataset
from pellucid.errors import RecipeError
from pellucid.preprocessing.augmentation.kinds.base import flags_of
from pellucid.preprocessing.augmentation.spec import Augmentation
from pellucid.records import Decision


@dataclass(frozen=True)
class NotAugmented:
    """Chooses no augmentation.

    Attributes:
        holds: what a dataset of this kind is, for who asked for some.
        reason: why there is none.
    """

    holds: str
    reason: str

    def __call__(
        self, dataset: Dataset, preset: str | None, overrides: Mapping[str, Any], size: tuple[int, int] | None
    ) -> tuple[Augmentation, Decision]:
        """Choose none.

        Raises:
            RecipeError: some was asked for.
        """
        if overrides or preset not in (None, "none"):
            flags = flags_of(overrides) or f"--augment {preset}"
            raise RecipeError(f"{flags} changes pictures.", expected=self.holds, fix="Leave it out.")
        return Augmentation(), Decision(name="augment", value="none", reason=self.reason)
