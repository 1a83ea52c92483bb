"""Some examples of a split, prepared as the network takes them, and what their targets are in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from pellucid.data import Dataset, shuffled
from pellucid.errors import RecipeError, RunError
from pellucid.features.kinds import PICTURES
from pellucid.kinds import SPLITS, SplitName
from pellucid.prediction import Answer, Predictor
from pellucid.preprocessing import ImagePreprocessing, Prepared, open_inputs

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
        indices: [n] int64, in the dataset, ascending.
    """

    predictor: Predictor
    dataset: Dataset
    split: SplitName
    indices: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.indices)

    @cached_property
    def inputs(self) -> Prepared:
        """The prepared inputs: uint8 canvases [n, H, W, C] or float32 rows [n, D], to be cut in slices."""
        recipe = self.predictor.record.recipe
        preprocessing = self.predictor.record.preprocessing
        return open_inputs(
            self.dataset, preprocessing, self.indices, workers=recipe.machine.workers, keep=recipe.machine.cache
        )

    @property
    def targets(self) -> NDArray[Any]:
        """[n] or [n, L] targets, as the dataset has them."""
        return self.dataset.targets[self.indices]

    def picture(self, index: int) -> NDArray[np.uint8]:
        """Return [H, W, C] uint8: an example as the network is given it, before normalisation."""
        return np.asarray(self.inputs[index : index + 1][0], np.uint8)

    def name(self, index: int) -> str:
        """Return an example's name."""
        return self.dataset.example_name(int(self.indices[index]))

    def target_words(self, index: int) -> str:
        """Return an example's target in words."""
        return self.dataset.target.words(self.targets[index])

    def batches(self) -> Iterator[tuple[int, Tensor]]:
        """Yield (index of the first, the network's input) for batch after batch."""
        numbers = max(1, int(np.prod(self.predictor.record.model.input_shape)))
        size = max(1, min(BATCH, BATCH_NUMBERS // numbers))
        for start in range(0, len(self), size):
            yield start, self.predictor.to_tensor(self.inputs[start : start + size])

    @cached_property
    def answer(self) -> Answer:
        """What the network says of them."""
        return self.predictor.answer(self.predictor.outputs(self.inputs))


def choose_examples(predictor: Predictor, dataset: Dataset, split: SplitName, *, limit: int, seed: int = 0) -> Examples:
    """Return examples of a split: all, or `limit` of them chosen by the seed.

    Raises:
        RecipeError: there is no such split, or the test split is asked for: who may open it does so before.
        RunError: the split is empty.
    """
    if split not in SPLITS:
        raise RecipeError(f"Unknown split '{split}'.", expected=f"One of: {', '.join(SPLITS)}.")
    indices = dataset.splits[split]
    if not len(indices):
        raise RunError(f"The {split} split of '{dataset.name}' is empty.", fix="Choose another with --split.")
    if len(indices) > limit:
        indices = np.sort(shuffled(indices, len(dataset), seed=seed)[:limit])
    return Examples(predictor, dataset, split, indices)


def need_pictures(predictor: Predictor, what: str) -> ImagePreprocessing:
    """Return the preprocessing of a run on pictures.

    Raises:
        RecipeError: the run is on something else.
    """
    record = predictor.record
    if record.preprocessing.kind not in PICTURES:
        trained_on = record.dataset.input.many
        raise RecipeError(f"{what} are of pictures, and '{record.name}' was trained on {trained_on}.")
    return ImagePreprocessing.of(record.preprocessing)
