"""How texts come into batches: texts of like length together, and none longer than its batch's longest."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from pellucid.preprocessing import PADDING, prepare_inputs
from pellucid.tasks import Batch
from pellucid.training.batches import TensorBatches, split_evenly
from pellucid.training.kinds.base import Opening

SORTED_TOGETHER = 16
"""Batches whose texts are sorted by length: few enough that an epoch is still in random order."""


@dataclass(frozen=True)
class TextBatches(TensorBatches):
    """Numbers of tokens, kept in as few bytes as hold them; a batch is cut to its longest text.

    Padding changes no answer of a network, so what is cut off costs time alone.

    Attributes:
        by_length: whether texts of like length come into one batch.
    """

    by_length: bool = True

    def batch(self, indices: Tensor, *, epoch: int | None) -> Batch:
        """Gather, cut off what is padding in all of them, and move."""
        whole = super().batch(indices, epoch=epoch)
        used = (whole.inputs != PADDING).any(dim=0).nonzero()
        width = int(used.max()) + 1 if len(used) else 1
        return replace(whole, inputs=whole.inputs[:, :width].long())

    def arranged(self, order: Tensor, batch_size: int) -> Tensor:
        """Sort the texts of each 16 batches by length, and leave these batches in random order.

        Most texts are short, and a batch is as long as its longest. Of what counts token by token the order stays:
        there a token among short texts would weigh more.
        """
        if self.counts is not None or not self.by_length:
            return order
        arranged: list[Tensor] = []
        batches = list(split_evenly(order, batch_size))
        for start in range(0, len(batches), SORTED_TOGETHER):
            sizes = [len(batch) for batch in batches[start : start + SORTED_TOGETHER]]
            some = torch.cat(batches[start : start + SORTED_TOGETHER])
            by_length = self.lengths[some % len(self)].argsort(stable=True)
            # Where its middle text stood says when a batch comes: as random as the order that was given. Larger ones
            # stay in front, as `split_evenly` cuts them.
            parts = sorted(torch.split(by_length, sizes), key=lambda part: (-len(part), int(part[len(part) // 2])))
            arranged += [some[part] for part in parts]
        return torch.cat(arranged) if arranged else order

    @cached_property
    def lengths(self) -> Tensor:
        """[N] tokens of each text."""
        return (self.inputs[torch.arange(len(self))] != PADDING).sum(dim=1)


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
        by_length=opening.record.by_length,
    )
