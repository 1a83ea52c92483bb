"""Two classes of points in the plane that no straight line separates."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pellucid.errors import RecipeError, did_you_mean

Points = tuple[NDArray[np.float64], NDArray[np.int64]]
"""[N, 2] places and [N] classes 0 and 1."""


def _xor(chance: np.random.Generator, number: int) -> Points:
    corners = np.array([[-1, -1], [1, 1], [-1, 1], [1, -1]], np.float64)
    which = np.arange(number) % 4
    return corners[which] + chance.normal(0, 0.12, (number, 2)), (which >= 2).astype(np.int64)


def _circles(chance: np.random.Generator, number: int) -> Points:
    classes = np.arange(number) % 2
    angles = chance.uniform(0, 2 * np.pi, number)
    radii = np.where(classes == 0, 1.0, 0.4) + chance.normal(0, 0.05, number)
    return np.stack([radii * np.cos(angles), radii * np.sin(angles)], axis=1), classes


def _moons(chance: np.random.Generator, number: int) -> Points:
    classes = np.arange(number) % 2
    angles = chance.uniform(0, np.pi, number)
    x = np.where(classes == 0, np.cos(angles), 1 - np.cos(angles)) - 0.5
    y = np.where(classes == 0, np.sin(angles), 0.5 - np.sin(angles)) - 0.25
    return np.stack([x, y], axis=1) + chance.normal(0, 0.08, (number, 2)), classes


def _spirals(chance: np.random.Generator, number: int) -> Points:
    classes = np.arange(number) % 2
    along = np.sqrt(chance.uniform(0.02, 1, number))
    angles = along * 3 * np.pi + classes * np.pi
    places = np.stack([along * np.cos(angles), along * np.sin(angles)], axis=1)
    return places * 1.2 + chance.normal(0, 0.02, (number, 2)), classes


POINTS: dict[str, Callable[[np.random.Generator, int], Points]] = {
    "xor": _xor,
    "circles": _circles,
    "moons": _moons,
    "spirals": _spirals,
}


def make_points(name: str, *, number: int = 200, seed: int = 0) -> Points:
    """Return points of two classes.

    Raises:
        RecipeError: there is no such problem.
    """
    if name not in POINTS:
        raise RecipeError(
            f"Unknown problem '{name}'.{did_you_mean(name, POINTS)}", expected=f"One of: {', '.join(POINTS)}."
        )
    return POINTS[name](np.random.default_rng(seed), number)
