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
    from pellucid.preprocessing.augmentation.batch import augment, augment_both
    from pellucid.preprocessing.augmentation.mixing import draw_mixing, mix
    from pellucid.preprocessing.augmentation.windows import box_of, central_windows, cut_windows, draw_windows

__all__ = [
    "PRESETS",
    "Augmentation",
    "augment",
    "augment_both",
    "box_of",
    "central_windows",
    "choose_augmentation",
    "cut_windows",
    "draw_mixing",
    "draw_windows",
    "mix",
    "preset_augmentation",
]


def __getattr__(name: str) -> Any:
    if name in ("augment", "augment_both"):
        from pellucid.preprocessing.augmentation import batch

        return getattr(batch, name)
    if name in ("box_of", "central_windows", "cut_windows", "draw_windows"):
        from pellucid.preprocessing.augmentation import windows

        return getattr(windows, name)
    if name in ("draw_mixing", "mix"):
        from pellucid.preprocessing.augmentation import mixing

        return getattr(mixing, name)
    raise AttributeError(f"module 'pellucid.preprocessing.augmentation' has no attribute '{name}'")
