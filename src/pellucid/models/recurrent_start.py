"""How the weights of recurrent layers begin."""

from __future__ import annotations

import torch
from torch import nn


def start_recurrent(layer: nn.RNNBase, *, keeps: float = 0.0) -> None:
    """Draw orthogonal weights from state to state, Xavier's from the input; biases are 0 but for gates that keep.

    Args:
        layer: of one direction.
        keeps: bias of a GRU's update gate; above 0 its state changes little at first. The gate of an LSTM that forgets
            begins open, at 1 (Jozefowicz et al. 2015).
    """
    size = layer.hidden_size
    for name, parameter in layer.named_parameters():
        if name.startswith("weight"):
            for gate in torch.split(parameter.data, size):
                if name.startswith("weight_hh"):
                    nn.init.orthogonal_(gate)
                else:
                    nn.init.xavier_uniform_(gate)
            continue
        nn.init.zeros_(parameter.data)
        if name.startswith("bias_ih") and isinstance(layer, nn.LSTM | nn.GRU):
            # The second part of both: of an LSTM input, forget, candidate, output; of a GRU reset, update, candidate.
            parameter.data[size : 2 * size] = 1 if isinstance(layer, nn.LSTM) else keeps
