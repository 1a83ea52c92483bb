"""Transposed convolutions of one, two and three dimensions: each number that is read is laid down under the kernel."""

from __future__ import annotations

import numpy as np

from pellucid.trace.arithmetic import Factor, Floats
from pellucid.trace.call import Call, Explained, Position, floats, number
from pellucid.trace.operators.convolution import spacing


def explain_transposed(call: Call, at: Position) -> Explained:
    """Return the products of what was read with the tap of the kernel that lies on this place, and the bias.

    The numbers that are read lie `stride` apart on the output, each with a kernel around it; a place sums up what of
    these kernels lies on it (V. Dumoulin and F. Visin 2016, "A guide to convolution arithmetic", section 4).

    Args:
        call: of conv_transpose1d, 2d or 3d: input [N, C, ...], weight [C, O / groups, ...].
        at: (example, output channel, place...).
    """
    inputs, weight, bias = call.tensor("input"), call.tensor("weight"), call.argument("bias")
    stride, before, dilation = spacing(call)
    channels, per_group = int(weight.shape[0]), int(weight.shape[1])
    example, channel, place = at[0], at[1], at[2:]
    each = channels // int(call.argument("groups", 1))
    first = channel // per_group * each
    kernel = floats(weight[first : first + each, channel % per_group])
    planes = floats(inputs[example, first : first + each])
    # By dimension the taps under which a number was read, and the place of that number; other taps count 0 here.
    taps, places = [], []
    for dim, size in enumerate(planes.shape[1:]):
        reached = [
            (tap, (place[dim] + before[dim] - tap * dilation[dim]) // stride[dim])
            for tap in range(kernel.shape[1 + dim])
            if (place[dim] + before[dim] - tap * dilation[dim]) % stride[dim] == 0
        ]
        inside = [(tap, read) for tap, read in reached if 0 <= read < size]
        taps.append(np.array([tap for tap, _ in inside], np.int64))
        places.append(np.array([read for _, read in inside], np.int64))
    read = np.zeros(kernel.shape)
    everyone = np.arange(each)
    read[np.ix_(everyone, *taps)] = planes[np.ix_(everyone, *places)]
    terms: Floats = (read * kernel).ravel()
    factors = [Factor("input", read), Factor("weight", kernel)]
    if bias is not None:
        offset = number(bias[channel])
        terms = np.append(terms, offset)
        factors.append(Factor("bias", np.array(offset)))
    formula = "sum of input x weight" + ("" if bias is None else ", + bias")
    shape = " x ".join(str(size) for size in kernel.shape)
    note = f"what was read, under each tap of a kernel of {shape} (channels x places), 0 where none lies"
    return Explained(formula, terms, tuple(factors), note=note)
