"""Presets of augmentation, and single choices laid over them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pellucid.errors import RecipeError, did_you_mean
from pellucid.preprocessing.augmentation.spec import Augmentation

# The crop preset's shift: 4 of 32 pixels, as He et al. (2016, "Deep residual learning", section 4.2) train on CIFAR-10.
CROP_SHARE = 1 / 8

WINDOW = 128
"""Side of the crops that are learned from, where nobody chooses: several of them make a step."""

PRESETS: Mapping[str, Augmentation] = MappingProxyType(
    {
        "none": Augmentation(),
        # Digits, letters, X-rays: what a hand or a camera does by itself, nothing that could change the label.
        "light": Augmentation(rotation_degrees=10, translation=0.07, scaling=(0.9, 1.1)),
        # Small pictures whose mirror image means the same. Its crop depends on the size: see preset_augmentation.
        "crop": Augmentation(mirror=0.5),
        # Pictures whose pixels have targets: what there is to see lies anywhere, in any direction.
        "squares": Augmentation(symmetries=True),
        # Photos of things: either side, near or far, in any light.
        "photo": Augmentation(
            mirror=0.5,
            rotation_degrees=10,
            translation=0.08,
            scaling=(0.85, 1.2),
            brightness=0.2,
            contrast=0.2,
            saturation=0.2,
        ),
    }
)
"""What --augment takes, besides leaving the choice to Pellucid."""

_KEYS = (*Augmentation.model_fields, "rotation")


def preset_augmentation(
    preset: str, overrides: Mapping[str, Any] | None = None, *, size: tuple[int, int]
) -> Augmentation:
    """Return a preset with single choices laid over it.

    Args:
        preset: a key of PRESETS.
        overrides: any field of Augmentation, also by its flag: "rotation" for rotation_degrees, and for scaling one
            number s in [0, 1) for (1 - s, 1 + s). None leaves the preset's choice.
        size: (height, width) of the canvas, which turns the crop preset's share of the side into pixels.

    Raises:
        RecipeError: an unknown preset or choice (with the nearest known one), or a value out of range.
    """
    if preset not in PRESETS:
        raise RecipeError(
            f"There is no augmentation preset '{preset}'.{did_you_mean(preset, PRESETS)}",
            expected=f"One of {', '.join(PRESETS)}.",
            fix="Use --augment with one of these, or leave it out.",
        )
    base = PRESETS[preset].model_dump()
    if preset == "squares":
        base["window"] = min(WINDOW, *size)
    if preset == "crop":
        base["crop"] = max(1, round(CROP_SHARE * min(size)))
    given = {key.replace("-", "_"): value for key, value in (overrides or {}).items() if value is not None}
    unknown = [key for key in given if key not in _KEYS]
    if unknown:
        hints = " ".join(f"'{key}'.{did_you_mean(key, _KEYS)}" for key in unknown)
        raise RecipeError(f"Unknown choice of augmentation: {hints}", expected=f"One of {', '.join(_KEYS)}.")
    if "rotation" in given:
        given["rotation_degrees"] = given.pop("rotation")
    if isinstance(given.get("scaling"), (int, float)):
        given["scaling"] = (1 - given["scaling"], 1 + given["scaling"])
    return Augmentation.from_dict(base | given, source="augmentation", error=RecipeError)
