"""How texts come into batches: none longer than its longest text."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from pellucid.preprocessing import PADDING, prepare_inputs
from pellucid.tasks import Batch
from pellucid.training.batches import TensorBatches
from pellucid.training.kinds.base import Opening


@dataclass(frozen=True)
class TextBatches(TensorBatches):
    """Numbers of tokens, kept in as few bytes as hold them; a batch is cut to its longest text.

    Padding changes no answer of a network, so what is cut off costs time alone.
    """

    def batch(self, places: Tensor, *, epoch: int | None) -> Batch:
        """Gather, cut off what is padding in all of them, and move."""
        whole = super().batch(places, epoch=epoch)
        used = (whole.inputs != PADDING).any(dim=0).nonzero()
        width = int(used.max()) + 1 if len(used) else 1
        return replace(whole, inputs=whole.inputs[:, :width].long())


def open_texts(opening: Opening) -> TextBatches:
    """Turn the texts of a split into tokens."""
    examples = opening.examples
    indices = opening.dataset.splits[opening.split]
    prepared = prepare_inputs(opening.dataset, opening.record.preprocessing, indices)
    return TextBatches(
        torch.from_numpy(prepared.astype("int32")),
        examples.targets,
        examples.ids,
        opening.device,
        examples.weights,
        examples.counts,
        seed=opening.record.recipe.machine.seed,
    )
