"""Kernels by their name, and kernels that are typed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.errors import RecipeError, did_you_mean
from pellucid.trace import Floats

LONGEST_GABOR = 31
MOST_TAPS = 31


@dataclass(frozen=True)
class Kernel:
    """A small picture that slides over a larger one.

    Attributes:
        name: of a named one, else "typed".
        values: float64 [height, width].
        about: what it does, in a sentence; "" for a typed one.
    """

    name: str
    values: Floats
    about: str = ""


def _kernel(name: str, values: list[list[float]], about: str, *, divided_by: float = 1.0) -> Kernel:
    return Kernel(name, np.array(values, dtype=np.float64) / divided_by, about)


KERNELS: dict[str, Kernel] = {
    kernel.name: kernel
    for kernel in (
        _kernel("identity", [[0, 0, 0], [0, 1, 0], [0, 0, 0]], "Leaves the picture as it is."),
        _kernel("edge", [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]], "Edges of any direction; flat areas become 0."),
        _kernel("laplacian", [[0, 1, 0], [1, -4, 1], [0, 1, 0]], "The second derivative: edges and single points."),
        _kernel("sharpen", [[0, -1, 0], [-1, 5, -1], [0, -1, 0]], "The picture plus its edges."),
        _kernel("box", [[1, 1, 1]] * 3, "The mean of a pixel and its neighbours.", divided_by=9),
        _kernel("gaussian", [[1, 2, 1], [2, 4, 2], [1, 2, 1]], "A mean that counts near pixels more.", divided_by=16),
        _kernel("sobel-x", [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], "How much brighter it gets to the right."),
        _kernel("sobel-y", [[-1, -2, -1], [0, 0, 0], [1, 2, 1]], "How much brighter it gets downwards."),
        _kernel("emboss", [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]], "A relief, lit from the upper left."),
    )
}
"""The named kernels, but for "gabor", which has an angle and a frequency."""

_OTHER_NAMES = {"blur": "box", "outline": "edge", "gauss": "gaussian"}


def find_kernel(given: str | Any, *, theta: float = 0.0, frequency: float = 0.15) -> Kernel:
    """Return a kernel from its name, from its numbers as text, or from an array.

    Args:
        given: a name in KERNELS, "blur" (box), "gabor", numbers such as "1 0 -1; 2 0 -2; 1 0 -1", or an array
            [height, width].
        theta: of "gabor": the direction in degrees in which its waves follow one another; 0 to the right.
        frequency: of "gabor": waves per pixel, in (0, 0.5].

    Raises:
        RecipeError: there is no such kernel, or its rows differ in length.
    """
    if not isinstance(given, str):
        return Kernel("typed", _checked(np.asarray(given, dtype=np.float64)))
    word = given.strip().lower()
    if word == "gabor":
        return gabor(theta, frequency)
    name = _OTHER_NAMES.get(word, word)
    if name in KERNELS:
        return KERNELS[name]
    if word[:1].isalpha():
        choices = [*KERNELS, "gabor", *_OTHER_NAMES]
        raise RecipeError(
            f"There is no kernel '{given}'.{did_you_mean(word, choices)}",
            expected=f"One of {', '.join(choices)}, or numbers: '1 0 -1; 2 0 -2; 1 0 -1'.",
        )
    return Kernel("typed", _checked(read_numbers(given)))


def read_numbers(words: str) -> Floats:
    """Return numbers written in rows: ";" or a new line ends a row, blanks or commas stand between numbers.

    Raises:
        RecipeError: they are no numbers, or the rows differ in length.

    Example:
        read_numbers("1 0 -1; 2 0 -2; 1 0 -1")
    """
    rows = [row.replace(",", " ").split() for row in words.replace("\n", ";").split(";") if row.strip()]
    try:
        numbers = [[float(word) for word in row] for row in rows]
    except ValueError as problem:
        raise RecipeError(f"'{words}' is not made of numbers ({problem}).", expected="E.g. '1 0 -1; 2 0 -2'.") from None
    if not numbers or len({len(row) for row in numbers}) != 1:
        raise RecipeError(
            f"The rows of '{words}' hold {', '.join(str(len(row)) for row in numbers) or 'no'} numbers.",
            expected="Rows of one length, with ';' between them.",
        )
    array = np.array(numbers, dtype=np.float64)
    if not np.isfinite(array).all():
        raise RecipeError(f"'{words}' holds a number that is not finite.")
    return array


def gabor(theta: float, frequency: float) -> Kernel:
    """Return the even Gabor filter: a wave under a bell (Daugman 1985), without its mean, so that flat areas become 0.

    exp(-(x'^2 + y'^2 / 4) / (2 s^2)) cos(2 pi f x'), x' along `theta`, and s = 0.56 / f, which lets pass one octave.

    Args:
        theta: degrees.
        frequency: f in waves per pixel, in (0, 0.5].

    Raises:
        RecipeError: the frequency lies outside.
    """
    if not 0 < frequency <= 0.5 or not math.isfinite(theta):
        raise RecipeError(
            f"A Gabor filter of frequency {frequency:g} and angle {theta:g} cannot be made.",
            expected="A frequency in waves per pixel: above 0, at most 0.5; an angle in degrees.",
        )
    spread = 0.56 / frequency
    half = min(max(math.ceil(2.5 * spread), 1), LONGEST_GABOR // 2)
    rows, columns = np.mgrid[-half : half + 1, -half : half + 1].astype(np.float64)
    angle = math.radians(theta)
    along = columns * math.cos(angle) + rows * math.sin(angle)
    across = -columns * math.sin(angle) + rows * math.cos(angle)
    bell = np.exp(-(along**2 + across**2 / 4) / (2 * spread**2))
    wave = bell * np.cos(2 * math.pi * frequency * along)
    values: Floats = wave - bell * (wave.sum() / bell.sum())
    about = f"Stripes of {1 / frequency:.3g} pixels that follow one another at {theta:g} degrees."
    return Kernel("gabor", values, about)


def _checked(values: Floats) -> Floats:
    if values.ndim != 2 or not values.size or max(values.shape) > MOST_TAPS or not np.isfinite(values).all():
        raise RecipeError(
            f"A kernel of shape {list(values.shape)} cannot be used.",
            expected=f"Finite numbers in rows and columns, at most {MOST_TAPS} of each.",
        )
    return values
