"""The last layer of a classifier, whose input is the picture's feature vector."""

from __future__ import annotations

from typing import Any

from torch import nn


def head(module: nn.Module) -> nn.Linear | nn.Conv2d | None:
    """Return the layer that gives the outputs: what timm calls the classifier, else the last dense layer defined.

    A network without dense layers has its last convolution as its head (SqueezeNet). For every model of ours the head
    is a dense layer and its input the feature vector [N, F].

    Returns:
        None when there is neither a dense layer nor a convolution.
    """
    ask: Any = getattr(module, "get_classifier", None)
    classifier = ask() if callable(ask) else None
    if isinstance(classifier, nn.Linear | nn.Conv2d):
        return classifier
    # A few of timm's classifiers are small networks of their own: then the search goes on inside.
    searched = classifier if isinstance(classifier, nn.Module) else module
    return _last(searched) or _last(module)


def _last(module: nn.Module) -> nn.Linear | nn.Conv2d | None:
    dense: nn.Linear | None = None
    convolution: nn.Conv2d | None = None
    for layer in module.modules():
        if isinstance(layer, nn.Linear):
            dense = layer
        elif isinstance(layer, nn.Conv2d):
            convolution = layer
    return dense if dense is not None else convolution
