"""LeNet-5 (LeCun et al. 1998) as textbooks draw it: two convolutions, two poolings, three dense layers."""

from __future__ import annotations

from torch import nn

from pellucid.models.activations import make_activation
from pellucid.models.entry import InputShape, ModelOptions
from pellucid.models.initialisation import initialise_for


def build_lenet5(input_shape: InputShape, outputs: int, options: ModelOptions) -> nn.Module:
    """Return LeNet-5 with max pooling: [N, C, 28, 28] or [N, C, 32, 32] to [N, outputs]."""
    return _build(input_shape, outputs, options, nn.MaxPool2d)


def build_lenet5_sigmoid(input_shape: InputShape, outputs: int, options: ModelOptions) -> nn.Module:
    """Return LeNet-5 with average pooling: [N, C, 28, 28] or [N, C, 32, 32] to [N, outputs]."""
    return _build(input_shape, outputs, options, nn.AvgPool2d)


def _build(
    input_shape: InputShape, outputs: int, options: ModelOptions, pooling: type[nn.MaxPool2d] | type[nn.AvgPool2d]
) -> nn.Module:
    assert options.activation is not None
    channels, height, _ = input_shape
    model = nn.Sequential()

    def add_activation(number: int, norm: nn.Module) -> None:
        if options.batch_norm:
            model.add_module(f"norm{number}", norm)
        assert options.activation is not None
        model.add_module(f"act{number}", make_activation(options.activation))

    # 28 x 28 gets a border of 2, so that conv1 sees the 32 x 32 of the paper: 28 -> 14 -> 10 -> 5 from there on.
    model.add_module("conv1", nn.Conv2d(channels, 6, 5, padding=2 if height == 28 else 0))
    add_activation(1, nn.BatchNorm2d(6))
    model.add_module("pool1", pooling(2, stride=2))
    model.add_module("conv2", nn.Conv2d(6, 16, 5))
    add_activation(2, nn.BatchNorm2d(16))
    model.add_module("pool2", pooling(2, stride=2))
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
