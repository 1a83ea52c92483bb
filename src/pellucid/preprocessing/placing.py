"""Where on a picture its canvas lies: the way back from the network's input to the pixels that a person sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.preprocessing.framing import far_ends, resized_size, window_of
from pellucid.preprocessing.image import ImagePreprocessing


@dataclass(frozen=True)
class Placement:
    """The rectangle of a picture that became a canvas, in the picture's own pixels.

    Attributes:
        picture: (height, width) of the picture.
        canvas: (height, width) of the canvas.
        top, left: of the rectangle; negative where the canvas shows bars beside the picture.
        height, width: of the rectangle.
    """

    picture: tuple[int, int]
    canvas: tuple[int, int]
    top: float
    left: float
    height: float
    width: float

    def on_picture(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """Lay a map of the canvas over the picture.

        Args:
            values: [H, W] of the canvas' size, or a coarser [h, w] that covers the same field evenly.

        Returns:
            [height, width] float32 of the picture's size, bilinear between the centres of the map's cells; NaN where
            the canvas does not reach.
        """
        rows, seen_rows = self._places(self.picture[0], self.top, self.height, values.shape[0])
        columns, seen_columns = self._places(self.picture[1], self.left, self.width, values.shape[1])
        laid = _between(_between(np.asarray(values, np.float64), rows).T, columns).T
        laid[~seen_rows] = np.nan
        laid[:, ~seen_columns] = np.nan
        return laid.astype(np.float32)

    def resized(self, height: int, width: int) -> Placement:
        """Return the same place on the picture resized to this height and width."""
        down, across = height / self.picture[0], width / self.picture[1]
        return Placement(
            picture=(height, width),
            canvas=self.canvas,
            top=self.top * down,
            left=self.left * across,
            height=self.height * down,
            width=self.width * across,
        )

    @staticmethod
    def _places(pixels: int, start: float, length: float, cells: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """Return [pixels] places among the cells' centres, and whether each pixel lies on the canvas."""
        share = (np.arange(pixels) + 0.5 - start) / length
        return np.clip(share * cells - 0.5, 0, cells - 1), (share >= 0) & (share <= 1)


def place_canvas(preprocessing: ImagePreprocessing, height: int, width: int) -> Placement:
    """Return where the canvas of a picture of this size lies on it.

    Args:
        preprocessing: of the run.
        height, width: of the picture, in pixels, as decoded.
    """
    rows, columns = (slice(0, height), slice(0, width))
    if preprocessing.resize == "crop":
        rows, columns = far_ends(height, width, preprocessing.height, preprocessing.width)
    h, w = rows.stop - rows.start, columns.stop - columns.start
    resized = resized_size(h, w, preprocessing.height, preprocessing.width, preprocessing.resize)
    scales = (h / resized[0], w / resized[1])
    wanted = (preprocessing.height, preprocessing.width)
    starts = []
    for have, want in zip(resized, wanted, strict=True):
        inside, (before, _) = window_of(have, want, 0)
        starts.append(inside.start - before)
    return Placement(
        picture=(height, width),
        canvas=wanted,
        top=rows.start + starts[0] * scales[0],
        left=columns.start + starts[1] * scales[1],
        height=wanted[0] * scales[0],
        width=wanted[1] * scales[1],
    )


def _between(values: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return [len(places), ...]: the rows of `values` at fractional places, linearly between them."""
    below = np.floor(places).astype(np.int64)
    above = np.minimum(below + 1, len(values) - 1)
    share = (places - below)[:, None]
    mixed: NDArray[np.float64] = values[below] * (1 - share) + values[above] * share
    return mixed
