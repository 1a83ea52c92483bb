"""Networks that give a picture back through a narrow place: an encoder to few numbers, and a decoder back."""

from __future__ import annotations

import math
from itertools import pairwise

from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models.activations import make_activation
from pellucid.models.assembly import Assembly
from pellucid.models.entry import Activation, ModelOptions
from pellucid.models.latent_options import LatentOptions, VariationalOptions

CHANNELS = (32, 64)
"""Of the convolutions, each of which halves height and width."""


class Autoencoder(Assembly):
    """An encoder to a code, and a decoder from it.

    Attributes:
        encoder: [N, C, H, W] levels from 0 to 1 to [N, L]; of a variational one [N, 2 L], means and logarithms of
            variances.
        decoder: [N, L] to [N, C x H x W] levels from 0 to 1.
        latent: L.
        is_variational: whether the encoder gives means and variances.
    """

    def __init__(self, encoder: nn.Module, decoder: nn.Module, latent: int, *, is_variational: bool = False) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder, decoder
        self.latent, self.is_variational = latent, is_variational

    def code(self, inputs: Tensor) -> Tensor:
        """Return [N, L] codes; of a variational encoder their means."""
        code: Tensor = self.encoder(inputs)
        return code[:, : self.latent] if self.is_variational else code

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, C x H x W] levels that are given back."""
        levels: Tensor = self.decoder(self.code(inputs))
        return levels


class Bent(nn.Module):
    """A dense layer with hidden layers beside it, whose numbers are added to its own.

    The hidden ones give 0 at first. So what is straight is learned first, as by PCA, and what is bent corrects it: with
    hidden layers alone codes of many numbers learned small sets of pictures by heart.

    Args:
        read: numbers that are read.
        hidden: units of each hidden layer; () for the straight layer alone.
        given: numbers that are given.
        activation: after each hidden layer.
    """

    def __init__(self, read: int, hidden: tuple[int, ...], given: int, activation: Activation) -> None:
        super().__init__()
        self.straight = nn.Linear(read, given)
        self.beside = nn.Sequential()
        for number, (before, units) in enumerate(pairwise((read, *hidden)), start=1):
            self.beside.add_module(f"dense{number}", nn.Linear(before, units))
            self.beside.add_module(f"act{number}", make_activation(activation))
        if hidden:
            last = nn.Linear(hidden[-1], given)
            nn.init.zeros_(last.weight)
            nn.init.zeros_(last.bias)
            self.beside.add_module("last", last)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return [N, given] of [N, read]."""
        outputs: Tensor = self.straight(inputs)
        return outputs + self.beside(inputs) if len(self.beside) else outputs


class Grown(nn.Module):
    """The decoder of convolutions: dense numbers to small maps, each layer twice as high and wide.

    Args:
        shape: (C, H, W) that is given back; H and W need not be multiples of four: what is beyond them is cut off.
        latent: L.
    """

    def __init__(self, shape: tuple[int, ...], latent: int) -> None:
        super().__init__()
        channels, self.height, self.width = shape
        self.small = (CHANNELS[1], *_quarter(shape))
        self.dense = nn.Linear(latent, math.prod(self.small))
        # Kernels of 4 at strides of 2: every pixel is made of as many terms, so that no checkerboard comes of it.
        self.grow1 = nn.ConvTranspose2d(CHANNELS[1], CHANNELS[0], 4, stride=2, padding=1)
        self.grow2 = nn.ConvTranspose2d(CHANNELS[0], channels, 4, stride=2, padding=1)
        self.relu1, self.relu2, self.level = nn.ReLU(), nn.ReLU(), nn.Sigmoid()

    def forward(self, code: Tensor) -> Tensor:
        """Return [N, C x H x W] of [N, L]."""
        maps = self.relu1(self.dense(code)).reshape(-1, *self.small)
        maps = self.level(self.grow2(self.relu2(self.grow1(maps))))
        levels: Tensor = maps[:, :, : self.height, : self.width].flatten(1)
        return levels


def build_autoencoder(form: Form, outputs: int, options: ModelOptions) -> Autoencoder:
    """Build dense layers to the code and, mirrored, back."""
    return _dense(form, outputs, options, is_variational=False)


def build_vae(form: Form, outputs: int, options: ModelOptions) -> Autoencoder:
    """Build dense layers to a mean and a variance for each number of the code, and back (Kingma and Welling 2014)."""
    return _dense(form, outputs, options, is_variational=True)


def build_conv_autoencoder(form: Form, outputs: int, options: ModelOptions) -> Autoencoder:
    """Build two convolutions that halve the picture, the code, and two transposed convolutions that double it."""
    latent = LatentOptions.of(options).latent
    first, second = CHANNELS
    encoder = nn.Sequential()
    encoder.add_module("conv1", nn.Conv2d(form.shape[0], first, 4, stride=2, padding=1))
    encoder.add_module("relu1", nn.ReLU())
    encoder.add_module("conv2", nn.Conv2d(first, second, 4, stride=2, padding=1))
    encoder.add_module("relu2", nn.ReLU())
    encoder.add_module("flatten", nn.Flatten())
    _, height, width = form.shape
    encoder.add_module("code", nn.Linear(second * (height // 2 // 2) * (width // 2 // 2), latent))
    return Autoencoder(encoder, Grown(form.shape, latent), latent)


def _dense(form: Form, outputs: int, options: ModelOptions, *, is_variational: bool) -> Autoencoder:
    """Build both halves of dense layers; the code itself has no activation."""
    own = VariationalOptions.of(options) if is_variational else LatentOptions.of(options)
    latent, hidden, activation = own.latent, options.hidden or (), options.activation or "relu"
    encoder, decoder = nn.Sequential(nn.Flatten()), nn.Sequential()
    encoder.add_module("code", Bent(math.prod(form.shape), hidden, latent * (2 if is_variational else 1), activation))
    decoder.add_module("levels", Bent(latent, hidden[::-1], outputs, activation))
    decoder.add_module("level", nn.Sigmoid())
    return Autoencoder(encoder, decoder, latent, is_variational=is_variational)


def _quarter(shape: tuple[int, ...]) -> tuple[int, int]:
    """Return height and width of the smallest maps: a quarter of the picture's, rounded up."""
    return -(-shape[1] // 4), -(-shape[2] // 4)
