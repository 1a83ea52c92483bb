"""Augmentation: random changes of training pictures that leave their label true.

In: canvases with their margin, the examples' ids, a seed and an epoch. Out: pictures in 0..1. Nothing here is used in
evaluation or prediction. What needs torch (`augment`, `draw_mixing`, `mix`) loads it when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pellucid.preprocessing.augmentation.choice import choose_augmentation
from pellucid.preprocessing.augmentation.presets import PRESETS, preset_augmentation
from pellucid.preprocessing.augmentation.spec import Augmentation

if TYPE_CHECKING:
    from pellucid.preprocessing.augmentation.batch import augment
    from pellucid.preprocessing.augmentation.mixing import draw_mixing, mix

__all__ = [
    "PRESETS",
    "Augmentation",
    "augment",
    "choose_augmentation",
    "draw_mixing",
    "mix",
    "preset_augmentation",
]


def __getattr__(name: str) -> Any:
    if name == "augment":
        from pellucid.preprocessing.augmentation.batch import augment

        return augment
    if name in ("draw_mixing", "mix"):
        from pellucid.preprocessing.augmentation import mixing

        return getattr(mixing, name)
    raise AttributeError(f"module 'pellucid.preprocessing.augmentation' has no attribute '{name}'")
