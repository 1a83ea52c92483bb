"""A generator that draws pictures of random numbers, and a discriminator that tells them from real ones (DCGAN)."""

from __future__ import annotations

import math
from itertools import pairwise

import torch
from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models.assembly import Assembly
from pellucid.models.entry import ModelOptions
from pellucid.models.latent_options import DrawingOptions

SMALL = 8
"""Largest side of the maps that the generator begins with."""
SLOPE = 0.2
"""Of a leaky ReLU below 0 (Radford et al. 2016, section 4)."""
DEVIATION = 0.02
"""Of the weights at first (there)."""
GROUPS = 8
"""Of the channels that are normalised together."""


class Adversaries(Assembly):
    """Two networks that learn against each other.

    Attributes:
        generator: [N, L] standard normal numbers to [N, C, H, W] from -1 to 1.
        discriminator: [N, C, H, W] from -1 to 1 to [N, 1], the logit that they are real.
        latent: L.
    """

    def __init__(self, generator: nn.Module, discriminator: nn.Module, latent: int) -> None:
        super().__init__()
        self.generator, self.discriminator = generator, discriminator
        self.latent = latent
        self.reads = Form(shape=(latent,))

    def forward(self, noise: Tensor) -> Tensor:
        """Return [N, 1]: of pictures that are drawn of [N, L] numbers, the logit that they are real."""
        logits: Tensor = self.discriminator(self.generator(noise))
        return logits


class Generator(nn.Module):
    """Dense numbers to small maps, then each layer twice as high and wide (Radford et al. 2016, figure 1).

    Args:
        shape: (C, H, W) of a picture; what is drawn beyond it is cut off.
        latent: L.
        width: channels of the last maps before the picture; those before have twice as many each.
    """

    def __init__(self, shape: tuple[int, ...], latent: int, width: int) -> None:
        super().__init__()
        channels, self.height, self.width = shape
        doublings = doublings_of(shape)
        widths = [width * 2**level for level in reversed(range(doublings))]
        self.small = (widths[0], *(-(-side // 2**doublings) for side in shape[1:]))
        self.dense = nn.Linear(latent, math.prod(self.small))
        self.grow = nn.Sequential()
        for number, (before, after) in enumerate(pairwise((*widths, channels)), start=1):
            self.grow.add_module(f"norm{number}", normalised(before))
            self.grow.add_module(f"relu{number}", nn.ReLU())
            self.grow.add_module(f"conv{number}", nn.ConvTranspose2d(before, after, 4, stride=2, padding=1))
        self.picture = nn.Tanh()

    def forward(self, noise: Tensor) -> Tensor:
        """Return [N, C, H, W] from -1 to 1 of [N, L]."""
        maps = self.grow(self.dense(noise).reshape(-1, *self.small))
        picture: Tensor = self.picture(maps[:, :, : self.height, : self.width])
        return picture


def doublings_of(shape: tuple[int, ...]) -> int:
    """Return how often the generator doubles height and width on the way to (C, H, W): twice or more."""
    return max(2, math.ceil(math.log2(max(shape[1:]) / SMALL)))


def normalised(channels: int) -> nn.GroupNorm:
    """Return a normalisation within each picture, of some channels together.

    Not over the batch, as the paper has it: what a picture becomes would hang on those beside it.
    """
    return nn.GroupNorm(math.gcd(GROUPS, channels), channels)


def build_dcgan(form: Form, outputs: int, options: ModelOptions) -> Adversaries:
    """Build the generator and, mirrored, the discriminator."""
    own = DrawingOptions.of(options)
    channels, *sides = form.shape
    doublings = doublings_of(form.shape)
    discriminator = nn.Sequential()
    widths = [channels, *(own.width * 2**level for level in range(doublings))]
    for number, (before, after) in enumerate(pairwise(widths), start=1):
        # Padded so that an odd side is halved upwards, as the generator's small maps are.
        discriminator.add_module(f"conv{number}", nn.Conv2d(before, after, 4, stride=2, padding=1))
        if number > 1:
            discriminator.add_module(f"norm{number}", normalised(after))
        discriminator.add_module(f"relu{number}", nn.LeakyReLU(SLOPE))
        sides = [side // 2 for side in sides]
    discriminator.add_module("flatten", nn.Flatten())
    discriminator.add_module("real", nn.Linear(widths[-1] * math.prod(sides), 1))
    built = Adversaries(Generator(form.shape, own.latent, own.width), discriminator, own.latent)
    _start(built)
    return built


@torch.no_grad()
def _start(network: nn.Module) -> None:
    """Draw the weights of all layers from a narrow normal distribution (Radford et al. 2016, section 4)."""
    for part in network.modules():
        if isinstance(part, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
            nn.init.normal_(part.weight, std=DEVIATION)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
