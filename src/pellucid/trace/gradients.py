"""The table of weights' gradients: for an operator and its argument, the terms that make the gradient of one weight."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import Tensor

from pellucid.trace.arithmetic import Factor, Floats
from pellucid.trace.call import Explained, Position, floats
from pellucid.trace.operators.convolution import spacing
from pellucid.trace.recurrent_gradients import explain_recurrent_weight
from pellucid.trace.uses import Use

Explainer = Callable[[Use, Position], Explained]
UPSTREAM = "upstream gradient"
DIMENSIONS = {2: ("row", "column"), 1: ("place",), 3: ("slice", "row", "column")}


def explain_convolution_weight(use: Use, at: Position) -> Explained:
    """Return upstream gradient x input under this weight, at every place of every example's feature map.

    Args:
        use: as the weight of conv1d, conv2d or conv3d; upstream [N, O, ...].
        at: (output channel, channel within the group, tap...).
    """
    call, upstream = use.call, use.upstream
    inputs, weight = call.tensor("input"), call.tensor("weight")
    stride, before, dilation = spacing(call)
    per_output = int(weight.shape[0]) // int(call.argument("groups", 1))
    channel = at[0] // per_output * int(weight.shape[1]) + at[1]
    planes = floats(inputs[:, channel])
    places = [
        np.arange(upstream.shape[2 + dim]) * stride[dim] - before[dim] + tap * dilation[dim]
        for dim, tap in enumerate(at[2:])
    ]
    inside = [(rows >= 0) & (rows < size) for rows, size in zip(places, planes.shape[1:], strict=True)]
    everyone = np.arange(len(planes))
    seen = np.zeros((len(planes), *upstream.shape[2:]))
    seen[np.ix_(everyone, *inside)] = planes[
        np.ix_(everyone, *(rows[kept] for rows, kept in zip(places, inside, strict=True)))
    ]
    labels = _labels(seen.shape, DIMENSIONS[len(at) - 2])
    return _products("upstream gradient x input", upstream[:, at[0]], "input", seen, labels)


def explain_transposed_weight(use: Use, at: Position) -> Explained:
    """Return input x upstream gradient at the place under this tap, for every number of the channel that was read.

    Args:
        use: as the weight of conv_transpose1d, 2d or 3d; upstream [N, O, ...].
        at: (input channel, output channel within the group, tap...).
    """
    call, upstream = use.call, use.upstream
    inputs, weight = call.tensor("input"), call.tensor("weight")
    stride, before, dilation = spacing(call)
    per_group = int(weight.shape[1])
    group = at[0] // (int(weight.shape[0]) // int(call.argument("groups", 1)))
    planes, coming = floats(inputs[:, at[0]]), floats(upstream[:, group * per_group + at[1]])
    places = [
        np.arange(size) * stride[dim] - before[dim] + tap * dilation[dim]
        for dim, (size, tap) in enumerate(zip(planes.shape[1:], at[2:], strict=True))
    ]
    inside = [(found >= 0) & (found < size) for found, size in zip(places, coming.shape[1:], strict=True)]
    everyone = np.arange(len(planes))
    under = np.zeros(planes.shape)
    under[np.ix_(everyone, *inside)] = coming[
        np.ix_(everyone, *(found[kept] for found, kept in zip(places, inside, strict=True)))
    ]
    labels = _labels(planes.shape, DIMENSIONS[len(at) - 2])
    return _products("upstream gradient x input", torch.from_numpy(under), "input", planes, labels)


def explain_linear_weight(use: Use, at: Position) -> Explained:
    """Return upstream gradient x input of linear, over examples and tokens; upstream [..., O], at (output, input)."""
    inputs = use.call.tensor("input")[..., at[1]]
    return _products("upstream gradient x input", use.upstream[..., at[0]], "input", floats(inputs), _tokens(inputs))


def explain_left_matrix(use: Use, at: Position) -> Explained:
    """Return upstream gradient x the other matrix's row, for a weight left in a product; at (row, column)."""
    other = use.call.tensor(PARTNER[use.call.operator, use.argument])
    return _in_product(use, use.upstream[..., at[0], :], other[..., at[1], :])


def explain_right_matrix(use: Use, at: Position) -> Explained:
    """Return upstream gradient x the other matrix's column, for a weight right in a product."""
    other = use.call.tensor(PARTNER[use.call.operator, use.argument])
    return _in_product(use, use.upstream[..., at[1]], other[..., at[0]])


def _in_product(use: Use, coming: Tensor, other: Tensor) -> Explained:
    alpha = float(use.call.argument("alpha", 1)) if use.call.operator == "addmm" else 1.0
    values = alpha * np.broadcast_to(floats(other), tuple(coming.shape))
    return _products("upstream gradient x the other matrix", coming, "other matrix", values, _tokens(coming))


def explain_bias(use: Use, at: Position) -> Explained:
    """Return the upstream gradients that a bias sums: those of its channel or output."""
    dim = -1 if use.call.operator == "linear" else 1
    coming = use.upstream.select(dim, at[0])
    spatial = DIMENSIONS.get(coming.ndim - 1, ()) if dim == 1 else ()
    return _sum(coming, _labels(tuple(coming.shape), spatial) if spatial else _tokens(coming))


def explain_added(use: Use, at: Position) -> Explained:
    """Return the upstream gradients that a summand sums: at all places that it was added to."""
    coming = _broadcast_to(use, at)
    sign = 1.0
    if (use.call.operator, use.argument) in (("sub", "other"), ("rsub", "self")):
        sign = -1.0
    alpha = use.call.argument("alpha", 1)
    if use.argument == ("self" if use.call.operator == "rsub" else "other") and alpha is not None:
        sign *= float(alpha)
    if use.call.operator == "addmm":
        sign = float(use.call.argument("beta", 1))
    return _sum(coming, _places(coming), sign)


def explain_factor(use: Use, at: Position) -> Explained:
    """Return upstream gradient x the other factor of mul, or of a dividend: upstream gradient / divisor."""
    call = use.call
    other = call.argument("other" if use.argument == "self" else "self")
    coming = _broadcast_to(use, at)
    values = floats(other.expand(use.upstream.shape)[_region(use, at)]) if isinstance(other, Tensor) else float(other)
    if call.operator == "div":
        return _products(
            "upstream gradient x 1 / divisor", coming, "1 / divisor", 1 / np.asarray(values), _places(coming)
        )
    return _products("upstream gradient x other factor", coming, "other factor", np.asarray(values), _places(coming))


def explain_batch_norm_weight(use: Use, at: Position) -> Explained:
    """Return upstream gradient x normalised input of one channel, at every place."""
    call, channel = use.call, at[0]
    mean, variance = (call.tensor(name)[channel].item() for name in ("running_mean", "running_var"))
    scale = 1 / np.sqrt(variance + float(call.argument("eps")))
    inputs = floats(call.args[0].select(1, channel))
    labels = _labels(inputs.shape, DIMENSIONS.get(inputs.ndim - 1, ()))
    sizes = (np.abs(inputs) + abs(mean)) * scale
    return _normalised(use.upstream.select(1, channel), (inputs - mean) * scale, sizes, labels)


def explain_layer_norm_weight(use: Use, at: Position) -> Explained:
    """Return upstream gradient x normalised input of one feature, at every token that was normalised."""
    call = use.call
    inputs = floats(call.args[0])
    over = tuple(range(inputs.ndim - len(at), inputs.ndim))
    mean = inputs.mean(axis=over)
    scale = 1 / np.sqrt(inputs.var(axis=over) + float(call.argument("eps")))
    place: tuple[Any, ...] = (..., *at)
    sizes = (np.abs(inputs).max(axis=over) + np.abs(mean)) * scale
    coming = use.upstream[place]
    return _normalised(coming, (inputs[place] - mean) * scale, sizes, _tokens(coming))


def explain_layer_norm_bias(use: Use, at: Position) -> Explained:
    """Return the upstream gradients of one feature, at every token that was normalised."""
    place: tuple[Any, ...] = (..., *at)
    coming = use.upstream[place]
    return _sum(coming, _tokens(coming))


def explain_group_norm_weight(use: Use, at: Position) -> Explained:
    """Return upstream gradient x normalised input of one channel, at every place; the statistics are its group's."""
    call, channel = use.call, at[0]
    inputs = call.args[0]
    size = int(inputs.shape[1]) // int(call.argument("num_groups"))
    first = channel // size * size
    group = floats(inputs[:, first : first + size]).reshape(len(inputs), -1)
    own = floats(inputs[:, channel])
    shape = (-1, *(1,) * (own.ndim - 1))
    mean, variance = group.mean(axis=1).reshape(shape), group.var(axis=1).reshape(shape)
    scale = 1 / np.sqrt(variance + float(call.argument("eps")))
    sizes = np.broadcast_to((np.abs(group).max(axis=1).reshape(shape) + np.abs(mean)) * scale, own.shape)
    labels = _labels(own.shape, DIMENSIONS.get(own.ndim - 1, ()))
    return _normalised(use.upstream[:, channel], (own - mean) * scale, sizes, labels)


def _normalised(coming: Tensor, values: Floats, sizes: Floats, labels: tuple[str, ...]) -> Explained:
    explained = _products("upstream gradient x normalised input", coming, "normalised input", values, labels)
    # Input and mean may nearly cancel: what is rounded is as large as they are.
    magnitude = float((np.abs(floats(coming)) * sizes).sum() + np.abs(explained.terms).sum())
    return Explained(
        explained.formula, explained.terms, explained.factors, explained.labels, explained.note, magnitude=magnitude
    )


def _products(formula: str, coming: Tensor, name: str, values: Floats, labels: tuple[str, ...]) -> Explained:
    upstream = floats(coming).ravel()
    other = np.broadcast_to(values, tuple(coming.shape)).ravel()
    terms: Floats = upstream * other
    words = f"sum of {formula}" if terms.size > 1 else formula
    return Explained(words, terms, (Factor(UPSTREAM, upstream), Factor(name, other)), labels, _count(terms.size))


def _sum(coming: Tensor, labels: tuple[str, ...], sign: float = 1.0) -> Explained:
    terms = sign * floats(coming).ravel()
    return Explained("sum of the upstream gradients", terms, (), labels, _count(terms.size))


def _count(size: int) -> str:
    return f"{size:,} terms" if size > 1 else ""


def _labels(shape: tuple[int, ...], names: tuple[str, ...]) -> tuple[str, ...]:
    """Return words for every place of [N, ...]; the example is left out where there is one."""
    words = ("example", *names)
    shown = [dim for dim in range(len(shape)) if dim > 0 or shape[0] > 1]
    return tuple(", ".join(f"{words[dim]} {place[dim]}" for dim in shown) for place in np.ndindex(*shape))


def _tokens(values: Tensor) -> tuple[str, ...]:
    """Return words for every place of [N, tokens...]."""
    names = ("token",) if values.ndim == 2 else tuple(f"place {dim + 1}:" for dim in range(values.ndim - 1))
    return _labels(tuple(values.shape), names)


def _places(values: Tensor) -> tuple[str, ...]:
    return tuple(f"at {list(place)}" for place in np.ndindex(*values.shape))


def _region(use: Use, at: Position) -> tuple[slice | int, ...]:
    """Return where in a broadcast result one place of a tensor was used."""
    tensor = use.call.tensor(use.argument)
    missing = use.upstream.ndim - tensor.ndim
    own = (
        slice(None) if size == 1 and whole > 1 else slice(place, place + 1)
        for place, size, whole in zip(at, tensor.shape, use.upstream.shape[missing:], strict=True)
    )
    return (*(slice(None),) * missing, *own)


def _broadcast_to(use: Use, at: Position) -> Tensor:
    return use.upstream[_region(use, at)]


PARTNER = {
    ("addmm", "mat1"): "mat2",
    ("addmm", "mat2"): "mat1",
    ("mm", "self"): "mat2",
    ("mm", "mat2"): "self",
    ("matmul", "self"): "other",
    ("matmul", "other"): "self",
}
CONVOLUTIONS = ("conv1d", "conv2d", "conv3d")
TRANSPOSED = ("conv_transpose1d", "conv_transpose2d", "conv_transpose3d")
BATCH_NORM = "_native_batch_norm_legit_no_training"
WEIGHT_GRADIENTS: dict[tuple[str, str], Explainer] = {
    **{(name, "weight"): explain_convolution_weight for name in CONVOLUTIONS},
    **{(name, "weight"): explain_transposed_weight for name in TRANSPOSED},
    **{(name, "bias"): explain_bias for name in (*CONVOLUTIONS, *TRANSPOSED, "linear", BATCH_NORM, "group_norm")},
    ("linear", "weight"): explain_linear_weight,
    (BATCH_NORM, "weight"): explain_batch_norm_weight,
    ("layer_norm", "weight"): explain_layer_norm_weight,
    ("layer_norm", "bias"): explain_layer_norm_bias,
    ("group_norm", "weight"): explain_group_norm_weight,
    **{(name, part): explain_added for name in ("add", "sub", "rsub") for part in ("self", "other")},
    ("addmm", "self"): explain_added,
    **{("mul", part): explain_factor for part in ("self", "other")},
    ("div", "self"): explain_factor,
    **dict.fromkeys([("addmm", "mat1"), ("mm", "self"), ("matmul", "self")], explain_left_matrix),
    **dict.fromkeys([("addmm", "mat2"), ("mm", "mat2"), ("matmul", "other")], explain_right_matrix),
    **{(name, "params"): explain_recurrent_weight for name in ("lstm", "gru", "rnn_tanh", "rnn_relu")},
}
