"""`lstm`, `gru` and `rnn` of texts: read both ways, and of each unit its largest value over the text is kept.

Sources: Hochreiter and Schmidhuber 1997; Cho et al. 2014; reading both ways with a maximum: Conneau et al. 2017.
"""

from __future__ import annotations

from typing import Literal

import torch
from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models.entry import ModelOptions
from pellucid.models.token_parts import Vectors, backwards, largest_of, present, vocabulary_of

WIDTH, DROPOUT = 64, 0.3
"""Of the vectors of tokens, and how many of their numbers are dropped in training, where nobody says."""
Cell = Literal["lstm", "gru", "rnn"]
_CELLS: dict[Cell, type[nn.LSTM | nn.GRU | nn.RNN]] = {"lstm": nn.LSTM, "gru": nn.GRU, "rnn": nn.RNN}


class TextRecurrent(nn.Module):
    """A recurrent network that reads a text both ways.

    Reading backwards begins at a text's last token, not at the padding behind it, so that padding changes nothing. The
    layers below `backwards` do that, see `READS_BACKWARDS`.

    Args:
        vocabulary: numbers of tokens.
        outputs: K.
        cell: what happens at each token.
        width: of the vectors of tokens.
        hidden: units of each layer, each way.
        dropout: of the vectors and of what is kept, in training.
    """

    def __init__(
        self, vocabulary: int, outputs: int, *, cell: Cell, width: int, hidden: tuple[int, ...], dropout: float
    ) -> None:
        super().__init__()
        self.embed = Vectors(vocabulary, width)
        self.drop = nn.Dropout(dropout)
        make = _CELLS[cell]
        before = (width, *(2 * units for units in hidden))
        self.forwards = nn.ModuleList(make(a, b, batch_first=True) for a, b in zip(before, hidden, strict=False))
        self.backwards = nn.ModuleList(make(a, b, batch_first=True) for a, b in zip(before, hidden, strict=False))
        self.fc = nn.Linear(before[-1], outputs)
        nn.init.xavier_normal_(self.fc.weight)
        nn.init.zeros_(self.fc.bias)

    def forward(self, tokens: Tensor) -> Tensor:
        """Return [N, K] of [N, T] numbers of tokens."""
        there = present(tokens)
        values = self.drop(self.embed(tokens))
        for ahead, back in zip(self.forwards, self.backwards, strict=True):
            one_way, _ = ahead(values)
            other_way, _ = back(backwards(values, there))
            values = torch.cat([one_way, backwards(other_way, there)], 2)
        outputs: Tensor = self.fc(self.drop(largest_of(values, there)))
        return outputs


def build_lstm(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `TextRecurrent` of LSTM; `hidden` are the units of its layers, each way."""
    return _build(form, outputs, options, "lstm")


def build_gru(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `TextRecurrent` of GRU; `hidden` are the units of its layers, each way."""
    return _build(form, outputs, options, "gru")


def build_rnn(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `TextRecurrent` of plain recurrent units; `hidden` are the units of its layers, each way."""
    return _build(form, outputs, options, "rnn")


def _build(form: Form, outputs: int, options: ModelOptions, cell: Cell) -> nn.Module:
    assert options.hidden is not None
    return TextRecurrent(
        vocabulary_of(form, cell),
        outputs,
        cell=cell,
        width=options.embedding or WIDTH,
        hidden=options.hidden or (1,),
        dropout=DROPOUT if options.dropout is None else options.dropout,
    )
