"""Gradients of LSTM, GRU and plain recurrent weights: backpropagation through time, a term per moment and example.

PyTorch's recurrent layers are one operator each. Here the layer runs once more in float64, moment by moment, and the
gradient is taken at each gate before its activation; a weight's gradient is the sum over time of that x what it read.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from pellucid.trace.arithmetic import Factor
from pellucid.trace.call import Call, Explained, Position, floats

if TYPE_CHECKING:
    from pellucid.trace.uses import Use


@dataclass(frozen=True)
class Moments:
    """One direction of one layer over time, in the order of computing.

    Attributes:
        inputs: per moment [N, D], what came in.
        before: per moment [N, units], the hidden state it started from.
        from_input, from_hidden: per moment [N, gates x units]: weight x input + bias, and weight x hidden + bias.
    """

    inputs: list[Tensor]
    before: list[Tensor]
    from_input: list[Tensor]
    from_hidden: list[Tensor]


def explain_recurrent_weight(use: Use, at: Position) -> Explained:
    """Return gradient at the gate x what the weight read, for every moment and example.

    Args:
        use: among the `params` of lstm, gru, rnn_tanh or rnn_relu.
        at: (gate x unit, input), or (gate x unit,) of a bias.
    """
    call = use.call
    per = 4 if call.argument("has_biases") else 2
    layer, kind = divmod(use.index, per)
    if "deltas" not in call.memo:
        call.memo["deltas"] = _deltas(use)
    moments, deltas_in, deltas_hidden = call.memo["deltas"][layer]
    deltas = deltas_in if kind in (0, 2) else deltas_hidden
    upstream = np.stack([floats(delta[:, at[0]]) for delta in deltas])
    labels = tuple(
        (f"example {n}, " if upstream.shape[1] > 1 else "") + f"moment {t}" for t, n in np.ndindex(*upstream.shape)
    )
    factors = [Factor("upstream gradient", upstream.ravel())]
    terms, formula = upstream.ravel(), "sum over time of the gradient at the gate"
    if kind < 2:
        read = moments.inputs if kind == 0 else moments.before
        word = "input" if kind == 0 else "hidden before"
        values = np.stack([floats(one[:, at[1]]) for one in read]).ravel()
        factors.append(Factor(word, values))
        terms, formula = terms * values, f"sum over time of the gradient at the gate x {word}"
    # The gradients travel back through all moments in float32, and their rounding with them.
    magnitude = float(np.abs(terms).sum()) * len(deltas)
    note = f"backpropagated through {len(deltas)} moments"
    return Explained(formula, terms, tuple(factors), labels, note, magnitude)


def _deltas(use: Use) -> list[tuple[Moments, list[Tensor], list[Tensor]]]:
    """Return per layer and direction the moments, and the gradients at the gates' two halves."""
    with torch.enable_grad():
        outputs, layers = _run(use.call)
        wanted = [one for moments in layers for one in (*moments.from_input, *moments.from_hidden)]
        reached = [element for element in use.upstreams if element is not None]
        loss = torch.stack([(outputs[element] * use.upstreams[element].double()).sum() for element in reached]).sum()
        found = iter(torch.autograd.grad(loss, wanted, allow_unused=True, materialize_grads=True))
    return [
        (moments, [next(found) for _ in moments.from_input], [next(found) for _ in moments.from_hidden])
        for moments in layers
    ]


def _run(call: Call) -> tuple[list[Tensor], list[Moments]]:
    """Run the layer in float64; return its outputs as the operator gives them, and every moment."""
    inputs, states = call.args[0].detach().double(), call.args[1]
    lstm = call.operator == "lstm"
    hidden, cells = (states[0], states[1]) if lstm else (states, None)
    weights = [weight.detach().double() for weight in call.argument("params")]
    per, directions = 4 if call.argument("has_biases") else 2, 2 if call.argument("bidirectional") else 1
    series = list(inputs.swapaxes(0, 1) if call.argument("batch_first") else inputs)
    layers: list[Moments] = []
    last_hidden, last_cells = [], []
    for layer in range(int(call.argument("num_layers"))):
        row = []
        for direction in range(directions):
            place = layer * directions + direction
            some = weights[place * per : (place + 1) * per]
            h, c = hidden[place].detach().double(), None if cells is None else cells[place].detach().double()
            given, h, c, moments = _run_direction(call.operator, series[::-1] if direction else series, h, c, some)
            row.append(given[::-1] if direction else given)
            last_hidden.append(h)
            last_cells.append(c)
            layers.append(moments)
        series = [torch.cat(parts, dim=1) for parts in zip(*row, strict=True)]
    result = torch.stack(series, dim=1 if call.argument("batch_first") else 0)
    ends = [torch.stack(last_hidden)]
    if lstm:
        ends.append(torch.stack([c for c in last_cells if c is not None]))
    return [result, *ends], layers


def _run_direction(
    operator: str, series: list[Tensor], h: Tensor, c: Tensor | None, weights: list[Tensor]
) -> tuple[list[Tensor], Tensor, Tensor | None, Moments]:
    w_in, w_hidden = weights[:2]
    b_in, b_hidden = weights[2:] if len(weights) == 4 else (0.0, 0.0)
    # A weight that wants a gradient makes autograd remember the gates.
    w_in, w_hidden = w_in.requires_grad_(), w_hidden.requires_grad_()
    moments, given = Moments([], [], [], []), []
    for x in series:
        from_input, from_hidden = x @ w_in.T + b_in, h @ w_hidden.T + b_hidden
        moments.inputs.append(x)
        moments.before.append(h)
        moments.from_input.append(from_input)
        moments.from_hidden.append(from_hidden)
        h, c = _next(operator, from_input, from_hidden, h, c)
        given.append(h)
    return given, h, c, moments


def _next(
    operator: str, from_input: Tensor, from_hidden: Tensor, h: Tensor, c: Tensor | None
) -> tuple[Tensor, Tensor | None]:
    """Return the next hidden and cell state; the gates lie in PyTorch's order."""
    if operator == "lstm":
        assert c is not None
        i, f, g, o = (from_input + from_hidden).chunk(4, dim=1)
        c = f.sigmoid() * c + i.sigmoid() * g.tanh()
        return o.sigmoid() * c.tanh(), c
    if operator == "gru":
        (ri, zi, ni), (rh, zh, nh) = from_input.chunk(3, dim=1), from_hidden.chunk(3, dim=1)
        update = (zi + zh).sigmoid()
        return (1 - update) * (ni + (ri + rh).sigmoid() * nh).tanh() + update * h, None
    total = from_input + from_hidden
    return (total.tanh() if operator == "rnn_tanh" else total.relu()), None
