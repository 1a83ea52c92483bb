"""How unlike one another pictures are: what tells that a network draws one over and over."""

from __future__ import annotations

import torch
from torch import Tensor


def spread_of(drawn: Tensor, real: Tensor) -> float:
    """Return how unlike one another drawn pictures are, as a share of how unlike real ones are.

    The mean distance between two pictures of a kind, over all pairs; 0 where all drawn ones are the same.

    Args:
        drawn: [N, C, H, W] levels.
        real: [M, C, H, W] likewise.
    """
    mean = [float(torch.pdist(one.flatten(1).double()).mean()) if len(one) > 1 else 0.0 for one in (drawn, real)]
    return mean[0] / mean[1] if mean[1] > 0 else 1.0
