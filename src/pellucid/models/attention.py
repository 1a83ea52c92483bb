"""What a network's attention looked at: the weights behind every call of torch's attention, in any network."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from pellucid.models.arguments import argument
from pellucid.models.recording import Operation, record_operations


@dataclass(frozen=True)
class Attention:
    """The weights of one layer's attention for one example.

    Attributes:
        layer: the path of the module.
        weights: [heads, queries, keys] float32 in 0..1; each row sums to 1. A row says from where one place takes.
    """

    layer: str
    weights: Tensor


def attention_of(model: nn.Module, example: Tensor) -> list[Attention]:
    """Return how much each place of an example takes from each, layer by layer; [] of a network without attention.

    Args:
        model: any module of one tensor input; it is left as it was.
        example: [1, ...], on the module's device.

    Raises:
        Exception: whatever the module raises.
    """
    calls = record_operations(model, example)
    return [
        Attention(call.module, attention_weights(call)) for call in calls if call.name == "scaled_dot_product_attention"
    ]


@torch.no_grad()
def attention_weights(call: Operation) -> Tensor:
    """Return [heads, queries, keys] softmax(q k^T x scale + mask) of a call (Vaswani et al. 2017, equation 1)."""
    query, key = (argument(call, name)[0].float() for name in ("query", "key"))
    scale = call.kwargs.get("scale") or 1 / math.sqrt(query.shape[-1])
    scores = query @ key.transpose(-1, -2) * scale
    mask = argument(call, "attn_mask")
    if mask is not None:
        shown = mask[0] if mask.ndim == 4 else mask
        scores = scores.masked_fill(~shown, -torch.inf) if shown.dtype == torch.bool else scores + shown
    if argument(call, "is_causal", False):
        ahead = torch.ones(scores.shape[-2:], dtype=torch.bool, device=scores.device).triu(1)
        scores = scores.masked_fill(ahead, -torch.inf)
    weights = torch.softmax(scores, -1)
    return weights.reshape(-1, *weights.shape[-2:])
