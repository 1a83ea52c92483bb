"""The window that a convolution or a pooling slides over its input, side by side."""

from __future__ import annotations

from typing import NamedTuple

from pellucid.models.arguments import argument, dimensions, each, given
from pellucid.models.recording import Operation


class Side(NamedTuple):
    """A window along one dimension."""

    taps: int
    stride: int
    before: int
    """Padding before the first number."""
    after: int
    dilation: int


class Window(NamedTuple):
    """How an operator slides: per dimension its window, the input's size and the output's."""

    sides: tuple[Side, ...]
    given: tuple[int, ...]
    result: tuple[int, ...]
    ceiling: bool
    """Whether sizes are rounded up (ceil_mode)."""


def window(operation: Operation) -> Window | None:
    """Return the window of a convolution or a pooling, None of any other operator."""
    is_convolution = operation.name in ("conv1d", "conv2d", "conv3d")
    if not is_convolution and operation.name not in _POOLINGS:
        return None
    dims = dimensions(operation)
    taps = (
        tuple(int(size) for size in argument(operation, "weight").shape[2:])
        if is_convolution
        else each(argument(operation, "kernel_size"), dims)
    )
    stride = argument(operation, "stride")
    # A pooling without a stride steps by its own size.
    steps = each(stride, dims) if stride not in (None, [], ()) else (1,) * dims if is_convolution else taps
    dilation = each(argument(operation, "dilation", 1), dims)
    padding = argument(operation, "padding", 0)
    sides = []
    for side in range(dims):
        reach = dilation[side] * (taps[side] - 1)
        if padding == "same":
            before, after = reach // 2, reach - reach // 2
        else:
            before = after = 0 if padding == "valid" else each(padding, dims)[side]
        sides.append(Side(taps[side], steps[side], before, after, dilation[side]))
    return Window(
        tuple(sides),
        tuple(int(size) for size in given(operation).shape[-dims:]),
        tuple(int(size) for size in operation.output.shape[-dims:]),
        bool(argument(operation, "ceil_mode", False)),
    )


_POOLINGS = frozenset(f"{kind}_pool{dims}d" for kind in ("max", "avg") for dims in (1, 2, 3))
