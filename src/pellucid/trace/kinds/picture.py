"""Pictures: from the levels to the network's input."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from pellucid.prediction import Asked
from pellucid.preprocessing import ImagePreprocessing
from pellucid.trace.arithmetic import Factor
from pellucid.trace.call import Explained, Position, one
from pellucid.trace.surroundings import Surrounding, step_around


class PictureBeginning:
    """A trace of a picture begins at its levels, and its values lie on it."""

    def begin(self, preprocessing: ImagePreprocessing, asked: Asked, inputs: Tensor) -> Surrounding:
        """Return the step from the levels."""
        return picture_to_input(preprocessing, asked.prepared[0], inputs)

    def picture(self, asked: Asked) -> NDArray[np.uint8]:
        """Return [H, W, C] uint8 that the network is shown."""
        canvas: NDArray[np.uint8] = asked.prepared[0]
        return canvas


def picture_to_input(preprocessing: ImagePreprocessing, canvas: NDArray[np.uint8], inputs: Tensor) -> Surrounding:
    """Return the step from a picture's levels to the network's input.

    Args:
        preprocessing: of the run.
        canvas: [H, W, C] uint8, the picture at the network's size.
        inputs: [1, C, H, W] float32.
    """

    def explain(at: Position) -> Explained:
        _, channel, row, column = at
        level = float(canvas[row, column, channel])
        mean, deviation = preprocessing.mean[channel], preprocessing.std[channel]
        factors = (
            Factor("level", np.array(level)),
            Factor("mean", np.array(mean)),
            Factor("deviation", np.array(deviation)),
        )
        return Explained(
            "(level / 255 - mean) / deviation",
            one((level / 255 - mean) / deviation),
            factors,
            note=f"the level of the pixel in row {row}, column {column} of the picture at the network's size",
            magnitude=(level / 255 + abs(mean)) / deviation,
        )

    return Surrounding((step_around("input", "normalise", canvas, inputs, explain, ()),), None)
