"""A moving average of the weights, which often answers better than the last weights themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class WeightAverage:
    """Exponential moving average of every floating-point weight and buffer (Tarvainen & Valpola 2017).

    After step t the average moves by 1 - d towards the weights, d = min(decay, (1 + t) / (10 + t)): short at first, so
    that the random start is soon forgotten.

    Args:
        models: by name; the average begins where they are.
        decay: how much of the average stays at each step, in [0, 1).
    """

    def __init__(self, models: Mapping[str, nn.Module], decay: float) -> None:
        self.decay = decay
        self.updates = 0
        # Counters of batches and the like are whole numbers, of which there is no average.
        self._live = {
            f"{name}/{key}": tensor
            for name, model in models.items()
            for key, tensor in model.state_dict().items()
            if tensor.is_floating_point()
        }
        self.tensors: dict[str, Tensor] = {key: tensor.clone() for key, tensor in self._live.items()}

    @torch.no_grad()
    def update(self) -> None:
        """Move towards the weights as they are now; called after each optimizer step."""
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        torch._foreach_lerp_(list(self.tensors.values()), list(self._live.values()), 1 - decay)

    @contextmanager
    def applied(self) -> Iterator[None]:
        """Put the average into the models for the length of a `with` block."""
        with torch.no_grad():
            # Copied into the very tensors and not swapped: optimizers and views of memory hold these.
            kept = {key: tensor.clone() for key, tensor in self._live.items()}
            self._copy(self.tensors)
        try:
            yield
        finally:
            with torch.no_grad():
                self._copy(kept)

    def restore(self, tensors: Mapping[str, Tensor], updates: int) -> None:
        """Take up an average from a checkpoint."""
        self.updates = updates
        with torch.no_grad():
            for key, tensor in self.tensors.items():
                tensor.copy_(tensors[key])

    def _copy(self, tensors: Mapping[str, Tensor]) -> None:
        for key, tensor in self._live.items():
            tensor.copy_(tensors[key])
