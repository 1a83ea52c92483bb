"""The fixed examples that a landscape's loss is the mean over, as the task takes them."""

from __future__ import annotations

import numpy as np

from pellucid.data import Dataset, shuffled
from pellucid.errors import RecipeError, RunError
from pellucid.kinds import SplitName
from pellucid.prediction import Predictor
from pellucid.tasks import Batch


def draw_sample(predictor: Predictor, dataset: Dataset, split: SplitName, *, limit: int, seed: int) -> Batch:
    """Return at most `limit` examples of a split, not augmented, chosen by the seed: always the same.

    Raises:
        RecipeError: the split is the sealed one.
        RunError: it is empty.
    """
    if split == "test":
        raise RecipeError("The test split is sealed.", fix="Measure the loss on train or val.")
    indices = dataset.splits[split]
    if not len(indices):
        raise RunError(f"The {split} split of '{dataset.name}' is empty.", fix="Choose another with --split.")
    if len(indices) > limit:
        indices = np.sort(shuffled(indices, len(dataset), seed=seed)[:limit])
    return predictor.batch(dataset, indices)
