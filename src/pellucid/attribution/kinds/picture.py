"""Pictures: maps lie on the picture as the user knows it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn

from pellucid.attribution.kinds.base import Shown
from pellucid.data import Dataset, ImageInputs, thumbnail
from pellucid.prediction import Asked
from pellucid.preprocessing import ImagePreprocessing, place_canvas

THUMBNAIL = 160


class PictureExplained:
    """A picture shows itself."""

    nothing = "the mean colour of the pictures the network learned from"

    def shown(self, preprocessing: ImagePreprocessing, asked: Asked) -> Shown:
        """Return the picture, and where the network's input lies on it."""
        if asked.pixels is None:
            return Shown()
        placement = place_canvas(preprocessing, *asked.pixels.shape[:2])
        return Shown(picture=preprocessing.shown(asked.pixels), placement=placement)

    def thumbnail(self, dataset: Dataset, index: int) -> NDArray[np.uint8]:
        """Return the picture, at most 160 pixels a side."""
        return thumbnail(ImageInputs.of(dataset.inputs).pixels(index), side=THUMBNAIL)

    def by_degrees(self, model: nn.Module, inputs: Tensor) -> tuple[nn.Module, Tensor]:
        """Return both as they are: their numbers are measured."""
        return model, inputs
