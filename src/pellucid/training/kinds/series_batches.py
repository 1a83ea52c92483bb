"""How series come into batches."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from pellucid.preprocessing import Prepared, open_inputs
from pellucid.training.batches import TensorBatches
from pellucid.training.kinds.base import Opening


@dataclass(frozen=True)
class WindowsOnDemand:
    """Windows that are cut and scaled when a batch wants them: a few bytes each, however much they overlap.

    Attributes:
        prepared: N of them.
    """

    prepared: Prepared

    def __getitem__(self, rows: Tensor | int) -> Tensor:
        """Return [n, C, T] float32 of [n] indices, or [C, T] of one."""
        indices = torch.as_tensor(rows).reshape(-1)
        windows = torch.from_numpy(self.prepared.take(indices.numpy(force=True)))
        return windows[0] if isinstance(rows, int) else windows


def open_series(opening: Opening) -> TensorBatches:
    """Open the series of a split."""
    examples = opening.examples
    prepared = open_inputs(opening.dataset, opening.record.preprocessing, opening.dataset.splits[opening.split])
    return TensorBatches(
        WindowsOnDemand(prepared),
        examples.targets,
        examples.ids,
        opening.device,
        examples.weights,
        seed=opening.record.recipe.machine.seed,
    )
