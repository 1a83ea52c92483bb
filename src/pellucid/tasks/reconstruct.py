"""A task: each picture is given back, through a narrow place, and perhaps cleaned of noise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Generator, Tensor, nn

from pellucid.tasks.answers import PictureAnswer
from pellucid.tasks.base import AnswerStep, Batch, Loss, Monitor, Phase
from pellucid.tasks.losses import weighted

if TYPE_CHECKING:
    from pellucid.tasks.draws import Draws

OF_NOISE, OF_CODES = 0, 1
"""Streams of the addressed random numbers."""
IDLE = 0.01
"""Nats below which a number of a code tells nothing of a picture."""
_LEAST = 1e-6
"""No level counts as certain: the logarithm of 0 has no end."""


@dataclass(frozen=True)
class Reconstruct:
    """An encoder makes few numbers of a picture, a decoder makes the picture of them.

    A batch's inputs are levels from 0 to 1, [N, C, H, W]; they are what is to be given back, too. The loss is the mean
    squared error. Where the encoder gives a mean and the logarithm of a variance for each number (a variational one;
    D. P. Kingma and M. Welling 2014, "Auto-encoding variational Bayes"), it is minus the evidence lower bound, in nats
    per picture (equation 10, one draw): how surprising the picture is to the decoder, each pixel being white with its
    level as probability, and `beta` times the divergence from a normal distribution (I. Higgins et al. 2017).

    Attributes:
        shape: (C, H, W) of one picture.
        noise: deviation of the normal noise on each level of what the encoder sees; levels stay within 0 and 1.
        beta: what the divergence counts; None where the encoder gives the numbers themselves.
        latent: numbers of the code.
    """

    shape: tuple[int, ...]
    noise: float = 0.0
    beta: float | None = None
    latent: int = 32
    name: str = "reconstruct"
    phases: tuple[Phase, ...] = (Phase("all", ("encoder", "decoder")),)
    monitor: Monitor = Monitor("loss", higher_is_better=False)

    @property
    def loss_words(self) -> str:
        """What is minimised."""
        return "mean squared error of levels from 0 to 1" if self.beta is None else "minus ELBO, in nats per picture"

    @property
    def output_width(self) -> int:
        """C x H x W levels."""
        width = 1
        for size in self.shape:
            width *= size
        return width

    def given(self, inputs: Tensor, draws: Draws | None) -> Tensor:
        """Return [N, C, H, W] what the encoder sees of pictures: noise on them, where it is to take noise away.

        Args:
            inputs: levels from 0 to 1.
            draws: the addresses of the pictures' noise.
        """
        if not self.noise or draws is None:
            return inputs
        return (inputs.float() + self.noise * draws.normal(*self.shape, stream=OF_NOISE)).clamp(0, 1).to(inputs.dtype)

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the mean over pictures, and of a variational encoder both terms as running sums."""
        terms = self._terms(models, batch)
        sums = {name: values.detach().sum() for name, values in terms.items()}
        value = weighted(terms["loss"], batch.weights).mean()
        return Loss(value, sums | {"loss": value.detach() * len(batch)})

    def each(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return [N] of each picture: its loss, of a variational encoder both terms and the error of the means.

        Where noise is taken away "noisy" is the mean squared error that it makes.
        """
        terms = self._terms(models, batch)
        if self.noise:
            noisy = self.given(batch.inputs, batch.draws).float() - batch.inputs.float()
            terms |= {"noisy": noisy.flatten(1).square().mean(1)}
        if self.beta is None:
            return terms
        errors = (self.outputs(models, batch) - batch.inputs.float().flatten(1)).square().mean(1)
        return terms | {"mse": errors}

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return the sums of `each`, but for what the noise makes, which is the same whatever is learned."""
        each = self.each(models, batch)
        return {name: values.double().sum() for name, values in each.items() if name != "noisy"}

    @property
    def can_draw(self) -> bool:
        """Whether codes are known to be normal: of a variational encoder."""
        return self.beta is not None

    def drawn(self, models: Mapping[str, nn.Module], draws: Draws) -> Tensor:
        """Return [N, C, H, W] levels that a variational encoder's decoder makes of standard normal codes."""
        levels: Tensor = models["decoder"](draws.normal(self.latent)).float()
        return levels.reshape(-1, *self.shape)

    def outputs(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        """Return [N, C x H x W] levels that are given back; of a variational encoder those of the means."""
        code = models["encoder"](self.given(batch.inputs, batch.draws))
        levels: Tensor = models["decoder"](code if self.beta is None else code.chunk(2, 1)[0])
        return levels.float()

    def idle(self, models: Mapping[str, nn.Module], batch: Batch) -> float | None:
        """Return which share of a variational encoder's numbers tell less than 0.01 nats; None of others."""
        if self.beta is None:
            return None
        means, logs = models["encoder"](self.given(batch.inputs, batch.draws)).float().chunk(2, 1)
        return float((divergences(means, logs).mean(0) < IDLE).float().mean())

    def answer(self, outputs: Tensor) -> PictureAnswer:
        """Return the pictures."""
        return PictureAnswer(outputs.float().reshape(-1, *self.shape).numpy(force=True))

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        """Return nothing: the network's numbers are the picture's levels."""
        return ()

    def _terms(self, models: Mapping[str, nn.Module], batch: Batch) -> dict[str, Tensor]:
        """Return [N] losses, and the terms that make them."""
        levels = batch.inputs.float().flatten(1)
        if self.beta is None:
            return {"loss": (self.outputs(models, batch) - levels).square().mean(1)}
        means, logs = models["encoder"](self.given(batch.inputs, batch.draws)).float().chunk(2, 1)
        drawn = torch.zeros_like(means) if batch.draws is None else batch.draws.normal(means.shape[1], stream=OF_CODES)
        found = models["decoder"](means + (logs / 2).exp() * drawn).float().clamp(_LEAST, 1 - _LEAST)
        surprise = -(levels * found.log() + (1 - levels) * torch.log1p(-found)).sum(1)
        divergence = divergences(means, logs).sum(1)
        return {"loss": surprise + self.beta * divergence, "reconstruction": surprise, "kl": divergence}


def divergences(means: Tensor, logs: Tensor) -> Tensor:
    """Return [N, L] Kullback-Leibler divergences of normal distributions from the standard one, in nats.

    Source: D. P. Kingma and M. Welling 2014, appendix B.

    Args:
        means: [N, L].
        logs: [N, L] natural logarithms of the variances.
    """
    return (means.square() + logs.exp() - 1 - logs) / 2
