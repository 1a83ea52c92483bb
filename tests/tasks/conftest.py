"""What the tests of this room share: a model whose outputs are known, and batches whose inputs do not matter."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pellucid.tasks import Batch


class Constant(nn.Module):
    """Gives the same outputs whatever comes in."""

    def __init__(self, outputs: Tensor) -> None:
        super().__init__()
        self.outputs = outputs

    def forward(self, inputs: Tensor) -> Tensor:
        return self.outputs


def batch_of(targets: Tensor, weights: Tensor | None = None) -> Batch:
    """Return a batch of these targets, [N, ...], and of weights of its examples, [N]."""
    return Batch(torch.zeros(len(targets), 1), targets, torch.arange(len(targets)), weights=weights)
