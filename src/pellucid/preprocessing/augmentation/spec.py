"""What may happen to a training picture: ranges, as pure data."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from pellucid.records import Record
from pellucid.words import percent

Share = Annotated[float, Field(ge=0, le=1)]
Factor = Annotated[float, Field(gt=0, le=10)]
# Beyond this share of the side a margin costs more memory than its real surroundings are worth: the canvas continues
# with its outermost pixels there.
_LARGEST_MARGIN = 1 / 8


class Augmentation(Record):
    """Ranges from which each example draws anew in each epoch. The defaults change nothing."""

    mirror: Share = 0.0
    """Probability of exchanging left and right."""
    mirror_vertical: Share = 0.0
    """Probability of exchanging top and bottom."""
    rotation_degrees: Annotated[float, Field(ge=0, le=180)] = 0.0
    """Largest rotation about the centre, either way."""
    translation: Share = 0.0
    """Largest shift along each axis, as a share of that side, either way; between pixels is interpolated."""
    scaling: tuple[Factor, Factor] = (1.0, 1.0)
    """Smallest and largest magnification about the centre; halving is as likely as doubling."""
    crop: Annotated[int, Field(ge=0, le=1024)] = 0
    """Largest shift along each axis in whole pixels, either way: a random crop out of a picture so much larger."""
    brightness: Share = 0.0
    """b: values are multiplied by 1 - b to 1 + b."""
    contrast: Share = 0.0
    """c: distances from the picture's mean grey are multiplied by 1 - c to 1 + c."""
    saturation: Share = 0.0
    """s: distances from each pixel's own grey are multiplied by 1 - s to 1 + s; nothing happens to grey pictures."""
    hue: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    """h: colours are turned by up to h of the colour circle, either way; nothing happens to grey pictures."""
    perspective: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    """p: each corner is moved by up to p of half the side along each axis, as if seen from another place."""
    erasing: Share = 0.0
    """Probability that a rectangle is painted over (random erasing)."""
    trivial: Literal["none", "narrow", "wide"] = "none"
    """Whether each picture gets one more change drawn from fourteen kinds (TrivialAugment), and from which space."""
    window: Annotated[int, Field(ge=0, le=8192)] = 0
    """Side of the square crop that is cut out anywhere in a picture and its pixels' targets; 0 for all of it."""
    symmetries: bool = False
    """Whether that crop is turned and mirrored in one of eight ways."""

    mixup: Annotated[float, Field(ge=0, le=100)] = 0.0
    """alpha of the Beta distribution of the shares with which two pictures are blended; 0 for never."""
    cutmix: Annotated[float, Field(ge=0, le=100)] = 0.0
    """alpha of the share of the area that another picture's rectangle leaves; 0 for never."""

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.scaling[0] > self.scaling[1]:
            raise ValueError("scaling needs the smaller magnification first")
        return self

    @property
    def interpolates(self) -> bool:
        """True when pixels land between pixels; false when mirroring and whole-pixel shifts are all there is."""
        shifts = self.rotation_degrees > 0 or self.translation > 0 or self.scaling != (1.0, 1.0)
        return shifts or self.perspective > 0 or self.trivial != "none"

    @property
    def moves(self) -> bool:
        """True when any pixel changes its place."""
        return self.interpolates or self.mirror > 0 or self.mirror_vertical > 0 or self.crop > 0

    @property
    def colours(self) -> bool:
        """True when values change."""
        shifts = self.brightness > 0 or self.contrast > 0 or self.saturation > 0 or self.hue > 0
        return shifts or self.trivial != "none"

    @property
    def mixes(self) -> bool:
        """True when pictures and their targets are mixed with those of another example."""
        return self.mixup > 0 or self.cutmix > 0

    @property
    def is_identity(self) -> bool:
        """True when nothing changes within a picture; it may still be mixed with another."""
        return not self.moves and not self.colours and not self.erasing

    def crops_of(self, height: int, width: int) -> int:
        """Return how many crops of a canvas an epoch has: as many as have its area together; 1 where it comes whole."""
        return max(1, round(height * width / self.window**2)) if self.window else 1

    def margin(self, height: int, width: int) -> int:
        """Return how many pixels of surroundings a canvas of this size should keep on each side.

        Whole-pixel crops get all they can reach. The rest is what shift, rotation and magnification reach at the middle
        of the sides, at most an eighth of the side.
        """
        reach = self.crop
        if self.interpolates:
            angle = math.radians(min(self.rotation_degrees, 90.0))
            shrink = 1 / self.scaling[0]
            for side, other in ((height, width), (width, height)):
                # The middle of a side, and a quarter of the way to its ends, seen from the centre.
                turned = side / 2 * math.cos(angle) + other / 4 * math.sin(angle)
                turned = max(turned, side / 2) * (1 + self.perspective)
                reached = shrink * (turned + self.translation * side) - side / 2
                reach = max(reach, min(math.ceil(reached), math.ceil(side * _LARGEST_MARGIN)))
        return reach

    def describe(self) -> str:
        """Return the changes as a person would list them, e.g. "rotation up to 10 degrees, shift up to 7 %"."""
        parts = [
            f"crops of {self.window} x {self.window} pixels from anywhere" if self.window else "",
            "turned and mirrored in eight ways" if self.symmetries else "",
            f"mirrored {percent(self.mirror)}" if self.mirror else "",
            f"upside down {percent(self.mirror_vertical)}" if self.mirror_vertical else "",
            f"rotation up to {self.rotation_degrees:g} degrees" if self.rotation_degrees else "",
            f"shift up to {percent(self.translation)}" if self.translation else "",
            f"size x {self.scaling[0]:g} to {self.scaling[1]:g}" if self.scaling != (1.0, 1.0) else "",
            f"crop shifted up to {self.crop} pixels" if self.crop else "",
            f"brightness +-{percent(self.brightness)}" if self.brightness else "",
            f"contrast +-{percent(self.contrast)}" if self.contrast else "",
            f"saturation +-{percent(self.saturation)}" if self.saturation else "",
            f"hue +-{percent(self.hue)}" if self.hue else "",
            f"perspective up to {percent(self.perspective)}" if self.perspective else "",
            f"trivial-augment ({self.trivial})" if self.trivial != "none" else "",
            f"a rectangle erased in {percent(self.erasing)}" if self.erasing else "",
            f"mixup (alpha {self.mixup:g})" if self.mixup else "",
            f"cutmix (alpha {self.cutmix:g})" if self.cutmix else "",
        ]
        return ", ".join(part for part in parts if part) or "none"
