"""Pictures of circles, squares and triangles under noise, with the class of each pixel: made by a formula."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from pellucid.data.images import ArrayImages
from pellucid.data.mask_files import MasksInMemory
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.survey import describe_sizes
from pellucid.kinds import MaskTarget
from pellucid.records import Decision

SHAPES = "shapes"
COUNT, SIDE, SEED = 400, 64, 0
NOISE = 20.0
"""Standard deviation of the noise, of 255 levels."""
_CLASSES = ("background", "circle", "square", "triangle")
_COLOURS = ((0, 0, 0), (230, 159, 0), (86, 180, 233), (0, 158, 115))
_RADII = 8.0, 15.0
"""From a shape's centre to its border (circle) or corners, in pixels."""
_SHADES = -95.0, -55.0, 55.0, 95.0
"""Levels above the background. No two shapes of a picture share one, so that each border can be seen: twice the noise
or more."""
_TRIES = 50

_INSIDE_BY = 0.6
"""Of its radius, how far a shape's centre lies inside the picture at least: of less nobody could tell its kind."""

Floats = NDArray[np.float64]


def read_shapes() -> RawDataset:
    """Return grey pictures, each with one to four shapes of any size and turn, and their masks."""
    pictures, masks = make_shapes(COUNT, side=SIDE, seed=SEED)
    reason = f"made by a formula, and the same for everybody; noise of {NOISE:g} levels"
    return RawDataset(
        name=SHAPES,
        source=SHAPES,
        input=describe_sizes(np.array([[SIDE, SIDE]]), grey=True),
        target=MaskTarget(
            name="shape", classes=_CLASSES, values=("0", "1", "2", "3"), colours=_COLOURS, height=SIDE, width=SIDE
        ),
        inputs=ArrayImages(pictures),
        targets=MasksInMemory(masks),
        content=[hashlib.sha256(picture.tobytes()).digest() for picture in pictures],
        decisions=[Decision(name="made", value=f"{COUNT} pictures of shapes", reason=reason)],
    )


def make_shapes(count: int, *, side: int, seed: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return pictures and masks, [count, side, side] uint8 each; of masks 0 background, 1 circle, 2 square, 3 triangle.

    Everything in a mask can be told from its picture. A shape hides what it lies on, and shades are unlike, so that it
    is seen which of two lies above; and no shape lies so near another's centre that little of that one is left.

    Args:
        count: how many.
        side: of a picture, in pixels.
        seed: same seed, same pictures.
    """
    chance = np.random.default_rng(seed)
    down, across = (grid.astype(np.float64) for grid in np.mgrid[:side, :side])
    pictures = np.empty((count, side, side), np.uint8)
    masks = np.zeros((count, side, side), np.uint8)
    for place in range(count):
        slope = chance.uniform(-40, 40, 2) / side
        plain = 110 + slope[0] * (down - side / 2) + slope[1] * (across - side / 2)
        levels = plain.copy()
        others: list[tuple[Floats, float]] = []
        for shade in chance.permutation(_SHADES)[: chance.integers(1, len(_SHADES) + 1)]:
            kind = int(chance.integers(1, len(_CLASSES)))
            radius, turn = chance.uniform(*_RADII), chance.uniform(0, 2 * np.pi)
            centre = _free_centre(others, radius, side, chance)
            if centre is None:
                continue
            others.append((centre, radius))
            inside = _INSIDE[kind](down - centre[0], across - centre[1], radius, turn)
            masks[place][inside] = kind
            levels[inside] = plain[inside] + shade
        pictures[place] = np.clip(levels + chance.normal(0, NOISE, levels.shape), 0, 255).round()
    return pictures, masks


def _free_centre(
    others: Sequence[tuple[Floats, float]], radius: float, side: int, chance: np.random.Generator
) -> Floats | None:
    """Return a centre that lies from every other one at least as far as the larger of both reaches, or None."""
    for _ in range(_TRIES):
        centre = chance.uniform(_INSIDE_BY * radius, side - _INSIDE_BY * radius, 2)
        if all(np.hypot(*(centre - other)) >= max(radius, reach) for other, reach in others):
            return centre
    return None


def _circle(down: Floats, across: Floats, radius: float, turn: float) -> NDArray[np.bool_]:
    return np.asarray(down**2 + across**2 <= radius**2)


def _polygon(down: Floats, across: Floats, radius: float, turn: float, *, corners: int) -> NDArray[np.bool_]:
    """Return what lies inside a regular polygon, whose corners lie `radius` from its centre."""
    reach = radius * np.cos(np.pi / corners)
    angles = turn + 2 * np.pi * np.arange(corners) / corners
    sides = [down * np.sin(angle) + across * np.cos(angle) <= reach for angle in angles.tolist()]
    return np.asarray(np.logical_and.reduce(sides))


def _square(down: Floats, across: Floats, radius: float, turn: float) -> NDArray[np.bool_]:
    return _polygon(down, across, radius, turn, corners=4)


def _triangle(down: Floats, across: Floats, radius: float, turn: float) -> NDArray[np.bool_]:
    return _polygon(down, across, radius * 1.3, turn, corners=3)


_INSIDE: dict[int, Callable[[Floats, Floats, float, float], NDArray[np.bool_]]] = {
    1: _circle,
    2: _square,
    3: _triangle,
}
