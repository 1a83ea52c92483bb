"""LSTM and GRU: the gates of one unit at one moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pellucid.trace.arithmetic import Factor, Floats
from pellucid.trace.call import Call, Explained, Position, floats, one


@dataclass(frozen=True)
class Moment:
    """One direction of one layer at one time, [batch, units] each.

    Attributes:
        gates: by name.
        before: the hidden state it came from.
        cell_before, cell: of an LSTM.
        hidden: what it gives.
        scale: [batch, units]: sum of the absolute products behind the gates, the scale of rounding.
    """

    gates: dict[str, Floats]
    before: Floats
    cell_before: Floats | None
    cell: Floats | None
    hidden: Floats
    scale: Floats


def explain_recurrent(call: Call, at: Position, *, element: int) -> Explained:
    """Return the gates behind an output of lstm, gru, rnn_tanh or rnn_relu.

    Args:
        call: with (input, states, weights, has_biases, num_layers, dropout, train, bidirectional, batch_first).
        at: in the outputs (element 0: [batch, time, features], or time first), the last hidden states (1) or the last
            cell states (2: [layers x directions, batch, units]).
        element: which of the outputs.
    """
    layers = moments_of(call)
    batch_first, directions = bool(call.argument("batch_first")), len(layers[0])
    if element == 0:
        example, when = (at[0], at[1]) if batch_first else (at[1], at[0])
        units = layers[-1][0][0].hidden.shape[1]
        direction, unit = at[2] // units, at[2] % units
        moment = layers[-1][direction][when]
    else:
        layer, direction, example, unit = at[0] // directions, at[0] % directions, at[1], at[2]
        states = layers[layer][direction]
        moment = states[-1] if direction == 0 else states[0]
    return _explain_moment(call, moment, example, unit, cell=element == 2)


def moments_of(call: Call) -> list[list[list[Moment]]]:
    """Return every moment of a recurrent operator, by layer, direction and time, computed once for each call."""
    if "moments" not in call.memo:
        call.memo["moments"] = _run(call)
    moments: list[list[list[Moment]]] = call.memo["moments"]
    return moments


def _explain_moment(call: Call, moment: Moment, example: int, unit: int, *, cell: bool) -> Explained:
    gates = {name: float(values[example, unit]) for name, values in moment.gates.items()}
    before = float(moment.before[example, unit])
    scale = float(moment.scale[example, unit])
    factors = [Factor(name, np.array(value)) for name, value in gates.items()]
    if call.operator == "lstm":
        assert moment.cell is not None
        assert moment.cell_before is not None
        c_before, c = float(moment.cell_before[example, unit]), float(moment.cell[example, unit])
        factors += [Factor("cell before", np.array(c_before)), Factor("cell", np.array(c))]
        if cell:
            terms = np.array([gates["forget"] * c_before, gates["input"] * gates["candidate"]])
            labels = ("forget x cell before", "input x candidate")
            return Explained("forget x cell before + input x candidate", terms, tuple(factors), labels, magnitude=scale)
        return Explained(
            "output x tanh(cell)", one(gates["output"] * float(np.tanh(c))), tuple(factors), magnitude=scale
        )
    factors.append(Factor("hidden before", np.array(before)))
    if call.operator == "gru":
        terms = np.array([(1 - gates["update"]) * gates["candidate"], gates["update"] * before])
        labels = ("(1 - update) x candidate", "update x hidden before")
        formula = "(1 - update) x candidate + update x hidden before"
        return Explained(formula, terms, tuple(factors), labels, magnitude=scale)
    return Explained(
        "activation of (input + hidden + biases)", one(gates["activation"]), tuple(factors), magnitude=scale
    )


def _run(call: Call) -> list[list[list[Moment]]]:
    """Return every moment, computed in float64."""
    inputs = floats(call.args[0])
    states = call.args[1]
    lstm = call.operator == "lstm"
    hidden = floats(states[0] if lstm else states)
    cells = floats(states[1]) if lstm else None
    weights = [floats(weight) for weight in call.argument("params")]
    biased, directions = bool(call.argument("has_biases")), 2 if call.argument("bidirectional") else 1
    series = inputs.swapaxes(0, 1) if call.argument("batch_first") else inputs  # [time, batch, features]
    per = 4 if biased else 2
    layers: list[list[list[Moment]]] = []
    for layer in range(int(call.argument("num_layers"))):
        row: list[list[Moment]] = []
        for direction in range(directions):
            index = layer * directions + direction
            some = weights[index * per : (index + 1) * per]
            moments = _run_direction(
                call.operator,
                series,
                hidden[index],
                None if cells is None else cells[index],
                some,
                backwards=direction == 1,
            )
            row.append(moments)
        layers.append(row)
        series = np.concatenate([np.stack([moment.hidden for moment in moments]) for moments in row], axis=2)
    return layers


def _run_direction(
    operator: str, series: Floats, h: Floats, c: Floats | None, weights: list[Floats], *, backwards: bool
) -> list[Moment]:
    moments: list[Moment] = []
    growth = np.zeros_like(h)
    for x in series[::-1] if backwards else series:
        moment = _moment(operator, x, h, c, weights)
        # Rounding travels along with the state.
        growth = growth + moment.scale
        moments.append(Moment(moment.gates, moment.before, moment.cell_before, moment.cell, moment.hidden, growth))
        h, c = moment.hidden, moment.cell
    return moments[::-1] if backwards else moments


def _moment(operator: str, x: Floats, h: Floats, c: Floats | None, weights: list[Floats]) -> Moment:
    w_in, w_hidden = weights[:2]
    # Both sides apart until the gates: a GRU's reset acts on what comes from the hidden state, bias and all (cuDNN's
    # form; in that of Cho et al. 2014 it acts before the product).
    b_in, b_hidden = weights[2:] if len(weights) == 4 else (np.zeros(len(w_in)), np.zeros(len(w_hidden)))
    from_input, from_hidden = x @ w_in.T + b_in, h @ w_hidden.T + b_hidden
    # The sum of the absolute terms, which bounds what float32 can have rounded off.
    sizes = np.abs(x) @ np.abs(w_in).T + np.abs(b_in) + np.abs(h) @ np.abs(w_hidden).T + np.abs(b_hidden)
    units = h.shape[1]
    scale = sizes.reshape(len(h), -1, units).sum(axis=1) + np.abs(h)
    gates: dict[str, Any]
    if operator == "lstm":
        assert c is not None
        # In the order in which PyTorch stacks the gates' weights, below as well.
        i, f, g, o = np.split(from_input + from_hidden, 4, axis=1)
        gates = {"input": _sigmoid(i), "forget": _sigmoid(f), "candidate": np.tanh(g), "output": _sigmoid(o)}
        cell = gates["forget"] * c + gates["input"] * gates["candidate"]
        return Moment(gates, h, c, cell, gates["output"] * np.tanh(cell), scale + np.abs(c))
    if operator == "gru":
        (ri, zi, ni), (rh, zh, nh) = np.split(from_input, 3, axis=1), np.split(from_hidden, 3, axis=1)
        reset, update = _sigmoid(ri + rh), _sigmoid(zi + zh)
        gates = {"reset": reset, "update": update, "candidate": np.tanh(ni + reset * nh)}
        return Moment(gates, h, None, None, (1 - update) * gates["candidate"] + update * h, scale)
    total = from_input + from_hidden
    gates = {"activation": np.tanh(total) if operator == "rnn_tanh" else np.maximum(total, 0)}
    return Moment(gates, h, None, None, gates["activation"], scale)


def _sigmoid(x: Floats) -> Floats:
    result: Floats = 0.5 * (1 + np.tanh(x / 2))
    return result
