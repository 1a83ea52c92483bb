"""Augmentation of pictures: a preset that leaves the label true, and single choices laid over it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pellucid.data import Dataset
from pellucid.errors import RecipeError
from pellucid.kinds import ImageInput
from pellucid.preprocessing.augmentation.kinds.base import flags_of
from pellucid.preprocessing.augmentation.kinds.targets import AUGMENTED_TARGETS
from pellucid.preprocessing.augmentation.presets import preset_augmentation
from pellucid.preprocessing.augmentation.spec import Augmentation
from pellucid.records import Decision


def choose_for_pictures(
    dataset: Dataset, preset: str | None, overrides: Mapping[str, Any], size: tuple[int, int] | None
) -> tuple[Augmentation, Decision]:
    """Do what `choose_augmentation` says, of pictures."""
    given, target = dict(overrides), AUGMENTED_TARGETS[dataset.target.kind]
    automatic = target.preset(dataset)
    chosen, reason = (preset, f"asked for by --augment {preset}") if preset is not None else automatic
    trivial, flags = (
        given.pop("trivial_augment", False),
        flags_of({"imgsz" if key == "window" else key: value for key, value in given.items()}),
    )
    if trivial:
        space, note = _trivial_space(automatic)
        if preset is None:  # mirroring and crops are all that its paper has beside it
            chosen, reason = "crop" if chosen == "crop" else "none", "asked for"
            given = {"mirror": 0.5 if space == "wide" else 0.0} | given
        reason += f" by --trivial-augment{note}" if preset is None else " and --trivial-augment"
        given = {"trivial": space} | given
    spec = preset_augmentation(chosen, given, size=size or ImageInput.of(dataset.input).median_size)
    if flags:
        reason += f", with {flags}"
    if spec.window and not dataset.target.on_pixels:
        raise RecipeError(
            "--augment squares learns from crops of pictures, each pixel of which has a target.",
            expected=f"Here {dataset.target.learned} is learned, and a crop may not show it.",
            fix="Choose another, or leave it out.",
        )
    if spec.mixes:
        target.check_mixing()
        reason += "; training loss and accuracy are of mixed pictures then, and look worse than validation's"
    value = chosen if spec.describe() == "none" else f"{chosen}: {spec.describe()}"
    return spec, Decision(name="augment", value=value, reason=reason)


def _trivial_space(automatic: tuple[str, str]) -> tuple[str, str]:
    """Return the space of TrivialAugment that suits the label, and why it is not the wide one."""
    preset, reason = automatic
    if preset in ("crop", "photo"):
        return "wide", ""
    return "narrow", f" (turned by 30 degrees at most, not mirrored: {reason.partition(' (--augment')[0]})"
