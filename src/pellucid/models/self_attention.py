"""Attention of several heads: what transformers of texts and of series share.

Source: Vaswani et al. 2017.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional


class AttentionParts(nn.Module):
    """Questions, keys, values and what becomes of what is taken: four layers of [..., D] to [..., D].

    Args:
        width: D, numbers of a place.
        heads: that look each for itself; they divide the width.
    """

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value, self.out = (nn.Linear(width, width) for _ in range(4))

    def by_head(self, values: Tensor) -> Tensor:
        """Return [N, heads, T, D / heads] of [N, T, D]."""
        return values.view(*values.shape[:2], self.heads, -1).transpose(1, 2)


class SelfAttention(AttentionParts):
    """Every place takes from every place, by how well its question meets that one's key."""

    def forward(self, values: Tensor, mask: Tensor | None) -> Tensor:
        """Return [N, T, D] of [N, T, D]; mask: [N, 1, 1, T], added to the scores; None where all places count."""
        query, key, value = (self.by_head(part(values)) for part in (self.query, self.key, self.value))
        taken = functional.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        outputs: Tensor = self.out(taken.transpose(1, 2).flatten(2))
        return outputs
