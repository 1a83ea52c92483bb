"""Normalisation: a value is centred, divided by a deviation, scaled and shifted."""

from __future__ import annotations

import math

import numpy as np
from torch import Tensor

from pellucid.trace.arithmetic import Factor
from pellucid.trace.call import Call, Explained, Position, floats, number

FORMULA = "(input - mean) / sqrt(variance + eps) x weight + bias"


def explain_batch_norm(call: Call, at: Position) -> Explained:
    """Return input and running statistics of a batch normalisation that answers, at (example, channel, place...)."""
    channel = at[1]
    return _normalised(
        value=number(call.args[0][at]),
        mean=number(call.tensor("running_mean")[channel]),
        variance=number(call.tensor("running_var")[channel]),
        eps=number(call.argument("eps")),
        weight=_at(call.argument("weight"), channel),
        bias=_at(call.argument("bias"), channel),
        note="mean and variance were gathered in training",
    )


def explain_layer_norm(call: Call, at: Position) -> Explained:
    """Return input and statistics of layer_norm over its last dimensions."""
    dims = len(call.argument("normalized_shape"))
    inputs = floats(call.args[0][at[:-dims]])
    tail = at[-dims:]
    return _normalised(
        value=float(inputs[tail]),
        mean=float(inputs.mean()),
        variance=float(inputs.var()),
        eps=number(call.argument("eps")),
        weight=_at(call.argument("weight"), tail),
        bias=_at(call.argument("bias"), tail),
        note=f"mean and variance over {inputs.size} values of this example",
        spread=float(np.abs(inputs).max()),
    )


def explain_group_norm(call: Call, at: Position) -> Explained:
    """Return input and statistics of group_norm over the channels of one group and all places."""
    inputs, groups = call.args[0], int(call.argument("num_groups"))
    size = int(inputs.shape[1]) // groups
    first = at[1] // size * size
    group = floats(inputs[at[0], first : first + size])
    return _normalised(
        value=number(inputs[at]),
        mean=float(group.mean()),
        variance=float(group.var()),
        eps=number(call.argument("eps")),
        weight=_at(call.argument("weight"), at[1]),
        bias=_at(call.argument("bias"), at[1]),
        note=f"mean and variance over channels {first} to {first + size - 1} of this example",
        spread=float(np.abs(group).max()),
    )


def _normalised(
    *,
    value: float,
    mean: float,
    variance: float,
    eps: float,
    weight: float | None,
    bias: float | None,
    note: str,
    spread: float = 0.0,
) -> Explained:
    # Taken apart into input and mean, so that a reader sees both; their sum is the centred value.
    scale = (1.0 if weight is None else weight) / math.sqrt(variance + eps)
    parts = {"input": value * scale, "- mean": -mean * scale} | ({} if bias is None else {"bias": bias})
    factors = {"input": value, "mean": mean, "variance": variance, "eps": eps}
    factors |= {} if weight is None else {"weight": weight}
    factors |= {} if bias is None else {"bias": bias}
    terms = np.array(list(parts.values()))
    # The mean itself was a sum of values as large as `spread`; its rounding is theirs.
    magnitude = float(np.abs(terms).sum()) + spread * abs(scale)
    return Explained(
        FORMULA if bias is not None else FORMULA.removesuffix(" + bias"),
        terms,
        tuple(Factor(name, np.array(one)) for name, one in factors.items()),
        labels=tuple(parts),
        note=note,
        magnitude=magnitude,
    )


def _at(tensor: Tensor | None, place: int | Position) -> float | None:
    return None if tensor is None else number(tensor[place])
