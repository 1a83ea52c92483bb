"""Points in a plane that belong to classes: figures made by a formula, with as much noise as is asked for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pellucid.errors import RecipeError, did_you_mean

Floats = NDArray[np.float64]
Points = tuple[Floats, NDArray[np.int64]]
"""[N, 2] places and [N] classes from 0 on."""
Figure = Callable[[np.random.Generator, NDArray[np.int64], int], Floats]
"""From chance, the class of each of N points and the number of classes to [N, 2] places, without noise."""


def _around(angles: Floats) -> Floats:
    """Return [N, 2] places on the circle of radius 1."""
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _gaussians(chance: np.random.Generator, classes: NDArray[np.int64], num_classes: int) -> Floats:
    """Round clouds, their middles evenly around a circle, each the narrower the nearer the next one is."""
    angles = 2 * np.pi * classes / num_classes + np.pi / 4
    middles: Floats = np.sqrt(2) * _around(angles)
    return middles + chance.normal(0, 0.5 * np.sin(np.pi / num_classes), middles.shape)


def _xor_cloud(chance: np.random.Generator, classes: NDArray[np.int64], num_classes: int) -> Floats:
    """Clouds in four corners, opposite ones of one class: equal signs, or different ones."""
    side = np.where(chance.random(len(classes)) < 0.5, 1.0, -1.0)
    corners = np.stack([side, np.where(classes == 0, side, -side)], axis=1)
    return corners + chance.normal(0, 0.25, corners.shape)


def _circles(chance: np.random.Generator, classes: NDArray[np.int64], num_classes: int) -> Floats:
    """Circles around one middle, the first class the largest."""
    angles = chance.uniform(0, 2 * np.pi, len(classes))
    radii = 1 - 0.6 * classes / (num_classes - 1)
    places: Floats = radii[:, None] * _around(angles)
    return places


def _moons(chance: np.random.Generator, classes: NDArray[np.int64], num_classes: int) -> Floats:
    """Two half circles, each with an end in the other's hollow."""
    angles = chance.uniform(0, np.pi, len(classes))
    x = np.where(classes == 0, np.cos(angles), 1 - np.cos(angles)) - 0.5
    y = np.where(classes == 0, np.sin(angles), 0.5 - np.sin(angles)) - 0.25
    return np.stack([x, y], axis=1)


def _spiral(chance: np.random.Generator, classes: NDArray[np.int64], num_classes: int) -> Floats:
    """Arms that wind around one middle: two of one and a half turns; of more fewer, so that arms stay as far apart."""
    along = np.sqrt(chance.uniform(0.02, 1, len(classes)))
    angles = along * 6 * np.pi / num_classes + 2 * np.pi * classes / num_classes
    places: Floats = 1.2 * along[:, None] * _around(angles)
    return places


FIGURES: dict[str, Figure] = {
    "circles": _circles,
    "gaussians": _gaussians,
    "moons": _moons,
    "spiral": _spiral,
    "xor-cloud": _xor_cloud,
}
"""By name. `moons` and `xor-cloud` are of two classes, the others of any number."""


def make_points(name: str, *, number: int = 200, classes: int = 2, noise: float = 0.1, seed: int = 0) -> Points:
    """Return points of a figure, of each class as many, one more of the first ones where that does not come out even.

    Args:
        name: one of `FIGURES`.
        number: of points.
        classes: how many.
        noise: how far points are moved, by chance and each way alike: the deviation, as a share of the figure's spread
            (the root of the mean square of all coordinates around their middles).
        seed: the same one gives the same points.

    Raises:
        RecipeError: there is no such figure.
    """
    if name not in FIGURES:
        raise RecipeError(
            f"Unknown figure '{name}'.{did_you_mean(name, FIGURES)}", expected=f"One of: {', '.join(FIGURES)}."
        )
    chance = np.random.default_rng(seed)
    which = np.arange(number) % classes
    places = FIGURES[name](chance, which, classes)
    spread = float(np.sqrt(((places - places.mean(axis=0)) ** 2).mean()))
    return places + chance.normal(0, noise * spread, places.shape), which
