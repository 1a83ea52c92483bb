"""A way to learn to draw pictures: a generator against a discriminator, each in a phase of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Generator, Tensor, nn
from torch.nn.functional import binary_cross_entropy_with_logits

from pellucid.errors import RecipeError
from pellucid.tasks.base import AnswerStep, Batch, Collapse, Loss, Monitor, Phase
from pellucid.tasks.losses import weighted
from pellucid.tasks.registry import find_task
from pellucid.tasks.spread import spread_of

if TYPE_CHECKING:
    from pellucid.tasks.answers import Answer
    from pellucid.tasks.draws import Draws

REAL = 0.9
"""What a real picture is to be told with: a little less than certain, so that the discriminator stays within reach
(T. Salimans et al. 2016, "Improved techniques for training GANs", section 3.4)."""
PENALTY = 0.5
"""Weight of half the squared gradient of the discriminator's logit at real pictures (L. Mescheder et al. 2018, "Which
training methods for GANs do actually converge?", equation 9, R1 with gamma 1; their loss is the sum of both
cross-entropies, here it is their mean). Without it the discriminator learned 1,257 digits by heart, and a class was
drawn no more."""
BETAS = (0.5, 0.999)
"""Of Adam (A. Radford et al. 2016, "Unsupervised representation learning with DCGAN", section 4)."""
DISCRIMINATOR, GENERATOR = "discriminator", "generator"
_STREAMS = {DISCRIMINATOR: 0, GENERATOR: 1}
"""Of the addressed random numbers: each phase meets pictures that are drawn anew."""
VERDICTS = ("drawn", "real")
"""What the discriminator takes a picture for."""


@dataclass(frozen=True)
class Adversarial:
    """A generator draws pictures of random numbers, a discriminator tells them from real ones.

    A batch's inputs are levels from 0 to 1, [N, C, H, W]; both networks have them from -1 to 1, as the generator's tanh
    gives them. In each step the discriminator learns first, by the mean of both cross-entropies (of real pictures
    against `REAL`) and a penalty on its slope at real pictures (`PENALTY`); then the generator, by the cross-entropy of
    its pictures against "real" (I. Goodfellow et al. 2014, "Generative adversarial nets", algorithm 1 and the
    non-saturating loss of section 3). Where neither gets the better of the other both losses are near
    ln 2 = 0.69. No figure tells a better epoch from a worse one: the last answers.

    Attributes:
        shape: (C, H, W) of one picture.
        latent: L, random numbers of which one is drawn.
    """

    shape: tuple[int, ...]
    latent: int = 64
    name: str = "generate"
    loss_words: str = "cross-entropy of the discriminator; 0.69 where it cannot tell"
    phases: tuple[Phase, ...] = (
        Phase(DISCRIMINATOR, (DISCRIMINATOR,), betas=BETAS),
        Phase(GENERATOR, (GENERATOR,), betas=BETAS),
    )
    monitor: Monitor = Monitor("loss", higher_is_better=False, is_last=True)
    output_width: int = 1
    can_draw: bool = True

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the loss of one of both, the mean over the batch."""
        if phase == GENERATOR:
            logits = models[DISCRIMINATOR](self._made(models, batch, GENERATOR)).float()
            value = against(logits, 1.0).mean()
            return Loss(value, {"generator_loss": value.detach() * len(batch)})
        with torch.no_grad():
            made = self._made(models, batch, DISCRIMINATOR)
        pictures = (2 * batch.inputs - 1).detach().requires_grad_()
        real, drawn = (models[DISCRIMINATOR](shown).float()[:, 0] for shown in (pictures, made))
        losses = (against(real, REAL) + against(drawn, 0.0)) / 2
        slopes = torch.autograd.grad(real.sum(), pictures, create_graph=True)[0].flatten(1).square().sum(1)
        value = weighted(losses + PENALTY / 2 * slopes, batch.weights).mean()
        sums = {"loss": losses, "told_apart": _told_apart(real, drawn)}
        return Loss(value, {name: values.detach().sum() for name, values in sums.items()})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return both losses, and how many of the real and the drawn pictures are told apart."""
        made = self._made(models, batch, DISCRIMINATOR)
        real, drawn = self._told(models, batch, made)
        found = {
            "loss": (against(real, REAL) + against(drawn, 0.0)) / 2,
            "generator_loss": against(drawn, 1.0),
            "told_apart": _told_apart(real, drawn),
        }
        return {name: values.double().sum() for name, values in found.items()}

    def collapse(self, models: Mapping[str, nn.Module], batch: Batch) -> Collapse:
        """Return how unlike one another drawn pictures are, and which share the discriminator tells from real ones."""
        made = self._made(models, batch, DISCRIMINATOR).float()
        real, drawn = self._told(models, batch, made)
        return Collapse(
            spread=spread_of((made + 1) / 2, batch.inputs.float()), told_apart=float(_told_apart(real, drawn).mean())
        )

    def drawn(self, models: Mapping[str, nn.Module], draws: Draws) -> Tensor:
        """Return [N, C, H, W] levels from 0 to 1, drawn of the addressed random numbers."""
        levels: Tensor = (models[GENERATOR](self.noise(draws)).float() + 1) / 2
        return levels

    def noise(self, draws: Draws) -> Tensor:
        """Return [N, L] standard normal numbers, of which pictures are drawn."""
        return draws.normal(self.latent)

    def answer(self, outputs: Tensor) -> Answer:
        """Refuse.

        Raises:
            RecipeError: always: nothing that is handed over is answered.
        """
        raise RecipeError(find_task(self.name).no_answers)

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        """Return the steps from the discriminator's logit to what it takes a picture for."""
        share = torch.sigmoid(outputs.float())
        both = torch.cat([1 - share, share], dim=1)
        return AnswerStep("sigmoid", "sigmoid", share), AnswerStep("both-classes", "both", both)

    def _made(self, models: Mapping[str, nn.Module], batch: Batch, phase: str) -> Tensor:
        """Return as many drawn pictures as there are in the batch, from -1 to 1."""
        if batch.draws is None:
            raise ValueError("Pictures are drawn by the addresses of examples, and the batch has none.")
        made: Tensor = models[GENERATOR](batch.draws.normal(self.latent, stream=_STREAMS[phase]))
        return made

    def _told(self, models: Mapping[str, nn.Module], batch: Batch, made: Tensor) -> tuple[Tensor, Tensor]:
        """Return [N] logits of the batch's pictures, and of drawn ones."""
        judge = models[DISCRIMINATOR]
        return judge(2 * batch.inputs - 1).float()[:, 0], judge(made).float()[:, 0]


def against(logits: Tensor, real: float) -> Tensor:
    """Return [N] cross-entropies of logits, [N] or [N, 1], where pictures count as real by this share."""
    flat = logits.reshape(len(logits))
    return binary_cross_entropy_with_logits(flat, torch.full_like(flat, real), reduction="none")


def _told_apart(real: Tensor, drawn: Tensor) -> Tensor:
    """Return [N]: of each real picture and the drawn one beside it, the share that is taken for what it is."""
    return ((real > 0).float() + (drawn <= 0).float()) / 2
