"""Some examples of a split, prepared as the network takes them, and what their targets are in words."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.kinds import SplitName
from pellucid.prediction import Predictor
from pellucid.preprocessing import Canvases, open_inputs

BATCH = 256
BATCH_NUMBERS = 1 << 22
"""Most numbers in a batch of inputs: what layers make of it takes many times as much."""


@dataclass(frozen=True)
class Examples:
    """Examples of a split that are looked at.

    Attributes:
        predictor: the trained network, with its preprocessing.
        dataset: where they come from.
        split: which they belong to.
        indices: [n] int64 places in the dataset, ascending.
    """

    predictor: Predictor
    dataset: Dataset
    split: SplitName
    indices: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.indices)

    @cached_property
    def inputs(self) -> Canvases | NDArray[np.float32]:
        """The prepared inputs: uint8 canvases [n, H, W, C] or float32 rows [n, D], to be cut in slices."""
        recipe = self.predictor.record.recipe
        preprocessing = self.predictor.record.preprocessing
        return open_inputs(self.dataset, preprocessing, self.indices, workers=recipe.workers, keep=recipe.cache)

    @property
    def targets(self) -> NDArray[Any]:
        """[n] or [n, L] targets, as the dataset has them."""
        return self.dataset.targets[self.indices]

    def picture(self, place: int) -> NDArray[np.uint8]:
        """Return [H, W, C] uint8: an example as the network is given it, before normalisation."""
        return np.asarray(self.inputs[place : place + 1][0], np.uint8)

    def name(self, place: int) -> str:
        """Return an example's name."""
        return self.dataset.example_name(int(self.indices[place]))
