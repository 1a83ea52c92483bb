"""The picture that a kernel slides over: from a file, from numbers, or the one that is built in."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.decoding import decode
from pellucid.errors import DataError
from pellucid.kernels.named import read_numbers
from pellucid.trace import Floats

SAMPLE_SIDE = 96


@dataclass(frozen=True)
class Picture:
    """A picture as numbers.

    Attributes:
        name: of the file, or "sample", "numbers".
        values: float64 [C, H, W], as they stand in the file (0 to 255, or 65,535).
    """

    name: str
    values: Floats

    @property
    def channels(self) -> tuple[str, ...]:
        """What the channels are called."""
        count = len(self.values)
        return ("red", "green", "blue") if count == 3 else ("grey",) if count == 1 else tuple(map(str, range(count)))


def read_picture(given: str | Path | NDArray[Any] | Picture | None, *, grey: bool = False) -> Picture:
    """Return a picture from a file, an array, or numbers as text; None for the built-in sample.

    Args:
        given: a path; numbers in rows ("1 0 0; 0 1 0"); an array [H, W], [H, W, C] with C of 1, 3 or 4, or [C, H, W].
        grey: whether colours are put together by their brightness (ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B).

    Raises:
        DataError: there is no such picture, or it cannot be read.
        RecipeError: the numbers are none.
    """
    if given is None:
        found = sample_picture()
    elif isinstance(given, Picture):
        found = given
    elif isinstance(given, Path) or (isinstance(given, str) and (";" not in given or os.path.isfile(given))):
        found = _from_array(decode(Path(given)), Path(given).name)
    elif isinstance(given, str):
        found = Picture("numbers", read_numbers(given)[None])
    else:
        found = _from_array(np.asarray(given), "numbers")
    if grey and len(found.values) == 3:
        weighted: Floats = np.tensordot(np.array([0.299, 0.587, 0.114]), found.values, axes=1)[None]
        found = Picture(found.name, weighted)
    return found


def _from_array(array: NDArray[Any], name: str) -> Picture:
    values = array.astype(np.float64)
    if values.ndim == 2:
        values = values[None]
    elif values.ndim == 3 and values.shape[2] in (1, 3, 4):
        values = np.moveaxis(values, 2, 0)[:3]  # without transparency
    if values.ndim != 3 or not values.size or not np.isfinite(values).all():
        raise DataError(
            f"An array of shape {list(array.shape)} is not a picture.", expected="Finite numbers: [H, W] or [H, W, 3]."
        )
    return Picture(name, np.ascontiguousarray(values))


def sample_picture() -> Picture:
    """Return a grey picture of 96 x 96 with what kernels react to: a disc, a square, stripes, a slope."""
    rows, columns = np.mgrid[0:SAMPLE_SIDE, 0:SAMPLE_SIDE]
    picture = np.full((SAMPLE_SIDE, SAMPLE_SIDE), 40.0)
    picture[(rows - 26) ** 2 + (columns - 26) ** 2 < 17**2] = 210.0
    picture[10:42, 56:86] = 150.0
    picture[18:34, 63:79] = 60.0
    stripes = np.where((columns // 4) % 2 == 0, 200.0, 40.0)
    picture[54:68, 6:44] = stripes[54:68, 6:44]
    picture[72:90, 6:44] = np.where((rows // 4) % 2 == 0, 200.0, 40.0)[72:90, 6:44]
    picture[54:74, 54:90] = np.where(((rows + columns) // 5) % 2 == 0, 220.0, 60.0)[54:74, 54:90]
    picture[79:90, 54:90] = np.linspace(20, 240, 36)[None]
    return Picture("sample", picture[None])
