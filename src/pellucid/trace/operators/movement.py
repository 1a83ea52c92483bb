"""Operators that compute nothing: they move, copy, cut or join values."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from pellucid.trace.arithmetic import Factor
from pellucid.trace.call import Call, Explained, Position, number, one

MOVEMENTS = [
    "view",
    "_unsafe_view",
    "reshape",
    "flatten",
    "permute",
    "transpose",
    "t",
    "expand",
    "expand_as",
    "unsqueeze",
    "squeeze",
    "select",
    "slice",
    "narrow",
    "clone",
    "alias",
    "contiguous",
    "detach",
    "dropout",
    "cat",
    "stack",
    "unbind",
    "split",
    "split_with_sizes",
    "chunk",
    "roll",
    "flip",
    "repeat",
    "repeat_interleave",
    "pad",
    "constant_pad_nd",
    "index",
    "index_select",
    "gather",
    "movedim",
    "swapaxes",
    "unflatten",
    "tile",
    "lift_fresh_copy",
    "to",
    "_to_copy",
    "unfold",
    "pixel_shuffle",
    "pixel_unshuffle",
    "channel_shuffle",
    "embedding",
    "as_strided",
    "upsample_nearest1d",
    "upsample_nearest2d",
    "upsample_nearest3d",
    "copy",
]
CONSTANTS = ["zeros", "ones", "full", "arange", "zeros_like", "ones_like", "full_like", "scalar_tensor", "eye", "empty"]


def explain_movement(call: Call, at: Position, *, element: int | None = None) -> Explained:
    """Return where a value came from: the operator is run once more, on the places of its input instead of its values.

    Args:
        call: of any operator of `MOVEMENTS`.
        at: the position in the output.
        element: which of several outputs.
    """
    # Found anew each time: kept, the places would take twice the memory of the values.
    sources, tensors = _sources(call)
    found = int((sources if element is None else sources[element])[at])
    if found < 0:
        value = number((call.output if element is None else call.output[element])[at])
        return Explained("a constant that fills up", one(value), (Factor("constant", np.array(value)),))
    for order, tensor in enumerate(tensors):
        if found < tensor.numel():
            place = tuple(int(index) for index in np.unravel_index(found, tuple(tensor.shape)))
            value = number(tensor[place])
            which = "" if len(tensors) == 1 else f" {order + 1} of {len(tensors)}"
            note = f"from {list(place[1:]) if len(place) > 1 else list(place)} of input{which}"
            return Explained("the value itself, moved", one(value), (Factor("input", np.array(value)),), note=note)
        found -= tensor.numel()
    raise AssertionError("a place beyond all inputs")


def landings(call: Call, index: int, at: Position) -> list[tuple[int | None, Position]]:
    """Return where one value of an input went: (which of several outputs or None, position) each.

    Args:
        call: of any operator of `MOVEMENTS`.
        index: which of the input's tensors, where it is a list.
        at: the position in it.
    """
    sources, tensors = _sources(call)
    sizes = [tensor.numel() for tensor in tensors]
    wanted = sum(sizes[:index]) + int(np.ravel_multi_index(at, tuple(tensors[index].shape)) if at else 0)
    several = isinstance(sources, list | tuple)
    return [
        (element if several else None, tuple(int(place) for place in found))
        for element, output in enumerate(sources if several else [sources])
        for found in (output == wanted).nonzero().tolist()
    ]


def explain_constant(call: Call, at: Position) -> Explained:
    """Return a number that the network brings along."""
    value = number(call.output[at])
    return Explained("a constant of the network", one(value), (Factor("constant", np.array(value)),))


def _sources(call: Call) -> tuple[Any, list[Tensor]]:
    """Return the operator's output on numbered places, and the tensors that were numbered, in order."""
    tensors: list[Tensor] = []
    numbered = 0

    def number_places(value: Any, *, is_data: bool) -> Any:
        nonlocal numbered
        if isinstance(value, Tensor) and is_data:
            places = torch.arange(numbered, numbered + value.numel(), dtype=torch.float64).reshape(value.shape)
            tensors.append(value)
            numbered += value.numel()
            return places
        if isinstance(value, list | tuple) and any(isinstance(part, Tensor) for part in value) and is_data:
            return type(value)(number_places(part, is_data=True) for part in value)
        return value

    # Of the arguments only the first holds data; further tensors are indices.
    args = [number_places(value, is_data=place == 0) for place, value in enumerate(call.args)]
    kwargs = dict(call.kwargs)
    if call.operator in ("pad", "constant_pad_nd"):
        args, kwargs = _with_fill(args, kwargs, call)
    kwargs.pop("dtype", None)
    return call.target(*args, **kwargs), tensors


def _with_fill(args: list[Any], kwargs: dict[str, Any], call: Call) -> tuple[list[Any], dict[str, Any]]:
    """Let constant padding fill with -1, which is no place."""
    mode = call.argument("mode", "constant") if call.operator == "pad" else "constant"
    if mode != "constant":
        return args, kwargs
    names = [declared.name for declared in call.target._schema.arguments]
    place = names.index("value")
    kept = args[:place]
    return kept, {**kwargs, **dict(zip(names[place + 1 :], args[place + 1 :], strict=False)), "value": -1.0}
