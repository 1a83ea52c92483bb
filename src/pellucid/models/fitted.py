"""Models that are fitted in one pass, without gradients."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, replace

from torch import Tensor, nn

from pellucid.models.tensors import Wanted


@dataclass(frozen=True)
class Fitting:
    """Training examples, whole.

    Attributes:
        inputs: [N, ...] as the model takes them.
        targets: [N, ...] as the task takes them.
        spans: [N, 2] int64, the first and last position of each example's target on an axis that they share; None where
            they share none.
    """

    inputs: Tensor
    targets: Tensor
    spans: Tensor | None


class Fitted(nn.Module, ABC):
    """Base of models that learn by looking at all examples once.

    What they learn are buffers, not parameters, and how long these are is known when it is learned: a checkpoint's
    may have any length.
    """

    @abstractmethod
    def fit(self, examples: Fitting) -> None:
        """Learn from examples, and forget what was learned before."""

    @abstractmethod
    def faults(self, tensors: Mapping[str, Tensor]) -> list[str]:
        """Return what cannot be in something that was learned before, in words; nothing where all is in order.

        Args:
            tensors: by the names of the state dict, of the right kinds and numbers of dimensions.
        """

    @abstractmethod
    def hold(self, tensors: Mapping[str, Tensor]) -> None:
        """Take up what was learned before, of any length, in which `faults` finds nothing."""

    def wanted(self) -> dict[str, Wanted]:
        """Return what may stand in a checkpoint: each buffer's kind and number of dimensions, of whatever length."""
        return {
            name: replace(Wanted.as_in(tensor), shape=(None,) * tensor.dim(), like=None)
            for name, tensor in self.state_dict().items()
        }
