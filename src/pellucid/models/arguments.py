"""The arguments of torch's operators by their names, however they were passed."""

from __future__ import annotations

from typing import Any

from torch import Tensor

from pellucid.models.recording import Operation, tensors

_CONVOLUTION = ("input", "weight", "bias", "stride", "padding", "dilation", "groups")
_TRANSPOSED = ("input", "weight", "bias", "stride", "padding", "output_padding", "groups", "dilation")
_MAXIMUM = ("input", "kernel_size", "stride", "padding", "dilation", "ceil_mode")
_AVERAGE = ("input", "kernel_size", "stride", "padding", "ceil_mode")

ARGUMENTS: dict[str, tuple[str, ...]] = {
    **{f"conv{dims}d": _CONVOLUTION for dims in (1, 2, 3)},
    **{f"conv_transpose{dims}d": _TRANSPOSED for dims in (1, 2, 3)},
    **{f"max_pool{dims}d": _MAXIMUM for dims in (1, 2, 3)},
    **{f"avg_pool{dims}d": _AVERAGE for dims in (1, 2, 3)},
    **{f"adaptive_{kind}_pool{dims}d": ("input", "output_size") for dims in (1, 2, 3) for kind in ("avg", "max")},
    "linear": ("input", "weight", "bias"),
    "pad": ("input", "pad", "mode"),
    "flatten": ("input", "start_dim", "end_dim"),
    "permute": ("input", "dims"),
    "transpose": ("input", "dim0", "dim1"),
    "swapaxes": ("input", "dim0", "dim1"),
    "unbind": ("input", "dim"),
    "select": ("input", "dim", "index"),
    "squeeze": ("input", "dim"),
    "unsqueeze": ("input", "dim"),
    "cat": ("tensors", "dim"),
    "concat": ("tensors", "dim"),
    "softmax": ("input", "dim"),
    "mean": ("input", "dim", "keepdim"),
    "sum": ("input", "dim", "keepdim"),
    "amax": ("input", "dim", "keepdim"),
    "layer_norm": ("input", "normalized_shape"),
    "scaled_dot_product_attention": ("query", "key", "value", "attn_mask", "dropout_p", "is_causal"),
    "multi_head_attention_forward": ("query", "key", "value", "embed_dim_to_check"),
}
"""Positional arguments in their order; named as in torch's documentation."""

_ALIASES = {"input": ("x", "self"), "dim": ("axis", "dims"), "query": (), "tensors": ("arrays",)}


def argument(operation: Operation, name: str, default: Any = None) -> Any:
    """Return an argument of a call, or the default where it was not given."""
    order = ARGUMENTS.get(operation.name, ())
    place = order.index(name) if name in order else None
    if place is not None and place < len(operation.args):
        return operation.args[place]
    for word in (name, *_ALIASES.get(name, ())):
        if word in operation.kwargs:
            return operation.kwargs[word]
    return default


def given(operation: Operation) -> Tensor:
    """Return the first tensor that was handed over, parameters included."""
    return next(tensors((operation.args, tuple(operation.kwargs.values()))))


def each(value: Any, dims: int) -> tuple[int, ...]:
    """Return a number per dimension from one for all or one each."""
    listed = (int(value),) if isinstance(value, int) else tuple(int(part) for part in value)
    return listed * dims if len(listed) == 1 else listed


def dimensions(operation: Operation) -> int:
    """Return over how many dimensions a convolution or a pooling slides: the digit in its name."""
    return next(int(letter) for letter in operation.name if letter.isdigit())
