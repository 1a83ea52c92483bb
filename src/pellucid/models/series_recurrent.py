"""`rnn`, `lstm` and `gru` of series: read step by step, and the state at the last step is what is answered from.

Sources: Elman 1990; Hochreiter and Schmidhuber 1997; Cho et al. 2014.
"""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models.entry import ModelOptions
from pellucid.models.recurrent_start import start_recurrent
from pellucid.models.series_parts import at_last_step, inside_of

Cell = Literal["rnn", "lstm", "gru"]
_CELLS: dict[Cell, type[nn.RNN | nn.LSTM | nn.GRU]] = {"rnn": nn.RNN, "lstm": nn.LSTM, "gru": nn.GRU}


class SeriesRecurrent(nn.Module):
    """A recurrent network of series; steps behind a series' end come after the state that is read, and change nothing.

    Args:
        form: of one series, (C, T).
        outputs: K.
        cell: what happens at each step.
        hidden: units of each layer.
        dropout: between layers and of the state that is read, in training.
    """

    def __init__(self, form: Form, outputs: int, *, cell: Cell, hidden: tuple[int, ...], dropout: float) -> None:
        super().__init__()
        self.masked = form.masked
        before = (form.shape[0], *hidden)
        self.layers = nn.ModuleList(
            _CELLS[cell](inputs, units, batch_first=True) for inputs, units in zip(before, hidden, strict=False)
        )
        self.drop = nn.Dropout(dropout)
        self.fc = nn.Linear(before[-1], outputs)
        nn.init.xavier_normal_(self.fc.weight)
        nn.init.zeros_(self.fc.bias)
        for layer in self.layers:
            assert isinstance(layer, nn.RNNBase)
            start_recurrent(layer)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, K] of [N, C, T]."""
        inside = inside_of(inputs, masked=self.masked)
        values = inputs.transpose(1, 2)
        for layer in self.layers:
            states, _ = layer(values)
            values = self.drop(states)
        outputs: Tensor = self.fc(at_last_step(values.transpose(1, 2), inside))
        return outputs


def build_rnn(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `SeriesRecurrent` of plain cells; `hidden` are the units of its layers."""
    return _build(form, outputs, options, "rnn")


def build_lstm(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `SeriesRecurrent` of LSTM; `hidden` are the units of its layers."""
    return _build(form, outputs, options, "lstm")


def build_gru(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `SeriesRecurrent` of GRU; `hidden` are the units of its layers."""
    return _build(form, outputs, options, "gru")


def _build(form: Form, outputs: int, options: ModelOptions, cell: Cell) -> nn.Module:
    hidden = options.hidden or (1,)
    return SeriesRecurrent(form, outputs, cell=cell, hidden=hidden, dropout=options.dropout or 0.0)
