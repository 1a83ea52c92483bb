"""How much of the picture each number of a layer depends on, followed operator by operator.

For chains of layers this is Araujo, Norris & Sim 2019, "Computing Receptive Fields of Convolutional Neural Networks"
(Distill): with kernels k, strides s and paddings p, the size is 1 + sum over layers of (k - 1) x the strides before it,
the stride is the product of strides, and the start (minus their effective padding) is minus the sum of p x the strides
before it. Where paths meet, the field runs from the first pixel of any of them to the last. An operator that is not
known here ends it: what comes after has no field rather than a wrong one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from pellucid.kinds import Form
from pellucid.models import receptive_moving
from pellucid.models.arguments import argument, given
from pellucid.models.axes import Axis, Seen
from pellucid.models.recording import Operation
from pellucid.models.windows import window


def sides_of(form: Form) -> tuple[int, ...]:
    """Return the sides along which examples have positions: height and width, the length of a series or a text."""
    return form.shape if form.dtype == "int64" else form.shape[1:]


def of_input(form: Form) -> Seen:
    """Return the fields of the input: each position sees itself.

    Pictures [C, H, W], series [C, T] and tokens [T] have positions; a row [D] has none.
    """
    sides = sides_of(form)
    first = 1 + len(form.shape) - len(sides)
    return tuple(Axis(first + number, side) for number, side in enumerate(sides)) if 0 < len(sides) < 3 else None


def follow(operation: Operation, seen: Sequence[Seen]) -> Seen:
    """Return what the output of an operator sees.

    Args:
        operation: the call.
        seen: what each of its `inputs` sees.
    """
    known = [one for one in seen if one is not None]
    # One unknown among several makes the sum unknown: rather no field than one too small.
    if not known or len(known) < len(seen):
        return None
    if (slid := window(operation)) is not None:
        return _slide(operation, known[0], slid.sides)
    if operation.name in _ELEMENTWISE:
        is_same = operation.name != "get" or operation.output.shape == operation.inputs[0].shape
        return _merge(operation, known) if is_same else None
    rule = _RULES.get(operation.name)
    return None if rule is None else rule(operation, known)


def _slide(operation: Operation, seen: tuple[Axis, ...], sides: Sequence[Any]) -> Seen:
    shape = given(operation).shape
    first = len(shape) - len(sides)
    # The window slides over other axes than those on which positions lie: somebody has turned the tensor.
    if any(axis.place is not None and axis.place != first + number for number, axis in enumerate(seen)):
        return None
    if len(sides) != len(seen):
        return None
    return tuple(
        axis
        if axis.place is None
        else Axis(
            axis.place,
            int(operation.output.shape[axis.place]),
            axis.size + side.dilation * (side.taps - 1) * axis.stride,
            axis.stride * side.stride,
            axis.start - side.before * axis.stride,
        )
        for axis, side in zip(seen, sides, strict=True)
    )


def _adaptive(operation: Operation, known: list[tuple[Axis, ...]]) -> Seen:
    found: list[Axis] = []
    for axis in known[0]:
        if axis.place is None:
            found.append(axis)
            continue
        result = int(operation.output.shape[axis.place])
        if axis.count % result and axis.count != result:
            return None  # windows of different sizes
        taps = axis.count // result
        found.append(replace(axis, count=result, size=axis.size + (taps - 1) * axis.stride, stride=axis.stride * taps))
    return tuple(found)


def _merge(operation: Operation, known: list[tuple[Axis, ...]]) -> Seen:
    """Join what several tensors of one (broadcast) shape see."""
    ndim = operation.output.ndim
    inputs = operation.inputs
    lifted = [
        [
            replace(axis, place=axis.place + ndim - inputs[number].ndim) if axis.place is not None else axis
            for axis in seen
        ]
        for number, seen in enumerate(known)
    ]
    found = []
    for axes in zip(*lifted, strict=True):
        moving = [axis for axis in axes if axis.place is not None and (axis.count > 1 or len(axes) == 1)]
        if not moving:
            moving = list(axes[:1])
        one = moving[0]
        if any((other.place, other.stride) != (one.place, one.stride) for other in moving[1:]):
            return None  # positions that do not lie over one another
        fixed = [axis for axis in axes if axis not in moving]
        start = min(axis.start for axis in moving)
        size = max(axis.start + axis.size for axis in moving) - start
        if fixed:
            # Something that sees a fixed part of the picture is in every position: the field is all of it.
            low = min(start, *(axis.start for axis in fixed))
            high = max(
                start + (one.count - 1) * one.stride + size,
                *(axis.collapsed.start + axis.collapsed.size for axis in fixed),
            )
            found.append(Axis(one.place, one.count, high - low, 0 if one.count > 1 else one.stride, low))
        else:
            found.append(replace(one, start=start, size=size))
    return tuple(found)


def _mix_last(operation: Operation, known: list[tuple[Axis, ...]]) -> Seen:
    last = given(operation).ndim - 1
    return tuple(axis.collapsed if axis.place == last else axis for axis in known[0])


def _as_it_is(operation: Operation, known: list[tuple[Axis, ...]]) -> Seen:
    """Embedding: a vector for each position, behind all others."""
    return known[0]


def _mix_all(operation: Operation, known: list[tuple[Axis, ...]]) -> Seen:
    """Attention: each position sees what all of them see; where some look only at some, no size holds for all."""
    if argument(operation, "is_causal", False) or argument(operation, "attn_mask") is not None:
        return None
    found = []
    for axes in zip(*known, strict=True):
        whole = [axis.collapsed for axis in axes]
        low = min(axis.start for axis in whole)
        found.append(Axis(None, 1, max(axis.start + axis.size for axis in whole) - low, 1, low))
    return tuple(found)


def _mix_normalised(operation: Operation, known: list[tuple[Axis, ...]]) -> Seen:
    ndim = given(operation).ndim
    first = ndim - len(tuple(argument(operation, "normalized_shape", (0,))))
    return tuple(axis.collapsed if axis.place is not None and axis.place >= first else axis for axis in known[0])


def _reduce(operation: Operation, known: list[tuple[Axis, ...]]) -> Seen:
    ndim = given(operation).ndim
    asked = argument(operation, "dim")
    dims = range(ndim) if asked is None else (asked,) if isinstance(asked, int) else tuple(asked)
    gone = {dim % ndim for dim in dims}
    keeps = bool(argument(operation, "keepdim", operation.kwargs.get("keepdims", False)))
    found = []
    for axis in known[0]:
        if axis.place is None or axis.place in gone:
            found.append(axis.collapsed if axis.place is not None else axis)
        else:
            before = 0 if keeps else sum(dim < axis.place for dim in gone)
            found.append(replace(axis, place=axis.place - before))
    return tuple(found)


def _softmax(operation: Operation, known: list[tuple[Axis, ...]]) -> Seen:
    ndim = given(operation).ndim
    dim = int(argument(operation, "dim", -1)) % ndim
    return tuple(axis.collapsed if axis.place == dim else axis for axis in known[0])


_ELEMENTWISE = frozenset(
    [
        "relu",
        "relu6",
        "leaky_relu",
        "elu",
        "celu",
        "selu",
        "gelu",
        "silu",
        "mish",
        "hardswish",
        "hardsigmoid",
        "hardtanh",
        "sigmoid",
        "tanh",
        "softplus",
        "softsign",
        "prelu",
        "threshold",
        "clamp",
        "clamp_min",
        "clamp_max",
        "clip",
        "exp",
        "log",
        "sqrt",
        "rsqrt",
        "square",
        "abs",
        "neg",
        "pow",
        "rpow",
        "reciprocal",
        "dropout",
        "dropout1d",
        "dropout2d",
        "dropout3d",
        "feature_dropout",
        "alpha_dropout",
        "batch_norm",
        "add",
        "radd",
        "sub",
        "rsub",
        "mul",
        "rmul",
        "div",
        "rdiv",
        "truediv",
        "rtruediv",
        "maximum",
        "minimum",
        "contiguous",
        "clone",
        "detach",
        "to",
        "float",
        "half",
        "bfloat16",
        "double",
        "type_as",
        "type",
        "get",
        "requires_grad",
        "fill",
        "masked_fill",
        "where",
        "lerp",
        "addcmul",
        "stochastic_depth",
    ]
)
_RULES: dict[str, Callable[[Operation, list[tuple[Axis, ...]]], Seen]] = {
    **dict.fromkeys((f"adaptive_{kind}_pool{dims}d" for kind in ("avg", "max") for dims in (1, 2, 3)), _adaptive),
    **dict.fromkeys(("cat", "concat", "concatenate"), _merge),
    "linear": _mix_last,
    "embedding": _as_it_is,
    **dict.fromkeys(("matmul", "bmm", "mm", "scaled_dot_product_attention", "multi_head_attention_forward"), _mix_all),
    **dict.fromkeys(("group_norm", "instance_norm"), _mix_all),
    "layer_norm": _mix_normalised,
    **dict.fromkeys(("mean", "sum", "amax"), _reduce),
    **dict.fromkeys(("softmax", "log_softmax"), _softmax),
    **dict.fromkeys(("permute", "transpose", "swapaxes"), receptive_moving.permute),
    **dict.fromkeys(("reshape", "view", "flatten", "unflatten"), receptive_moving.reshape),
    "getitem": receptive_moving.index,
    "pad": receptive_moving.pad,
    **dict.fromkeys(("unbind", "select", "squeeze", "unsqueeze"), receptive_moving.shift),
    **dict.fromkeys(("chunk", "split", "split_with_sizes"), receptive_moving.part),
}
