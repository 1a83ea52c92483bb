"""`transformer` of texts: every token looks at every other, layer by layer, and the mean of all is read.

Source: Vaswani et al. 2017, with the normalisation before each part (Xiong et al. 2020).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models.entry import ModelOptions
from pellucid.models.self_attention import SelfAttention
from pellucid.models.token_parts import HIDDEN_BY_MASK, Vectors, mean_of, present, vocabulary_of


class EncoderBlock(nn.Module):
    """Attention and two dense layers, each added to what came in."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = SelfAttention(width, heads)
        self.dense = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.drop = nn.Dropout(dropout)

    def forward(self, values: Tensor, mask: Tensor) -> Tensor:
        """Return [N, T, D] of [N, T, D]; mask: [N, 1, 1, T], added to the scores."""
        values = values + self.drop(self.attention(self.norm1(values), mask))
        added: Tensor = values + self.drop(self.dense(self.norm2(values)))
        return added


class TextEncoder(nn.Module):
    """A transformer that reads a text as a whole.

    Args:
        vocabulary: numbers of tokens.
        longest: T, at most.
        outputs: K.
        width: of the vectors of tokens, and of all that follows.
        layers: how many blocks.
        heads: of each block's attention; they divide the width.
        dropout: of the vectors and of what each part adds, in training.
    """

    def __init__(
        self, vocabulary: int, longest: int, outputs: int, *, width: int, layers: int, heads: int, dropout: float
    ) -> None:
        super().__init__()
        self.embed = Vectors(vocabulary, width)
        self.positions = nn.Parameter(torch.randn(longest, width) * 0.02)
        self.drop = nn.Dropout(dropout)
        self.blocks = nn.ModuleList(EncoderBlock(width, heads, dropout) for _ in range(layers))
        self.norm = nn.LayerNorm(width)
        self.fc = nn.Linear(width, outputs)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return [N, K] of [N, T] numbers of tokens."""
        there = present(tokens)
        mask = ((1 - there) * HIDDEN_BY_MASK).transpose(1, 2).unsqueeze(1)
        values = self.drop(self.embed(tokens) + self.positions[: tokens.shape[1]])
        for block in self.blocks:
            values = block(values, mask)
        outputs: Tensor = self.fc(mean_of(self.norm(values), there))
        return outputs


def build_text_encoder(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `TextEncoder`.

    Raises:
        ModelError: the heads do not divide the width.
    """
    assert options.embedding is not None
    assert options.layers is not None
    assert options.heads is not None
    if options.embedding % options.heads:
        raise ModelError(
            f"{options.heads} heads do not divide vectors of {options.embedding} numbers.",
            fix=f"Choose --embedding {options.embedding // options.heads * options.heads or options.heads}.",
        )
    return TextEncoder(
        vocabulary_of(form, "transformer"),
        form.shape[0],
        outputs,
        width=options.embedding,
        layers=options.layers,
        heads=options.heads,
        dropout=options.dropout or 0.0,
    )
