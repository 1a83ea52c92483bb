"""What one batch draws: the parameters of each example's change."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pellucid.preprocessing.augmentation.randomness import uniforms
from pellucid.preprocessing.augmentation.spec import Augmentation

Floats = NDArray[np.float64]

# The place of each parameter among an example's random numbers is fixed for ever: choosing one more kind of change
# leaves the others as they were, and old runs can be reproduced. New ones are added at the end.
_PLACES = 11


@dataclass(frozen=True)
class Draws:
    """Parameters of N examples, each [N].

    Attributes:
        mirrored: bool.
        mirrored_vertical: bool.
        angle: radians, positive turns the picture clockwise.
        right: pixels the picture moves to the right.
        down: pixels the picture moves down.
        magnification: factor.
        brightness: factor.
        contrast: factor.
        saturation: factor.
    """

    mirrored: NDArray[np.bool_]
    mirrored_vertical: NDArray[np.bool_]
    angle: Floats
    right: Floats
    down: Floats
    magnification: Floats
    brightness: Floats
    contrast: Floats
    saturation: Floats


def draw(ids: NDArray[np.int64], *, spec: Augmentation, seed: int, epoch: int, size: tuple[int, int]) -> Draws:
    """Draw the parameters of each example (`ids` [N]) for one epoch; `size` is the (height, width) of the result."""
    random = uniforms(ids, seed=seed, epoch=epoch, count=_PLACES)
    height, width = size
    either_way = 2 * random - 1
    low, high = np.log(spec.scaling[0]), np.log(spec.scaling[1])
    return Draws(
        mirrored=random[0] < spec.mirror,
        mirrored_vertical=random[1] < spec.mirror_vertical,
        angle=np.deg2rad(spec.rotation_degrees) * either_way[2],
        right=spec.translation * width * either_way[3] + _whole(random[6], spec.crop),
        down=spec.translation * height * either_way[4] + _whole(random[7], spec.crop),
        magnification=np.exp(low + (high - low) * random[5]),
        brightness=1 + spec.brightness * either_way[8],
        contrast=1 + spec.contrast * either_way[9],
        saturation=1 + spec.saturation * either_way[10],
    )


def _whole(random: Floats, largest: int) -> Floats:
    """Turn numbers in [0, 1) into whole ones from -largest to largest, all equally likely."""
    return np.floor(random * (2 * largest + 1)) - largest
