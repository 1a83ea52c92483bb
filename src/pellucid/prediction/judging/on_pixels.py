"""Answers for each pixel of a picture, whatever is answered: one for a whole picture, put together of its parts'."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from pellucid.prediction.records import Prediction


class PixelPrediction(Prediction):
    """Each pixel is answered. A picture that is larger than the run's canvas is answered in parts."""

    @classmethod
    def of_tiles(cls, tiles: Sequence[Tile], size: tuple[int, int], seen: NDArray[np.uint8]) -> Self:
        """Return the prediction of a picture whose parts were answered, still without a name.

        Args:
            tiles: that cover it.
            size: (h, w) of it.
            seen: [h, w, C] its levels.
        """
        raise NotImplementedError

    @classmethod
    def of(cls, other: Prediction) -> Self:
        """Return a prediction that is known to be of this kind, typed as such.

        Raises:
            TypeError: it is of another.
        """
        if not isinstance(other, cls):
            raise TypeError(f"This is about {cls.__name__}, not about {type(other).__name__}.")
        return other


@dataclass(frozen=True)
class Tile:
    """A part of a picture that was answered on a canvas, in whose middle it lies.

    Attributes:
        answered: the canvas's prediction.
        place: row and column of its first pixel in the picture.
        size: (height, width) of the part.
    """

    answered: PixelPrediction
    place: tuple[int, int]
    size: tuple[int, int]

    def cut(self, values: NDArray[Any]) -> NDArray[Any]:
        """Return what of [H, W, ...] values of the canvas is the part's."""
        top, left = ((have - want) // 2 for have, want in zip(values.shape, self.size, strict=False))
        return values[top : top + self.size[0], left : left + self.size[1]]


def stitched(
    tiles: Sequence[Tile], size: tuple[int, int], values: Callable[[PixelPrediction], NDArray[Any]]
) -> NDArray[Any]:
    """Return [h, w, ...] values of a picture: of each pixel those of the part that has it most inside.

    Near the border of a part a network knows least of what lies around.

    Args:
        tiles: that cover the picture.
        size: (h, w) of it.
        values: gives [H, W, ...] of a canvas's prediction.
    """
    parts = [tile.cut(values(tile.answered)) for tile in tiles]
    whole = np.zeros((*size, *parts[0].shape[2:]), parts[0].dtype)
    inside = np.full(size, -1, np.int32)
    for tile, part in zip(tiles, parts, strict=True):
        (top, left), (height, width) = tile.place, tile.size
        here = (slice(top, top + height), slice(left, left + width))
        rows, columns = _to_border(top, height, size[0]), _to_border(left, width, size[1])
        depth = np.minimum(rows[:, None], columns[None, :])
        best = depth > inside[here]
        whole[here][best] = part[best]
        inside[here] = np.maximum(inside[here], depth)
    return whole


def _to_border(start: int, length: int, whole: int) -> NDArray[np.int32]:
    """Return [length] how far each place of a part lies from the part's ends; ends of the whole count as none."""
    places = np.arange(length, dtype=np.int32)
    before = places if start > 0 else np.full(length, whole, np.int32)
    after = places[::-1] if start + length < whole else np.full(length, whole, np.int32)
    return np.minimum(before, after)
