"""How rows of a table come into batches."""

from __future__ import annotations

import torch

from pellucid.preprocessing import prepare_inputs
from pellucid.training.batches import TensorBatches
from pellucid.training.kinds.base import Opening


def open_rows(opening: Opening) -> TensorBatches:
    """Encode the rows of a split."""
    examples = opening.examples
    indices = opening.dataset.splits[opening.split]
    inputs = prepare_inputs(opening.dataset, opening.record.preprocessing, indices)
    return TensorBatches(
        torch.from_numpy(inputs),
        examples.targets,
        examples.ids,
        opening.device,
        examples.weights,
        seed=opening.record.recipe.machine.seed,
    )
