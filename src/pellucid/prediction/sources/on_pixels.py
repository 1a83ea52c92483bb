"""Pictures whose every pixel is answered: as large as they are, in parts where the run's canvas is smaller."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.prediction.judging.on_pixels import PixelPrediction, Tile
from pellucid.prediction.records import Prediction
from pellucid.prediction.sources.base import Judge
from pellucid.preprocessing import ImagePreprocessing
from pellucid.tasks import starts_of

_OVERLAP = 0.25
"""Share of a canvas that neighbouring parts have in common, at least."""


def answer_pixels(sized: NDArray[np.uint8], preprocessing: ImagePreprocessing, judge: Judge) -> Prediction:
    """Return the prediction of one picture, still without a name.

    Args:
        sized: [h, w, C] its levels, of any size.
        preprocessing: of the run.
        judge: the run's predictor.
    """
    (height, width), size = preprocessing.canvas_size, (sized.shape[0], sized.shape[1])
    places = [
        (top, left)
        for top in starts_of(size[0], height, int(_OVERLAP * height))
        for left in starts_of(size[1], width, int(_OVERLAP * width))
    ]
    tiles = []
    for top, left in places:
        part = sized[top : top + height, left : left + width]
        (answered,) = judge(preprocessing.framed(part)[None])
        if not answered.is_answered:
            return answered
        tiles.append(Tile(PixelPrediction.of(answered), (top, left), (part.shape[0], part.shape[1])))
    return type(tiles[0].answered).of_tiles(tiles, size, preprocessing.in_channels(sized))
