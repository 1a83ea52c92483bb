"""Pooling: a window, and its largest value or its mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product

import numpy as np
from torch import Tensor

from pellucid.trace.arithmetic import Factor, Floats
from pellucid.trace.call import Call, Explained, Position, floats, one


def explain_max_pool(call: Call, at: Position) -> Explained:
    """Return the window of max_pool1d/2d/3d at (..., channel, place...), and its winner."""
    inputs = call.args[0]
    dims = _dims(call)
    kernel, padding = _each(call.argument("kernel_size"), dims), _each(call.argument("padding", 0), dims)
    stride = _each(call.argument("stride") or kernel, dims)
    dilation = _each(call.argument("dilation", 1), dims)
    places = [
        [
            row
            for tap in range(kernel[dim])
            if 0
            <= (row := at[-dims + dim] * stride[dim] - padding[dim] + tap * dilation[dim])
            < inputs.shape[-dims + dim]
        ]
        for dim in range(dims)
    ]
    window = _gather(inputs, at[:-dims], places)
    winner = np.unravel_index(int(window.argmax()), window.shape)
    where = tuple(places[dim][int(index)] for dim, index in enumerate(winner))
    return Explained(
        "largest value of the window",
        one(float(window[winner])),
        (Factor("window", window),),
        note=f"the winner lies at {_in_words(where)} of the input",
    )


def explain_avg_pool(call: Call, at: Position) -> Explained:
    """Return the window of avg_pool1d/2d/3d at (..., channel, place...), each value divided by the window's size."""
    inputs = call.args[0]
    dims = _dims(call)
    kernel, padding = _each(call.argument("kernel_size"), dims), _each(call.argument("padding", 0), dims)
    stride = _each(call.argument("stride") or kernel, dims)
    places: list[list[int]] = []
    counted = 1
    for dim in range(dims):
        size = int(inputs.shape[-dims + dim])
        start = at[-dims + dim] * stride[dim] - padding[dim]
        end = min(start + kernel[dim], size + padding[dim])
        places.append(list(range(max(start, 0), min(end, size))))
        # Padding counts in the mean, but not what a window reaches beyond even that (`ceil_mode`).
        counted *= end - start if call.argument("count_include_pad", True) else len(places[-1])
    divisor = call.argument("divisor_override") or counted
    return _mean(_gather(inputs, at[:-dims], places), int(divisor))


def explain_adaptive_avg_pool(call: Call, at: Position) -> Explained:
    """Return the window of adaptive_avg_pool1d/2d/3d: from floor(i H / out) to ceil((i + 1) H / out)."""
    inputs = call.args[0]
    dims = _dims(call)
    places = []
    for dim in range(dims):
        size, out = int(inputs.shape[-dims + dim]), int(call.output.shape[-dims + dim])
        index = at[-dims + dim]
        places.append(list(range(index * size // out, math.ceil((index + 1) * size / out))))
    window = _gather(inputs, at[:-dims], places)
    return _mean(window, window.size)


def _mean(window: Floats, divisor: int) -> Explained:
    return Explained(f"mean of the window: sum / {divisor}", (window / divisor).ravel(), (Factor("window", window),))


def _gather(inputs: Tensor, lead: Position, places: Sequence[Sequence[int]]) -> Floats:
    """Return the values of one channel at the product of some places per dimension."""
    plane = inputs[lead]
    window = np.zeros([len(some) for some in places])
    if len(places) == 2 and all(places):
        rows, columns = places
        step_y, step_x = _step(rows), _step(columns)
        return floats(plane[rows[0] : rows[-1] + 1 : step_y, columns[0] : columns[-1] + 1 : step_x])
    for index in product(*(range(len(some)) for some in places)):
        window[index] = float(plane[tuple(some[i] for some, i in zip(places, index, strict=True))])
    return window


def _step(places: Sequence[int]) -> int:
    return places[1] - places[0] if len(places) > 1 else 1


def _dims(call: Call) -> int:
    return int(call.operator.split("pool")[1][0])


def _each(value: int | Sequence[int], dims: int) -> list[int]:
    listed = [value] if isinstance(value, int) else list(value)
    return listed * dims if len(listed) == 1 else listed


def _in_words(place: Position) -> str:
    return f"row {place[0]}, column {place[1]}" if len(place) == 2 else ", ".join(map(str, place))
