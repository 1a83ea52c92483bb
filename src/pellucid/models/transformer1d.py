"""`transformer1d`: every stretch of a series looks at every other, block by block, and the mean of all is read.

Sources: Vaswani et al. 2017, with the normalisation before each part (Xiong et al. 2020); a long series is cut into
stretches of some steps, each one place (Nie et al. 2023), so that what attention costs stays within bounds.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models.entry import ModelOptions
from pellucid.models.self_attention import SelfAttention
from pellucid.models.series_parts import inside_of, mean_over_steps

_MOST_PLACES = 64
_BLOCKS, _HEADS = 2, 4
_HIDDEN_BY_MASK = -1e9
"""Added to what may not be looked at before the softmax: exp of it is 0."""


class AttentionBlock(nn.Module):
    """Attention and two dense layers, each added to what came in."""

    def __init__(self, width: int, dropout: float) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = SelfAttention(width, _HEADS)
        self.dense = nn.Sequential(nn.Linear(width, 2 * width), nn.GELU(), nn.Linear(2 * width, width))
        self.drop = nn.Dropout(dropout)

    def forward(self, values: Tensor, mask: Tensor | None) -> Tensor:
        """Return [N, P, D] of [N, P, D]; mask: [N, 1, 1, P], added to the scores."""
        values = values + self.drop(self.attention(self.norm1(values), mask))
        outputs: Tensor = values + self.drop(self.dense(self.norm2(values)))
        return outputs


class Transformer1d(nn.Module):
    """A transformer that reads a series as a whole.

    Args:
        form: of one series, (C, T).
        outputs: K.
        width: numbers of a place; a multiple of 4.
        dropout: of what each part adds, in training.
    """

    positions: Tensor

    def __init__(self, form: Form, outputs: int, *, width: int, dropout: float) -> None:
        super().__init__()
        self.masked = form.masked
        channels, steps = form.shape
        self.stretch = -(-steps // _MOST_PLACES)
        self.embed = nn.Conv1d(channels, width, self.stretch, stride=self.stretch)
        self.register_buffer("positions", waves(-(-steps // self.stretch), width), persistent=False)
        self.blocks = nn.ModuleList(AttentionBlock(width, dropout) for _ in range(_BLOCKS))
        self.norm = nn.LayerNorm(width)
        self.fc = nn.Linear(width, outputs)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, K] of [N, C, T]."""
        inside = inside_of(inputs, masked=self.masked)
        mask = None
        if inside is not None:
            inside = inside[:, :, :: self.stretch]
            mask = ((1 - inside) * _HIDDEN_BY_MASK).unsqueeze(1)
        whole = functional.pad(inputs, (0, -inputs.shape[2] % self.stretch))
        values = self.embed(whole).transpose(1, 2)
        values = values + self.positions[: values.shape[1]]
        for block in self.blocks:
            values = block(values, mask)
        outputs: Tensor = self.fc(mean_over_steps(self.norm(values).transpose(1, 2), inside))
        return outputs


def waves(places: int, width: int) -> Tensor:
    """Return [places, width] sines and cosines that tell places apart (Vaswani et al. 2017, section 3.5)."""
    at = torch.arange(places, dtype=torch.float32)[:, None]
    rate = torch.exp(torch.arange(0, width, 2, dtype=torch.float32) * (-math.log(10_000.0) / width))
    return torch.stack([torch.sin(at * rate), torch.cos(at * rate)], 2).flatten(1)[:, :width]


def build_transformer1d(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `Transformer1d`; the first number of `hidden` is its width.

    Raises:
        ModelError: the width is no multiple of 4.
    """
    width = (options.hidden or (1,))[0]
    if width % _HEADS:
        raise ModelError(
            f"A transformer1d of width {width} cannot be parted among its {_HEADS} heads.",
            fix=f"--hidden {max(_HEADS, width // _HEADS * _HEADS)}",
        )
    return Transformer1d(form, outputs, width=width, dropout=options.dropout or 0.0)
