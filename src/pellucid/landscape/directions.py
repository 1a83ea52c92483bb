"""Random directions in the space of weights, as long in every filter as the filter itself."""

from __future__ import annotations

import torch
from torch import Tensor, nn

TINY = 1e-10


def draw_direction(model: nn.Module, generator: torch.Generator) -> dict[str, Tensor]:
    """Return a filter-normalised random direction: one tensor per parameter, of its shape.

    Each filter of the direction (what belongs to one index of the first axis: a convolution's filter, a dense unit's
    weights) is Gaussian, scaled to the norm of the network's own filter; biases and normalisation's parameters do not
    move.
    Without this, two networks could not be compared: scaling weights up and the next layer's down changes nothing of
    what a network does, but everything about how sharp its loss looks.

    Source: Li, Xu, Taylor, Studer and Goldstein, "Visualizing the Loss Landscape of Neural Nets", NeurIPS 2018, section
        4.

    Args:
        model: with trained weights.
        generator: on the CPU; the same state, the same direction.
    """
    direction = {}
    for name, parameter in model.named_parameters():
        drawn = torch.randn(parameter.shape, generator=generator, dtype=torch.float32)
        if parameter.ndim <= 1:
            direction[name] = torch.zeros_like(parameter)
            continue
        own = parameter.detach().float().cpu().flatten(1).norm(dim=1)
        scale = own / (drawn.flatten(1).norm(dim=1) + TINY)
        scaled = drawn * scale.view(-1, *[1] * (parameter.ndim - 1))
        direction[name] = scaled.to(parameter)
    return direction
