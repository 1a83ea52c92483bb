"""What classes of pictures are called, and whether mirroring or shifting leaves that true."""

from __future__ import annotations

import re

from pellucid.data import Dataset
from pellucid.kinds import ImageInput
from pellucid.preprocessing.augmentation.kinds.base import other_presets

_SMALL_SIDE = 40
# Garments look the same from either side, and their known best recipes mirror them.
_MIRROR_SAFE_NAMES = ("fashion-mnist",)
_NUMBER_WORDS = frozenset(("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"))
_SIDED_WORDS = frozenset(
    ("left", "right", "l", "r", "lh", "rh", "lt", "rt", "clockwise", "counterclockwise", "anticlockwise", "cw", "ccw")
)


def preset_by_names(dataset: Dataset) -> tuple[str, str]:
    """Return the preset that leaves classes or labels of pictures true, and why: by their names, sizes and colours."""
    other, pictures = other_presets(), ImageInput.of(dataset.input)
    classes = dataset.target.categories
    if _are_characters(classes):
        return (
            "light",
            "the classes are named after digits or letters, which mirroring would change, so no picture is mirrored "
            f"{other}",
        )
    sided = [name for name in classes if _SIDED_WORDS & set(_words(name))]
    if sided:
        return "light", f"the class '{sided[0]}' names a side, so no picture is mirrored {other}"
    small = max(pictures.median_size) <= _SMALL_SIDE
    if dataset.name in _MIRROR_SAFE_NAMES:
        return "crop", f"garments look alike from either side {other}"
    if pictures.channels == 1:
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
