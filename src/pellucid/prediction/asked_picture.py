"""Pictures that are asked about."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, ImageInputs, to_eight_bits
from pellucid.prediction.asked import Asked
from pellucid.prediction.given import Given
from pellucid.prediction.predictor import Predictor
from pellucid.preprocessing import ImagePreprocessing, pixels_of, prepare_inputs


class AskedPicture:
    """A picture has pixels, and is compared with the training's where it is new."""

    def of_dataset(self, preprocessing: ImagePreprocessing, dataset: Dataset, index: int) -> Asked:
        """Return a picture of the dataset."""
        inputs = ImageInputs.of(dataset.inputs)
        prepared = prepare_inputs(dataset, preprocessing, np.array([index]))
        return Asked(dataset.example_name(index), index, prepared, pixels=pixels_of(inputs, index, preprocessing))

    def of_new(self, predictor: Predictor, source: Given) -> Asked:
        """Return a picture file, or pixels."""
        name = str(source) if isinstance(source, str | Path) else ""
        found = predictor.read(source)
        return Asked(name, None, found.canvas[None], pixels=found.pixels, unlike=found.unlike)

    def picture(self, dataset: Dataset, index: int) -> NDArray[Any]:
        """Return its pixels; of floats eight bits."""
        pixels: NDArray[Any] = ImageInputs.of(dataset.inputs).pixels(index)
        return to_eight_bits(pixels) if pixels.dtype.kind == "f" else pixels
