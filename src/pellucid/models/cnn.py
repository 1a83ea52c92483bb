"""`cnn`: a small convolutional network that fits itself to the size of the pictures.

The side of the feature maps is halved until 4 to 7 pixels are left, and the rest averaged: a digit of 8 x 8 pixels is
halved once, a photo of 128 five times. Maps are narrow where they are large (32 channels) and wide where they are small
(up to 256); every width is a multiple of 32, which fills the tiles of matrix units. In large pictures the stem takes up
to two of the halvings at once, since at full size a convolution costs most and sees least. Elsewhere a halving is a
maximum, taken right after the convolution, so that normalising and activating touch a quarter of the numbers
(Jordan 2024, airbench); on Fashion-MNIST it scored clearly above strides of 2 for the same time.
"""

from __future__ import annotations

from typing import NamedTuple

from torch import nn

from pellucid.kinds import Form
from pellucid.models.activations import make_activation
from pellucid.models.entry import ModelOptions
from pellucid.models.initialisation import initialise_for

_STEM_CHANNELS = 32
_STAGE_CHANNELS = (64, 128, 256)
_FEWEST_STAGES = 2
_MOST_STEM_HALVINGS = 2


class CnnPlan(NamedTuple):
    """How a picture of some size is taken down."""

    stem_halvings: int
    """0, 1 (a stride of 2) or 2 (and a pooling)."""
    stages: tuple[bool, ...]
    """Of each stage: whether it halves."""


def plan(side: int) -> CnnPlan:
    """Return how a picture whose shorter side has `side` pixels is halved until fewer than 8 are left."""
    halvings = max(side.bit_length() - 3, 0)  # Each halving drops the last bit, until three are left: 4 to 7.
    stem_halvings = min(max(halvings - len(_STAGE_CHANNELS), 0), _MOST_STEM_HALVINGS)
    halving_stages = halvings - stem_halvings
    stages = max(halving_stages, _FEWEST_STAGES)
    return CnnPlan(stem_halvings, tuple(stage < halving_stages for stage in range(stages)))


def build_cnn(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return the network for pictures of this size: [N, C, H, W] to [N, outputs], at least 8 pixels a side.

    A stem of one convolution; then stages of two, `conv, pool, norm, act, conv, norm, act`; the mean over the last map,
    and one dense layer.
    """
    assert options.activation is not None
    channels, height, width = form.shape
    stem_halvings, stages = plan(min(height, width))
    model = nn.Sequential()
    # The stem has no norm: on maps this large it would cost as much as a convolution, and its input is normalised.
    model.add_module("conv1", _stem(channels, halve=stem_halvings > 0))
    if stem_halvings == _MOST_STEM_HALVINGS:
        model.add_module("pool1", nn.MaxPool2d(2))
    model.add_module("act1", make_activation(options.activation))
    inputs, number = _STEM_CHANNELS, 1
    for stage, halves in enumerate(stages):
        wide = _STAGE_CHANNELS[min(stage, len(_STAGE_CHANNELS) - 1)]
        for pools in (halves, False):
            number += 1
            model.add_module(f"conv{number}", nn.Conv2d(inputs, wide, 3, padding=1, bias=not options.batch_norm))
            if pools:
                model.add_module(f"pool{number}", nn.MaxPool2d(2))
            if options.batch_norm:
                model.add_module(f"norm{number}", nn.BatchNorm2d(wide))
            model.add_module(f"act{number}", make_activation(options.activation))
            inputs = wide
    model.add_module("pool", nn.AdaptiveAvgPool2d(1))
    model.add_module("flatten", nn.Flatten())
    if options.dropout:
        model.add_module("drop", nn.Dropout(options.dropout))
    model.add_module("fc", nn.Linear(inputs, outputs))
    initialise_for(model, options.activation, normalised=bool(options.batch_norm))
    return model


def _stem(channels: int, *, halve: bool) -> nn.Conv2d:
    if halve:
        return nn.Conv2d(channels, _STEM_CHANNELS, 4, stride=2, padding=1)
    return nn.Conv2d(channels, _STEM_CHANNELS, 3, padding=1)
