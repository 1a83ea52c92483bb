"""Networks that say at every place of a text which token comes next: a causal transformer and recurrent networks.

All take numbers of tokens, [N, t] int64 with t up to the form's length, and give [N, t V] logits: V for each place, one
place after another. What stands at a place never depends on a later one, so padding at the end changes nothing.

A text that goes on is read token by token: `step` takes what a network remembers of all before (keys and values of
each layer, or the recurrent state), so that no token is read twice. It gives the numbers that `forward` gives.
"""

from __future__ import annotations

import math
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models.entry import ModelOptions
from pellucid.models.going_on import Remembered
from pellucid.models.token_parts import vocabulary_of

Cell = Literal["lstm", "gru", "rnn"]
Pair = tuple[Tensor, Tensor]
_CELLS: dict[Cell, type[nn.LSTM | nn.GRU | nn.RNN]] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


class CausalAttention(nn.Module):
    """Each place looks at itself and those before it, with several heads (Vaswani et al. 2017)."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.heads = heads
        self.ask = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.dropout = dropout

    def forward(self, values: Tensor) -> Tensor:
        """Return [N, T, D] from [N, T, D]."""
        query, key, value = self._split(values)
        dropped = self.dropout if self.training else 0.0
        mixed = functional.scaled_dot_product_attention(query, key, value, dropout_p=dropped, is_causal=True)
        return self._join(mixed)

    def step(self, values: Tensor, past: Pair | None) -> tuple[Tensor, Pair]:
        """Return [N, t, D] of [N, t, D] that follow what was kept, and the keys and values of all, [N, heads, T, d]."""
        query, key, value = self._split(values)
        if past is None:
            mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        else:
            key, value = torch.cat([past[0], key], 2), torch.cat([past[1], value], 2)
            mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=_seen(query, key))
        return self._join(mixed), (key, value)

    def _split(self, values: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        count, length, width = values.shape
        split = self.ask(values).view(count, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        query, key, value = split.unbind(0)
        return query, key, value

    def _join(self, mixed: Tensor) -> Tensor:
        out: Tensor = self.out(mixed.transpose(1, 2).flatten(2))
        return out


def _seen(query: Tensor, key: Tensor) -> Tensor | None:
    """Return [t, T] bool, which of T keys each of the last t places may look at; None for all."""
    new, all_of_them = query.shape[2], key.shape[2]
    # A single new place looks at everything before it, and torch is quicker without a mask.
    if new == 1:
        return None
    return torch.ones((new, all_of_them), dtype=torch.bool, device=query.device).tril(all_of_them - new)


class DecoderBlock(nn.Module):
    """Attention, then a hidden layer four times as wide; both normalise before, and add to what came in."""

    def __init__(self, width: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width)
        self.attention = CausalAttention(width, heads, dropout)
        self.drop1 = nn.Dropout(dropout)
        self.norm2 = nn.LayerNorm(width)
        self.up = nn.Linear(width, 4 * width)
        self.act = nn.GELU()
        self.down = nn.Linear(4 * width, width)
        self.drop2 = nn.Dropout(dropout)

    def forward(self, values: Tensor) -> Tensor:
        """Return [N, T, D] from [N, T, D]."""
        values = values + self.drop1(self.attention(self.norm1(values)))
        return self._dense(values)

    def step(self, values: Tensor, past: Pair | None) -> tuple[Tensor, Pair]:
        """Return [N, t, D] of [N, t, D] that follow what was kept, and what is kept of all."""
        added, kept = self.attention.step(self.norm1(values), past)
        return self._dense(values + added), kept

    def _dense(self, values: Tensor) -> Tensor:
        out: Tensor = values + self.drop2(self.down(self.act(self.up(self.norm2(values)))))
        return out


class Decoder(nn.Module):
    """A causal transformer with learned positions (GPT-2: Radford et al. 2019)."""

    def __init__(self, length: int, vocabulary: int, *, width: int, layers: int, heads: int, dropout: float) -> None:
        super().__init__()
        self.embed = nn.Embedding(vocabulary, width)
        self.place = nn.Embedding(length, width)
        self.drop = nn.Dropout(dropout)
        self.blocks = nn.Sequential(*(DecoderBlock(width, heads, dropout) for _ in range(layers)))
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(width, vocabulary)
        self._begin(layers)

    def _begin(self, layers: int) -> None:
        """Draw the first weights as GPT-2 does: small, and smaller where a block adds to what passes by it."""
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Embedding):
                nn.init.normal_(module.weight, std=0.02)
            if isinstance(module, nn.Linear):
                nn.init.zeros_(module.bias)
        for name, parameter in self.named_parameters():
            if name.endswith(("attention.out.weight", "down.weight")):
                # Each of the layers adds twice to the stream: so its spread stays the same, however many there are
                # (Radford et al. 2019, section 2.3).
                nn.init.normal_(parameter, std=0.02 / math.sqrt(2 * layers))

    def forward(self, tokens: Tensor) -> Tensor:
        """Return [N, T V] logits of the token after each place."""
        places = torch.arange(tokens.shape[1], device=tokens.device)
        values = self.drop(self.embed(tokens) + self.place(places))
        logits: Tensor = self.head(self.norm(self.blocks(values)))
        return logits.flatten(1)

    def step(self, tokens: Tensor, state: Remembered | None) -> tuple[Tensor, Remembered]:
        """See `GoesOn`; of each layer keys and values are remembered."""
        before = 0 if state is None else state[0][0].shape[2]
        places = torch.arange(before, before + tokens.shape[1], device=tokens.device)
        values = self.embed(tokens) + self.place(places)
        kept: list[Pair] = []
        for number, block in enumerate(self.blocks):
            assert isinstance(block, DecoderBlock)
            values, pair = block.step(values, None if state is None else state[number])
            kept.append(pair)
        # Only the last place is asked for: V numbers, and not V for each token of a long prompt.
        logits: Tensor = self.head(self.norm(values[:, -1]))
        return logits, tuple(kept)


class Reader(nn.Module):
    """A recurrent network that reads token by token; what it remembers of them says which comes next."""

    def __init__(self, kind: Cell, vocabulary: int, *, width: int, hidden: tuple[int, ...], dropout: float) -> None:
        super().__init__()
        make = _CELLS[kind]
        before = (width, *hidden)
        self.embed = nn.Embedding(vocabulary, width)
        self.recur = nn.ModuleList(make(a, b, batch_first=True) for a, b in zip(before, hidden, strict=False))
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(before[-1], vocabulary)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return [N, T V] logits of the token after each place."""
        values = self.embed(tokens)
        for layer in self.recur:
            values = self.drop(layer(values)[0])
        logits: Tensor = self.head(values)
        return logits.flatten(1)

    def step(self, tokens: Tensor, state: Remembered | None) -> tuple[Tensor, Remembered]:
        """See `GoesOn`; of each layer its state is remembered."""
        values = self.embed(tokens)
        kept = []
        for number, layer in enumerate(self.recur):
            values, last = layer(values, None if state is None else state[number])
            kept.append(last)
        logits: Tensor = self.head(values[:, -1])
        return logits, tuple(kept)


def build_decoder(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a causal transformer.

    Raises:
        ModelError: the heads do not divide the vectors.
    """
    width, heads = options.embedding or 128, options.heads or 4
    if width % heads:
        raise ModelError(
            f"Vectors of {width} numbers are not divided by {heads} heads.",
            expected="Each head gets an equal part of them.",
            fix=f"Use --embedding {heads * max(1, round(width / heads))}, or another number of --heads.",
        )
    return Decoder(
        form.shape[0],
        vocabulary_of(form, "transformer"),
        width=width,
        layers=options.layers or 4,
        heads=heads,
        dropout=options.dropout or 0.0,
    )


def build_lstm_reader(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `Reader` of LSTM; `hidden` are the units of its layers."""
    return _reader(form, options, "lstm")


def build_gru_reader(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `Reader` of GRU; `hidden` are the units of its layers."""
    return _reader(form, options, "gru")


def build_rnn_reader(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `Reader` of plain recurrent units; `hidden` are the units of its layers."""
    return _reader(form, options, "rnn")


def _reader(form: Form, options: ModelOptions, kind: Cell) -> Reader:
    return Reader(
        kind,
        vocabulary_of(form, kind),
        width=options.embedding or 64,
        hidden=options.hidden or (512,),
        dropout=options.dropout or 0.0,
    )
