"""LeNet-5 (LeCun et al. 1998) as textbooks draw it: two convolutions, two poolings, three dense layers."""

from __future__ import annotations

from torch import nn

from pellucid.kinds import Form
from pellucid.models.activations import make_activation
from pellucid.models.entry import ModelOptions
from pellucid.models.initialisation import initialise_for


def build_lenet5(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return LeNet-5 with max pooling: [N, C, 28, 28] or [N, C, 32, 32] to [N, outputs]."""
    return _build(form, outputs, options, nn.MaxPool2d)


def build_lenet5_sigmoid(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return LeNet-5 with average pooling: [N, C, 28, 28] or [N, C, 32, 32] to [N, outputs]."""
    return _build(form, outputs, options, nn.AvgPool2d)


def _build(
    form: Form, outputs: int, options: ModelOptions, pooling: type[nn.MaxPool2d] | type[nn.AvgPool2d]
) -> nn.Module:
    assert options.activation is not None
    channels, height, _ = form.shape
    model = nn.Sequential()

    def add_activation(number: int, norm: nn.Module) -> None:
        if options.batch_norm:
            model.add_module(f"norm{number}", norm)
        assert options.activation is not None
        model.add_module(f"act{number}", make_activation(options.activation))

    # 28 x 28 gets a border of 2, so that conv1 sees the 32 x 32 of the paper: 28 -> 14 -> 10 -> 5 from there on.
    convolutions = (nn.Conv2d(channels, 6, 5, padding=2 if height == 28 else 0), nn.Conv2d(6, 16, 5))
    # The largest of four, cut off at 0, is the largest of four cut off at 0: the same bits, forward and backward, and
    # the ReLU touches a quarter of the numbers. That is an eighth of a step's time.
    pooled_first = pooling is nn.MaxPool2d and options.activation == "relu" and not options.batch_norm
    for number, convolution in enumerate(convolutions, start=1):
        model.add_module(f"conv{number}", convolution)
        if pooled_first:
            model.add_module(f"pool{number}", pooling(2, stride=2))
        add_activation(number, nn.BatchNorm2d(convolution.out_channels))
        if not pooled_first:
            model.add_module(f"pool{number}", pooling(2, stride=2))
    model.add_module("flatten", nn.Flatten())
    width = 16 * 5 * 5
    for number, units in enumerate((120, 84), start=1):
        model.add_module(f"fc{number}", nn.Linear(width, units))
        add_activation(number + 2, nn.BatchNorm1d(units))
        if options.dropout:
            model.add_module(f"drop{number}", nn.Dropout(options.dropout))
        width = units
    model.add_module("fc3", nn.Linear(width, outputs))
    initialise_for(model, options.activation, normalised=bool(options.batch_norm))
    return model
