"""The augmentation that respects the label, chosen from what the classes and pictures are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pellucid.data import Dataset
from pellucid.errors import RecipeError
from pellucid.kinds import ClassTarget, LabelsTarget, TableInput, ValuesTarget, ValueTarget
from pellucid.preprocessing.augmentation.presets import PRESETS, preset_augmentation
from pellucid.preprocessing.augmentation.spec import Augmentation
from pellucid.records import Decision

_SMALL_SIDE = 40
# Garments look the same from either side, and their known best recipes mirror them.
_MIRROR_SAFE_NAMES = ("fashion-mnist",)
_NUMBER_WORDS = frozenset(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"))
_SIDED_WORDS = frozenset(
    ("left", "right", "l", "r", "lh", "rh", "lt", "rt", "clockwise", "counterclockwise", "anticlockwise", "cw", "ccw")
)


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
    if isinstance(dataset.input, TableInput):
        if given or preset not in (None, "none"):
            flags = _flags(given) or f"--augment {preset}"
            raise RecipeError(f"{flags} changes pictures.", expected="The dataset is a table.", fix="Leave it out.")
        return Augmentation(), Decision(name="augment", value="none", reason="the rows of a table are not augmented")
    automatic = _automatic(dataset)
    chosen, reason = (preset, f"asked for by --augment {preset}") if preset is not None else automatic
    trivial, flags = given.pop("trivial_augment", False), _flags(given)
    if trivial:
        space, note = _trivial_space(automatic)
        if preset is None:  # mirroring and crops are all that its paper has beside it
            chosen, reason = "crop" if chosen == "crop" else "none", "asked for"
            given = {"mirror": 0.5 if space == "wide" else 0.0} | given
        reason += f" by --trivial-augment{note}" if preset is None else " and --trivial-augment"
        given = {"trivial": space} | given
    spec = preset_augmentation(chosen, given, size=size or dataset.input.median_size)
    if flags:
        reason += f", with {flags}"
    if spec.mixes:
        _check_mixing(dataset)
        reason += "; training loss and accuracy are of mixed pictures then, and look worse than validation's"
    value = chosen if spec.describe() == "none" else f"{chosen}: {spec.describe()}"
    return spec, Decision(name="augment", value=value, reason=reason)


def _check_mixing(dataset: Dataset) -> None:
    if isinstance(dataset.target, ValueTarget | ValuesTarget):
        raise RecipeError(
            "--mixup and --cutmix mix classes.", expected="The target is a number.", fix="Leave them out."
        )


def _trivial_space(automatic: tuple[str, str]) -> tuple[str, str]:
    """Return the space of TrivialAugment that suits the label, and why it is not the wide one."""
    preset, reason = automatic
    if preset in ("crop", "photo"):
        return "wide", ""
    return "narrow", f" (turned by 30 degrees at most, not mirrored: {reason.partition(' (--augment')[0]})"


def _flags(given: Mapping[str, Any]) -> str:
    return ", ".join("--" + key.replace("_", "-") for key in given)


def _automatic(dataset: Dataset) -> tuple[str, str]:
    other = f"(--augment {', '.join(PRESETS)})"
    assert not isinstance(dataset.input, TableInput)
    if not isinstance(dataset.target, ClassTarget | LabelsTarget):
        return "none", f"a shifted or brighter picture may have another value {other}"
    classes = dataset.target.classes
    if _are_characters(classes):
        return (
            "light",
            "the classes are named after digits or letters, which mirroring would change, so no picture is mirrored "
            f"{other}",
        )
    sided = [name for name in classes if _SIDED_WORDS & set(_words(name))]
    if sided:
        return "light", f"the class '{sided[0]}' names a side, so no picture is mirrored {other}"
    small = max(dataset.input.median_size) <= _SMALL_SIDE
    if dataset.name in _MIRROR_SAFE_NAMES:
        return "crop", f"garments look alike from either side {other}"
    if dataset.input.channels == 1:
        return (
            "light",
            f"in grey pictures (X-rays, scans, signs) left and right may matter, so none is mirrored {other}",
        )
    if small:
        return "crop", f"small pictures in colour: mirrored, and cropped at whole pixels to stay sharp {other}"
    return "photo", f"photos in colour: what they show looks alike from either side and in any light {other}"


def _are_characters(classes: tuple[str, ...]) -> bool:
    """Tell digits and letters by their names: "7", "a", "digit 7", "letter_b", "seven"."""
    rests = [
        [word for word in _words(name) if word not in ("digit", "letter", "number", "class", "char")]
        for name in classes
    ]
    return all(
        len(rest) == 1 and (rest[0].isdigit() or len(rest[0]) == 1 or rest[0] in _NUMBER_WORDS) for rest in rests
    )


def _words(name: str) -> list[str]:
    """Split "LeftHand_02" into left, hand, 02."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]", name)]
