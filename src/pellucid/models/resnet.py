"""Residual networks for small pictures, after He et al. 2016, section 4.2: 16, 32 and 64 channels, n blocks a stage."""

from __future__ import annotations

import torch.nn.functional as F
from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models.entry import ModelOptions
from pellucid.models.initialisation import fill_weight
from pellucid.models.sums import Add

_CHANNELS = (16, 32, 64)


class PaddedShortcut(nn.Module):
    """Option A of the paper: every second pixel, and zeros for the channels that are new; no parameters."""

    def __init__(self, new_channels: int) -> None:
        super().__init__()
        self.new_channels = new_channels

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, C + new, ceil(H / 2), ceil(W / 2)] from [N, C, H, W]."""
        before = self.new_channels // 2
        return F.pad(inputs[:, :, ::2, ::2], (0, 0, 0, 0, before, self.new_channels - before))


class PlainBlock(nn.Module):
    """Two 3 x 3 convolutions, each with batch norm, and no way around them."""

    def __init__(self, inputs: int, outputs: int, *, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.act1 = nn.ReLU()
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.act2 = nn.ReLU()

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, outputs, H / stride, W / stride] from [N, inputs, H, W]."""
        hidden = self.act1(self.norm1(self.conv1(inputs)))
        answered: Tensor = self.act2(self.norm2(self.conv2(hidden)))
        return answered


class ResidualBlock(nn.Module):
    """Two 3 x 3 convolutions, each with batch norm, added to what came in."""

    def __init__(self, inputs: int, outputs: int, *, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.act1 = nn.ReLU()
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Identity() if stride == 1 else PaddedShortcut(outputs - inputs)
        self.add = Add()
        self.act2 = nn.ReLU()

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, outputs, H / stride, W / stride] from [N, inputs, H, W]."""
        hidden = self.act1(self.norm1(self.conv1(inputs)))
        hidden = self.norm2(self.conv2(hidden))
        added: Tensor = self.act2(self.add(hidden, self.shortcut(inputs)))
        return added


def build_resnet(form: Form, outputs: int, options: ModelOptions, *, blocks: int, plain: int = 0) -> nn.Module:
    """Return a residual (or plain) network of 6 * blocks + 2 weighted layers: [N, C, H, W] to [N, outputs].

    Args:
        form: of one example, (C, H, W), at least 8 pixels a side.
        outputs: the width of the last layer.
        options: none are honoured.
        blocks: residual blocks in each of the three stages.
        plain: 1 for the paper's plain network: the same layers without skip connections.
    """
    # The same first weights for both, so that a comparison of the two is one of the skip connections alone.
    block = PlainBlock if plain else ResidualBlock
    model = nn.Sequential()
    model.add_module("conv1", nn.Conv2d(form.shape[0], _CHANNELS[0], 3, padding=1, bias=False))
    model.add_module("norm1", nn.BatchNorm2d(_CHANNELS[0]))
    model.add_module("act1", nn.ReLU())
    width = _CHANNELS[0]
    for number, channels in enumerate(_CHANNELS, start=1):
        stage = nn.Sequential()
        for index in range(blocks):
            stride = 2 if index == 0 and number > 1 else 1
            stage.add_module(f"block{index + 1}", block(width, channels, stride=stride))
            width = channels
        model.add_module(f"stage{number}", stage)
    model.add_module("pool", nn.AdaptiveAvgPool2d(1))
    model.add_module("flatten", nn.Flatten())
    model.add_module("fc", nn.Linear(width, outputs))
    for layer in model.modules():
        if isinstance(layer, nn.Conv2d):
            fill_weight(layer.weight, "he")
    return model
