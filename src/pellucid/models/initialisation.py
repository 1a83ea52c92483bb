"""First weights: the schemes by name, and the one each own model starts from."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from pellucid.errors import ModelError, did_you_mean
from pellucid.models.entry import Activation
from pellucid.models.schemes import INITS, Init

_WEIGHTED = (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)


def check_init(init: str) -> Init:
    """Return the scheme of that name.

    Raises:
        ModelError: the scheme is unknown.
    """
    for known in INITS:
        if init == known:
            return known
    raise ModelError(
        f"The initialisation '{init}' is unknown.{did_you_mean(init, INITS)}", expected=f"One of {', '.join(INITS)}."
    )


def initialise(module: nn.Module, init: Init) -> None:
    """Draw the weights of every linear and convolution layer anew, from torch's global generator; biases become zero.

    What else holds parameters (normalisation, embeddings) is left as it is. "default" changes nothing.
    """
    if init == "default":
        return
    for layer in _weighted_layers(module):
        fill_weight(layer.weight, init)
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)


def fill_weight(weight: Tensor, init: Init) -> None:
    """Overwrite one weight [outputs, inputs, ...] by the scheme; fan-in is inputs times the kernel's positions."""
    match init:
        case "xavier":
            nn.init.xavier_uniform_(weight)
        case "he":
            nn.init.kaiming_normal_(weight, nonlinearity="relu")
        case "lecun":
            fan_in = weight[0].numel()
            nn.init.normal_(weight, std=1 / math.sqrt(fan_in))
        case "normal":
            # As AlexNet began (Krizhevsky et al. 2012, section 5); in deep networks what passes through vanishes with
            # it.
            nn.init.normal_(weight, std=0.01)
        case "zeros":
            nn.init.zeros_(weight)
        case "default":
            pass


def initialise_for(module: nn.Module, activation: Activation, *, normalised: bool = False) -> None:
    """Give an own model its default first weights, by the activation that follows its hidden layers.

    He for the relu family and maxout, Xavier for tanh and for the last layer, `_centre_sigmoid` for sigmoid.

    Args:
        module: its weighted layers are taken in definition order, the last one being the output.
        activation: what follows each weighted layer but the last.
        normalised: whether batch norm stands before each activation; then scale and centre are its business.
    """
    # He's factor of 2 makes up for what a ReLU takes away; behind the last layer stands none.
    *hidden, last = _weighted_layers(module)
    bounded = activation in ("sigmoid", "tanh")
    for layer in hidden:
        fill_weight(layer.weight, "xavier" if bounded else "he")
    fill_weight(last.weight, "xavier")
    for layer in (*hidden, last):
        if layer.bias is not None:
            nn.init.zeros_(layer.bias)
    if activation == "sigmoid" and not normalised:
        _centre_sigmoid([*hidden, last])


@torch.no_grad()
def _centre_sigmoid(layers: list[nn.Linear | nn.Conv1d | nn.Conv2d | nn.Conv3d]) -> None:
    """Rescale Xavier weights so that the sigmoid network starts as the tanh network with those same weights.

    sigmoid(2 a) = (1 + tanh(a)) / 2. So a layer that feeds a sigmoid gets its weights doubled; a layer that reads one
    gets them doubled again, and takes half their sum away in its bias, since its inputs centre on 1/2. Without this a
    deep sigmoid network starts on a plateau: each layer passes on a quarter of its signal, and the mean of 1/2 swamps
    it (Glorot and Bengio 2010, section 3.1). Exact through average pooling and, without padding, convolution.
    """
    for index, layer in enumerate(layers):
        reads, feeds = index > 0, index < len(layers) - 1
        layer.weight.mul_(2.0 ** (reads + feeds))
        if reads and layer.bias is not None:
            layer.bias.copy_(-layer.weight.flatten(1).sum(dim=1) / 2)


def _weighted_layers(module: nn.Module) -> list[nn.Linear | nn.Conv1d | nn.Conv2d | nn.Conv3d]:
    return [layer for layer in module.modules() if isinstance(layer, _WEIGHTED)]
