"""`ddpm`: a U-Net that is told how far on the way to noise a picture is, and says what of it is noise.

After J. Ho, A. Jain and P. Abbeel 2020, "Denoising diffusion probabilistic models", appendix B: residual blocks with
group normalisation, time by sines and cosines; without attention, and with the scale and shift of P. Dhariwal and A.
Nichol 2021, table 3. Large pictures are read and written in squares of pixels, as E. Hoogeboom, J. Heek and T. Salimans
2023 ("Simple diffusion", section 3.3) do, which costs a fraction of convolutions at full size.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from pellucid.kinds import Form
from pellucid.models.entry import ModelOptions
from pellucid.models.latent_options import DiffusionOptions
from pellucid.models.unet_parts import padded

TIMES = 1000
"""Sines and cosines are those of so many steps, however many the schedule has."""
SLOWEST = 10_000.0
"""The slowest wave takes 2 pi times so many steps (Vaswani et al. 2017, section 3.5)."""
GROUPS = 8
SMALL = 16
"""Pictures of shorter sides are read pixel by pixel."""


class TimeEmbedding(nn.Module):
    """Makes a vector of how far on the way to noise a picture is.

    Args:
        waves: sines, and as many cosines.
        width: of the vector.
    """

    speeds: Tensor

    def __init__(self, waves: int, width: int) -> None:
        super().__init__()
        speeds = torch.exp(-math.log(SLOWEST) * torch.arange(waves) / waves)
        self.register_buffer("speeds", speeds, persistent=False)
        self.dense1, self.dense2 = nn.Linear(2 * waves, width), nn.Linear(width, width)

    def forward(self, time: Tensor) -> Tensor:
        """Return [N, width] of [N] shares of the way, 0 to 1."""
        angles = TIMES * time[:, None] * self.speeds
        waves = torch.cat([angles.sin(), angles.cos()], 1)
        vector: Tensor = functional.silu(self.dense2(functional.silu(self.dense1(waves))))
        return vector


@torch.no_grad()
def beginning_with_zeros(layer: nn.Conv2d) -> nn.Conv2d:
    """Return a convolution whose weights and biases are 0: what it is part of at first does nothing."""
    for parameter in layer.parameters():
        parameter.zero_()
    return layer


class TimedBlock(nn.Module):
    """Two convolutions beside a straight way; between them each channel is scaled and shifted, as the time says.

    The second convolution begins with zeros, so that the block at first hands on what comes in.

    Args:
        inputs: channels that come in.
        outputs: channels that go out.
        time: width of the time's vector.
    """

    def __init__(self, inputs: int, outputs: int, time: int) -> None:
        super().__init__()
        self.norm1 = nn.GroupNorm(math.gcd(GROUPS, inputs), inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.time = nn.Linear(time, 2 * outputs)
        self.norm2 = nn.GroupNorm(math.gcd(GROUPS, outputs), outputs)
        self.conv2 = beginning_with_zeros(nn.Conv2d(outputs, outputs, 3, padding=1))
        self.straight = nn.Conv2d(inputs, outputs, 1) if inputs != outputs else nn.Identity()

    def forward(self, values: Tensor, time: Tensor) -> Tensor:
        """Return [N, outputs, h, w] of [N, inputs, h, w] and [N, time]."""
        hidden = self.conv1(functional.silu(self.norm1(values)))
        scale, shift = self.time(time)[:, :, None, None].chunk(2, 1)
        hidden = self.conv2(functional.silu(self.norm2(hidden) * (1 + scale) + shift))
        given: Tensor = self.straight(values) + hidden
        return given


class DenoisingUNet(nn.Module):
    """Takes [N, C, H, W] noisy pictures and [N] times, and gives [N, C x H x W]: what the task asks for.

    Args:
        channels: C.
        width: filters of the first level; each further level has twice as many.
        levels: how many, each on half the size of the one above.
        patch: pixels of the sides of the squares that are read and written as one.
    """

    def __init__(self, channels: int, *, width: int, levels: int, patch: int) -> None:
        super().__init__()
        widths = [width << level for level in range(levels)]
        self.patch, self.multiple = patch, patch << (levels - 1)
        time, squares = 4 * width, channels * patch**2
        self.time = TimeEmbedding(max(1, width // 2), time)
        self.read = nn.Conv2d(squares, width, 3, padding=1)
        before = [width, *widths[:-1]]
        self.down = nn.ModuleList(TimedBlock(*pair, time) for pair in zip(before, widths, strict=True))
        self.halve = nn.ModuleList(nn.Conv2d(one, one, 3, stride=2, padding=1) for one in widths[:-1])
        self.middle = TimedBlock(widths[-1], widths[-1], time)
        self.join = nn.ModuleList(
            TimedBlock(below + one, one, time)
            for below, one in zip([widths[-1], *widths[:0:-1]], widths[::-1], strict=True)
        )
        self.grow = nn.ModuleList(
            nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(one, one, 3, padding=1)) for one in widths[:0:-1]
        )
        self.norm = nn.GroupNorm(math.gcd(GROUPS, width), width)
        self.write = beginning_with_zeros(nn.Conv2d(width, squares, 3, padding=1))

    def forward(self, inputs: Tensor, time: Tensor | None = None) -> Tensor:
        """Return [N, C x H x W] of noisy pictures; without times they are taken for pure noise."""
        height, width = inputs.shape[2:]
        vector = self.time(inputs.new_ones(len(inputs)) if time is None else time)
        values = self.read(functional.pixel_unshuffle(padded(inputs, self.multiple), self.patch))
        bridges = []
        for level, block in enumerate(self.down):
            values = block(self.halve[level - 1](values) if level else values, vector)
            bridges.append(values)
        values = self.middle(values, vector)
        for level, (block, bridge) in enumerate(zip(self.join, bridges[::-1], strict=True)):
            values = block(torch.cat([self.grow[level - 1](values) if level else values, bridge], 1), vector)
        said: Tensor = functional.pixel_shuffle(self.write(functional.silu(self.norm(values))), self.patch)
        return said[:, :, :height, :width].flatten(1)


def build_ddpm(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    """Return a `DenoisingUNet` for pictures of a form (C, H, W)."""
    own = DiffusionOptions.of(options)
    channels, height, width = form.shape
    patch = own.patch or (1 if min(height, width) < SMALL else 2)
    return DenoisingUNet(channels, width=own.width, levels=own.levels, patch=patch)
