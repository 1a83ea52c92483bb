"""The weights of a layer, laid out as the pictures that they are."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from pellucid.errors import RecipeError
from pellucid.features.layers import find_layer
from pellucid.features.records import Filters

LIMIT_PERCENTILE = 99.5
"""Of the magnitudes of a layer's weights: a single large one must not make all others grey."""


def find_filters(model: nn.Module, input_shape: tuple[int, ...], layer: str | None = None) -> Filters:
    """Return the weights of a convolution or a dense layer.

    Args:
        model: the network.
        input_shape: (C, H, W) or (D,) of one example.
        layer: its path; None for the first that has filters.

    Raises:
        RecipeError: there is no such layer, or it has no filters.
    """
    names = [name for name, module in model.named_modules() if _has_filters(module)]
    if not names:
        raise RecipeError("The network has neither a convolution nor a dense layer.")
    name = layer or names[0]
    module = model if isinstance(model, nn.Linear) and not name else find_layer(model, name)
    if not _has_filters(module):
        raise RecipeError(
            f"The layer '{name}' ({type(module).__name__}) has no filters.",
            expected=f"One of: {', '.join(names[:40])}.",
        )
    weight = module.weight
    assert isinstance(weight, torch.Tensor)
    weights: NDArray[np.float32] = weight.detach().float().cpu().numpy()
    reads_input = name == names[0] and len(input_shape) == 3
    if weights.ndim == 2:
        # A dense layer over the flattened picture: each unit's weights lie as the picture's pixels do.
        as_picture = reads_input and weights.shape[1] == int(np.prod(input_shape))
        weights = weights.reshape(len(weights), *(input_shape if as_picture else (weights.shape[1], 1, 1)))
    elif weights.ndim == 3:
        weights = weights[:, :, None]
    if isinstance(module, nn.ConvTranspose2d):
        weights = weights.swapaxes(0, 1)
    magnitudes = np.abs(weights)
    limit = float(np.percentile(magnitudes, LIMIT_PERCENTILE)) or float(magnitudes.max()) or 1.0
    return Filters(
        layer=name,
        operator=type(module).__name__,
        weights=np.ascontiguousarray(weights),
        in_colours=reads_input and weights.shape[1] == input_shape[0] and weights.shape[2] * weights.shape[3] > 1,
        limit=limit,
        strengths=np.sqrt((weights**2).sum(axis=(1, 2, 3))),
    )


def _has_filters(module: nn.Module) -> bool:
    kinds = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.ConvTranspose2d)
    return isinstance(module, kinds) and not isinstance(module.weight, nn.UninitializedParameter)
