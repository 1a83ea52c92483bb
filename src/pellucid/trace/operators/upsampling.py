"""Up-sampling of pictures between values: each new value is a mean of four old ones, weighted by how near they are."""

from __future__ import annotations

import numpy as np
import torch

from pellucid.trace.arithmetic import Factor, Floats
from pellucid.trace.call import Call, Explained, Position, floats


def explain_bilinear(call: Call, at: Position) -> Explained:
    """Return the four values around the place that a new value has among the old ones, each times its weight.

    Centres of pixels are aligned, or with `align_corners` those of the corners' pixels. Where the place lies exactly is
    rounded by the operator in its own way, so the weights are read off it: what it makes of a 1 among zeros.

    Args:
        call: of upsample_bilinear2d: input [N, C, h, w], output [N, C, H, W].
        at: (example, channel, row, column).
    """
    inputs = call.tensor("input")
    ends = [_neighbours(call, dim, at[2 + dim]) for dim in (0, 1)]
    window = floats(inputs[at[0], at[1]])[np.ix_(*ends)]
    weights: Floats = np.zeros(window.shape)
    for place in np.ndindex(*window.shape):
        plane = torch.zeros(1, 1, *inputs.shape[2:], dtype=inputs.dtype)
        plane[0, 0, ends[0][place[0]], ends[1][place[1]]] = 1
        weights[place] = float(call.target(plane, *call.args[1:], **call.kwargs)[0, 0, at[2], at[3]])
    rows, columns = (" and ".join(map(str, end)) for end in ends)
    note = f"rows {rows}, columns {columns} of the input"
    factors = (Factor("input", window), Factor("weight", weights))
    return Explained("sum of input x weight", (window * weights).ravel(), factors, note=note)


def _neighbours(call: Call, dim: int, place: int) -> list[int]:
    """Return the one or two old places between which a new one lies, and one more on either side where rounding may."""
    have, want = int(call.tensor("input").shape[2 + dim]), int(call.output.shape[2 + dim])
    if call.argument("align_corners"):
        source = place * (have - 1) / max(1, want - 1)
    else:
        source = max(0.0, (place + 0.5) * (_scale(call, dim) or have / want) - 0.5)
    near = {int(source - 1e-4), int(source + 1e-4), int(source + 1e-4) + 1}
    return sorted({max(0, min(one, have - 1)) for one in near})


def _scale(call: Call, dim: int) -> float | None:
    """Return how far apart new values lie among the old ones where the network was told a factor; None of a size."""
    factors = call.argument("scale_factors", None)
    given = factors[dim] if factors else call.argument(("scales_h", "scales_w")[dim], None)
    return 1 / float(given) if given else None
