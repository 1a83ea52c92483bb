"""Networks whose first weights are counted: they look at the training examples once, and then learn step by step."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from torch import Tensor, nn


class Started(nn.Module, ABC):
    """Base of networks that begin where counting ends, instead of at weights drawn by chance alone.

    A network is started once, before its first step; a checkpoint holds what came of it, as of all weights.
    """

    @abstractmethod
    def start(self, examples: Iterable[tuple[Tensor, Tensor]]) -> None:
        """Set first weights.

        Args:
            examples: batches of inputs [N, ...], as the network takes them, and of memberships [N, K] float32, 1 where
                an example belongs to what an output speaks for, and 0 elsewhere.
        """
