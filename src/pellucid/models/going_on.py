"""What a language model does to go on with a text: it reads token by token, and remembers what it has read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeAlias, runtime_checkable

if TYPE_CHECKING:
    from torch import Tensor

Remembered: TypeAlias = tuple[Any, ...]
"""Of each layer: a transformer's keys and values, an LSTM's hidden and cell state, another's hidden state."""


@runtime_checkable
class GoesOn(Protocol):
    """A model that goes on with a text without reading again what it has read."""

    def step(self, tokens: Tensor, state: Remembered | None) -> tuple[Tensor, Remembered]:
        """Read further tokens, in evaluation mode.

        Args:
            tokens: [N, t] int64, t of at least 1; with those before them no more than fit into the model.
            state: what is remembered of the tokens before; None where there are none.

        Returns:
            [N, V] logits of the token after the last one, and what is remembered now.
        """
