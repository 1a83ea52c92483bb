"""Texts by degrees: how much of each token's vector a network is given, from nothing to all of it.

The number of a token only names it, so no gradient leads to it; its vector does. With a gate for each token, 1 for the
whole vector and 0 for none, a text is a row of numbers that every method for rows explains: integrated gradients along
the gates are those along the vectors, from vectors of zeros on, added up over each vector (Sundararajan et al. 2017,
section 6.4), and a gate that is shut erases a token.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from pellucid.errors import RecipeError


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
        self.table = next((name for name, part in model.named_modules() if isinstance(part, nn.Embedding)), "")
        if not self.table:
            raise RecipeError(
                "Explanations of texts follow the vectors of tokens, and this network has none.",
                expected="A layer torch.nn.Embedding that takes the numbers of the tokens.",
            )

    def forward(self, gates: Tensor) -> Tensor:
        """Return [N, K] outputs of [N, T] gates, 1 for all of a token's vector."""

        def shut(module: nn.Module, given: Any, vectors: Tensor) -> Tensor:
            return vectors * gates.unsqueeze(2)

        handle = self.model.get_submodule(self.table).register_forward_hook(shut)
        with handle:
            outputs: Tensor = self.model(self.tokens.expand(len(gates), -1))
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
