"""What one batch draws: the parameters of each example's change."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pellucid.preprocessing.augmentation.erasing import Rectangles, draw_rectangles
from pellucid.preprocessing.augmentation.randomness import uniforms
from pellucid.preprocessing.augmentation.spec import Augmentation
from pellucid.preprocessing.augmentation.trivial import Trivial, draw_trivial

Floats = NDArray[np.float64]

# The place of each parameter among an example's random numbers is fixed for ever: choosing one more kind of change
# leaves the others as they were, and old runs can be reproduced. New ones are added at the end.
_PLACES = 28
_HUE, _CORNERS, _TRIVIAL, _ERASING = 11, slice(12, 20), slice(20, 23), slice(23, 28)


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
        hue: share of the colour circle; None where nobody's changes.
        shear_x, shear_y: x is moved by -shear_x y and then y by -shear_y x; None where nobody's are.
        corners: [N, 4, 2] pixels (x, y) that the corners are moved by; None where nobody's are.
        trivial: the one more change of TrivialAugment whose kind is no affine map; None without it.
        erased: what is painted over; None where nothing is.
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
    hue: Floats | None = None
    shear_x: Floats | None = None
    shear_y: Floats | None = None
    corners: Floats | None = None
    trivial: Trivial | None = None
    erased: Rectangles | None = None


def draw(ids: NDArray[np.int64], *, spec: Augmentation, seed: int, epoch: int, size: tuple[int, int]) -> Draws:
    """Draw the parameters of each example (`ids` [N]) for one epoch; `size` is the (height, width) of the result."""
    random = uniforms(ids, seed=seed, epoch=epoch, count=_PLACES)
    height, width = size
    either_way = 2 * random - 1
    low, high = np.log(spec.scaling[0]), np.log(spec.scaling[1])
    draws = Draws(
        mirrored=random[0] < spec.mirror,
        mirrored_vertical=random[1] < spec.mirror_vertical,
        angle=np.deg2rad(spec.rotation_degrees) * either_way[2],
        right=spec.translation * width * either_way[3] + _whole(random[6], spec.crop),
        down=spec.translation * height * either_way[4] + _whole(random[7], spec.crop),
        magnification=np.exp(low + (high - low) * random[5]),
        brightness=1 + spec.brightness * either_way[8],
        contrast=1 + spec.contrast * either_way[9],
        saturation=1 + spec.saturation * either_way[10],
        hue=spec.hue * either_way[_HUE] if spec.hue else None,
        corners=_moved_corners(either_way[_CORNERS], spec.perspective, size) if spec.perspective else None,
        erased=draw_rectangles(random[_ERASING], spec.erasing, size) if spec.erasing else None,
    )
    if spec.trivial == "none":
        return draws
    return _with_trivial(draws, draw_trivial(random[_TRIVIAL], spec.trivial))


def _moved_corners(either_way: Floats, perspective: float, size: tuple[int, int]) -> Floats:
    """Turn [8, N] numbers in [-1, 1) into [N, 4, 2] shifts of the four corners in pixels."""
    height, width = size
    reach = np.array([width / 2, height / 2]) * perspective
    return np.asarray(either_way.T.reshape(-1, 4, 2) * reach)


def _with_trivial(draws: Draws, trivial: Trivial) -> Draws:
    """Fold the kinds that are affine maps of places or colours into the others."""
    return replace(
        draws,
        shear_x=trivial.amount("shear-x"),
        shear_y=trivial.amount("shear-y"),
        right=draws.right + trivial.amount("translate-x"),
        down=draws.down + trivial.amount("translate-y"),
        angle=draws.angle + np.deg2rad(trivial.amount("rotate")),
        brightness=draws.brightness * (1 + trivial.amount("brightness")),
        contrast=draws.contrast * (1 + trivial.amount("contrast")),
        saturation=draws.saturation * (1 + trivial.amount("saturation")),
        trivial=trivial,
    )


def _whole(random: Floats, largest: int) -> Floats:
    """Turn numbers in [0, 1) into whole ones from -largest to largest, all equally likely."""
    return np.floor(random * (2 * largest + 1)) - largest
