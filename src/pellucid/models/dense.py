"""Models of dense layers: `linear` and `mlp`. Whatever the input's shape, it is flattened."""

from __future__ import annotations

import math

from torch import nn

from pellucid.kinds import Form
from pellucid.models.activations import make_activation
from pellucid.models.entry import ModelOptions
from pellucid.models.initialisation import initialise_for


def build_linear(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return one dense layer from the flattened input [N, D] to [N, outputs]: logistic or linear regression."""
    model = nn.Sequential()
    model.add_module("flatten", nn.Flatten())
    model.add_module("fc", nn.Linear(math.prod(form.shape), outputs))
    initialise_for(model, "relu")
    return model


def build_perceptron(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return one dense layer that starts at zero, as Rosenblatt's rule has it; the step is in loss and answer."""
    model = build_linear(form, outputs, options)
    for parameter in model.parameters():
        nn.init.zeros_(parameter)
    return model


def build_mlp(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return dense hidden layers, each `fc, norm, act, drop` as the options have it, and a dense output layer."""
    assert options.hidden is not None
    assert options.activation is not None
    model = nn.Sequential()
    model.add_module("flatten", nn.Flatten())
    width = math.prod(form.shape)
    pieces = options.maxout_pieces if options.activation == "maxout" else 1
    for number, units in enumerate(options.hidden, start=1):
        model.add_module(f"fc{number}", nn.Linear(width, units * pieces))
        if options.batch_norm:
            model.add_module(f"norm{number}", nn.BatchNorm1d(units * pieces))
        model.add_module(f"act{number}", make_activation(options.activation, maxout_pieces=pieces))
        if options.dropout:
            model.add_module(f"drop{number}", nn.Dropout(options.dropout))
        width = units
    model.add_module(f"fc{len(options.hidden) + 1}", nn.Linear(width, outputs))
    initialise_for(model, options.activation, normalised=bool(options.batch_norm))
    return model
