"""Three tasks of unlike shape that learn the example itself, each with a model.

An autoencoder is two networks that learn together, an adversarial pair two that learn in phases against each other,
and next-letter prediction answers at every place of a sequence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from tests.kinds.registering import register_rows
from tests.kinds.toy_itself import ROWS, ItselfAnswer, ItselfTarget
from tests.kinds.toy_words import LETTERS
from torch import Generator, Tensor, nn
from torch.nn import functional

from pellucid.kinds import TARGETS, Form, Target, Wishes
from pellucid.models import Assembly, ModelEntry, ModelOptions
from pellucid.models.catalogue import OWN
from pellucid.tasks import Answer, AnswerStep, Batch, Loss, Monitor, Phase, Scaling, Task, TaskEntry, TaskOptions
from pellucid.tasks import register_task as register

NO_ANSWERS = "An adversarial pair learns to make pictures: it answers none that are handed over."


@dataclass(frozen=True)
class Autoencoder:
    """Two networks share one phase; what the second gives shall be what the first was given."""

    output_width: int
    name: str = "autoencoder"
    loss_words: str = "squared error"
    phases: tuple[Phase, ...] = (Phase("all", ("encoder", "decoder")),)
    monitor: Monitor = Monitor("loss", higher_is_better=False)

    def outputs(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        outputs: Tensor = models["decoder"](models["encoder"](batch.inputs))
        return outputs

    def _losses(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        given = self.outputs(models, batch).float()
        losses: Tensor = (given - batch.targets.float()).square().mean(1)
        return losses

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        losses = self._losses(models, batch)
        return Loss(losses.mean(), {"loss": losses.detach().sum()})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        return {"loss": self._losses(models, batch).sum()}

    def answer(self, outputs: Tensor) -> ItselfAnswer:
        return ItselfAnswer(outputs.numpy(force=True))

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        return ()


@dataclass(frozen=True)
class AdversarialPair:
    """Two phases on every batch (Goodfellow et al. 2014, algorithm 1, non-saturating); the last epoch counts."""

    name: str = "adversarial"
    loss_words: str = "distance of the mean pictures"
    phases: tuple[Phase, ...] = (Phase("discriminator", ("discriminator",)), Phase("generator", ("generator",)))
    monitor: Monitor = Monitor("loss", higher_is_better=False, is_last=True)
    output_width: int = 1

    def _made(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        assert batch.draws is not None
        made: Tensor = models["generator"](batch.draws.normal(4))
        return made

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        made = self._made(models, batch)
        ones, zeros = torch.ones(len(batch), 1), torch.zeros(len(batch), 1)
        judge = functional.binary_cross_entropy_with_logits
        if phase == "generator":
            value = judge(models["discriminator"](made), ones)
            return Loss(value, {"generator_loss": value.detach() * len(batch)})
        real = batch.targets.float()
        value = judge(models["discriminator"](real), ones) + judge(models["discriminator"](made.detach()), zeros)
        return Loss(value, {"loss": value.detach() * len(batch)})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        off = (self._made(models, batch).mean(0) - batch.targets.float().mean(0)).abs().mean()
        return {"loss": off * len(batch)}

    def answer(self, outputs: Tensor) -> Answer:
        raise NotImplementedError

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        return ()


@dataclass(frozen=True)
class NextLetter:
    """The letter after each letter of a word; the loss is a mean over letters."""

    length: int
    name: str = "next-letter"
    loss_words: str = "cross-entropy"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)
    monitor: Monitor = Monitor("loss", higher_is_better=False)

    @property
    def output_width(self) -> int:
        return (self.length - 1) * LETTERS

    def _losses(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        logits = batch.run(models["model"]).float().reshape(len(batch), -1, LETTERS)
        losses = functional.cross_entropy(logits.flatten(0, 1), batch.targets[:, 1:].flatten(), reduction="none")
        return losses.reshape(len(batch), -1).mean(1)

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        losses = self._losses(models, batch)
        return Loss(losses.mean(), {"loss": losses.detach().sum()})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        return {"loss": self._losses(models, batch).sum()}

    def answer(self, outputs: Tensor) -> ItselfAnswer:
        likeliest = outputs.reshape(len(outputs), -1, LETTERS).argmax(2).numpy(force=True)
        unknown = np.full((len(likeliest), 1), -1)
        return ItselfAnswer(np.concatenate([unknown, likeliest], axis=1))

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        return ()


class Squeezed(Assembly):
    """An encoder to four numbers, and a decoder back."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.encoder = nn.Sequential(nn.Flatten(), nn.Linear(inputs, 4))
        self.decoder = nn.Linear(4, outputs)

    def forward(self, inputs: Tensor) -> Tensor:
        outputs: Tensor = self.decoder(self.encoder(inputs))
        return outputs


class Pair(Assembly):
    """A generator from four random numbers, and a discriminator of what it makes."""

    def __init__(self, inputs: int) -> None:
        super().__init__()
        self.generator = nn.Sequential(nn.Linear(4, inputs), nn.Sigmoid())
        self.discriminator = nn.Sequential(nn.Flatten(), nn.Linear(inputs, 8), nn.LeakyReLU(0.2), nn.Linear(8, 1))

    def forward(self, inputs: Tensor) -> Tensor:
        outputs: Tensor = self.discriminator(inputs)
        return outputs


class Reader(nn.Module):
    """A recurrent network that says after each letter which comes next."""

    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(LETTERS, 8)
        self.recur = nn.GRU(8, 16, batch_first=True)
        self.head = nn.Linear(16, LETTERS)

    def forward(self, letters: Tensor) -> Tensor:
        hidden, _ = self.recur(self.embed(letters[:, :-1]))
        logits: Tensor = self.head(hidden)
        return logits.flatten(1)


def _squeezed(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    return Squeezed(int(np.prod(form.shape)), outputs)


def _pair(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    return Pair(int(np.prod(form.shape)))


def _reader(form: Form, outputs: int, options: ModelOptions) -> nn.Module:
    return Reader()


def _width(target: Target) -> int:
    return ItselfTarget.of(target).width


def _autoencoder(target: Target, options: TaskOptions, scaling: Scaling) -> Task:
    return Autoencoder(_width(target))


def _adversarial(target: Target, options: TaskOptions, scaling: Scaling) -> Task:
    return AdversarialPair()


def _next_letter(target: Target, options: TaskOptions, scaling: Scaling) -> Task:
    return NextLetter(_width(target))


def register_odd_tasks() -> None:
    """Register the kind, its rows, the three tasks, and a model for each."""
    TARGETS.register(ItselfTarget)
    register_rows(TARGETS, "itself", ROWS)
    about: dict[str, Any] = {"kinds": ("itself",), "options": TaskOptions}
    register(TaskEntry("autoencoder", "examples through few numbers", build=_autoencoder, **about))
    register(TaskEntry("adversarial", "making examples", build=_adversarial, no_answers=NO_ANSWERS, **about))
    register(TaskEntry("next-letter", "the next letter", build=_next_letter, **about))
    numbers, words = Wishes(kinds="any"), Wishes(kinds=("word",))
    for name, wishes, build in (("squeezed", numbers, _squeezed), ("pair", numbers, _pair), ("reader", words, _reader)):
        OWN[name] = ModelEntry(name=name, description="Of the tests.", wishes=wishes, build=build)
