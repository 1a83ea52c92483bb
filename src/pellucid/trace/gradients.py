"""The table of weights' gradients: for an operator and its argument, the terms that make the gradient of one weight."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from torch import Tensor

from pellucid.trace.arithmetic import Floats
from pellucid.trace.call import Call, Explained, Position, floats
from pellucid.trace.operators.convolution import spacing

Explainer = Callable[[Call, Tensor, Position], Explained]


def explain_convolution_weight(call: Call, upstream: Tensor, at: Position) -> Explained:
    """Return upstream gradient x input under this weight, at every place of the feature map.

    Args:
        call: of conv1d, conv2d or conv3d.
        upstream: [1, O, ...], the gradient at its output.
        at: (output channel, channel within the group, tap...).
    """
    inputs, weight = call.tensor("input"), call.tensor("weight")
    stride, before, dilation = spacing(call)
    per_output = int(weight.shape[0]) // int(call.argument("groups", 1))
    channel = at[0] // per_output * int(weight.shape[1]) + at[1]
    plane = floats(inputs[0, channel])
    places = []
    for dim, tap in enumerate(at[2:]):
        rows = np.arange(upstream.shape[2 + dim]) * stride[dim] - before[dim] + tap * dilation[dim]
        places.append(rows)
    inside = [(rows >= 0) & (rows < size) for rows, size in zip(places, plane.shape, strict=True)]
    seen = np.zeros(tuple(upstream.shape[2:]))
    seen[np.ix_(*inside)] = plane[np.ix_(*(rows[kept] for rows, kept in zip(places, inside, strict=True)))]
    terms: Floats = (floats(upstream[0, at[0]]) * seen).ravel()
    return Explained("sum over all places of upstream gradient x input", terms, note=f"{terms.size} places")


def explain_linear_weight(call: Call, upstream: Tensor, at: Position) -> Explained:
    """Return upstream gradient x input of linear, over all tokens; upstream [..., O], at (output, input)."""
    inputs = floats(call.tensor("input")[..., at[1]]).ravel()
    terms = floats(upstream[..., at[0]]).ravel() * inputs
    return Explained("upstream gradient x input" + (", summed over tokens" if terms.size > 1 else ""), terms)


def explain_bias(call: Call, upstream: Tensor, at: Position) -> Explained:
    """Return the upstream gradients that a bias sums: those of its channel or output."""
    dim = -1 if call.operator == "linear" else 1
    terms = floats(upstream.select(dim, at[0])).ravel()
    return Explained("sum of the upstream gradients", terms)


def explain_batch_norm_weight(call: Call, upstream: Tensor, at: Position) -> Explained:
    """Return upstream gradient x normalised input of one channel, at every place."""
    channel = at[0]
    mean, variance = (call.tensor(name)[channel].item() for name in ("running_mean", "running_var"))
    normalised = (floats(call.args[0].select(1, channel)) - mean) / np.sqrt(variance + float(call.argument("eps")))
    terms = floats(upstream.select(1, channel)).ravel() * normalised.ravel()
    return Explained("sum over all places of upstream gradient x normalised input", terms)


CONVOLUTIONS = ("conv1d", "conv2d", "conv3d")
BATCH_NORM = "_native_batch_norm_legit_no_training"
WEIGHT_GRADIENTS: dict[tuple[str, str], Explainer] = {
    **{(name, "weight"): explain_convolution_weight for name in CONVOLUTIONS},
    **{(name, "bias"): explain_bias for name in (*CONVOLUTIONS, "linear", BATCH_NORM)},
    ("linear", "weight"): explain_linear_weight,
    (BATCH_NORM, "weight"): explain_batch_norm_weight,
}
