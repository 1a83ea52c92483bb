"""Texts by degrees: how much of each token's vector a network is given, from nothing to all of it.

The number of a token only names it, so no gradient leads to it; its vector does. With a gate for each token, 1 for the
whole vector and 0 for none, a text is a row of numbers that every method for rows explains: integrated gradients along
the gates are those along the vectors, from vectors of zeros on, added up over each vector (Sundararajan et al. 2017,
section 6.4), and a gate that is shut erases a token. A network may have several vectors of a token, as `textcnn` has;
one gate is before all of them.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import torch
from torch import Tensor, nn

from pellucid.errors import RecipeError

_NO_VECTORS = RecipeError(
    "Explanations of texts follow the vectors of tokens, and this network has none.",
    expected="A layer torch.nn.Embedding that takes the numbers of the tokens.",
)


class GatedTokens(nn.Module):
    """A network of texts and one text, as a network of how much of each token is there.

    Args:
        model: takes [N, T] int64 numbers of tokens; it is used as it is.
        tokens: [1, T] int64.

    Raises:
        RecipeError: the model has no table of vectors for tokens.
    """

    tokens: Tensor

    def __init__(self, model: nn.Module, tokens: Tensor) -> None:
        super().__init__()
        self.model = model
        self.register_buffer("tokens", tokens)
        self._tables = [part for part in model.modules() if isinstance(part, nn.Embedding)]
        if not self._tables:
            raise _NO_VECTORS

    def forward(self, gates: Tensor) -> Tensor:
        """Return [N, K] outputs of [N, T] gates, 1 for all of a token's vector."""
        tokens, found = self.tokens.expand(len(gates), -1), False

        def shut(module: nn.Module, given: Any, vectors: Tensor) -> Tensor:
            nonlocal found
            if not torch.equal(given[0], tokens):  # a table of something else: of places, of an answer's letters
                return vectors
            found = True
            return vectors * gates.unsqueeze(2)

        with ExitStack() as hooks:
            for table in self._tables:
                hooks.enter_context(table.register_forward_hook(shut))
            outputs: Tensor = self.model(tokens)
        if not found:
            raise _NO_VECTORS
        return outputs


def gated(model: nn.Module, tokens: Tensor, *, padding: int) -> tuple[nn.Module, Tensor]:
    """Return a network of gates and the gates of a text, all of them open.

    Args:
        model: takes [N, T] numbers of tokens.
        tokens: [1, T]; padding at the end is left out, for it changes nothing.
        padding: its number.
    """
    length = max(1, int((tokens != padding).sum()))
    return GatedTokens(model, tokens[:, :length]), torch.ones(1, length, device=tokens.device)
