"""One row of the table: the next token at every place of a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional

from pellucid.kinds import Form, Target
from pellucid.tasks.answers import NextAnswer
from pellucid.tasks.base import AnswerStep, Batch, Loss, Monitor, Phase
from pellucid.tasks.registry import Scaling, TaskEntry, TaskOptions, register_task

PADDING = 0
"""The number that stands at the end of a window where there is no more text; it is never predicted."""
BETAS = (0.9, 0.99)
"""Of Adam and AdamW in new runs: in a short training the mean of squares must not look back far (nanoGPT, letters)."""


@dataclass(frozen=True)
class NextToken:
    """A softmax at every place, cross-entropy with the token that follows it, in nats.

    A batch's inputs are windows of tokens, [N, t] int64 with t up to `length`, and its targets [N] how many tokens at
    the end of each window are its own: those are measured, each with the rest of the window before it. All of a window
    is learned from.

    Attributes:
        length: T, tokens of a whole window.
        vocabulary: V.
    """

    length: int
    vocabulary: int
    name: str = "next-token"
    loss_words: str = "cross-entropy of the next token, in nats"
    phases: tuple[Phase, ...] = (Phase("all", ("model",), betas=BETAS),)
    monitor: Monitor = Monitor("loss", higher_is_better=False)

    @property
    def output_width(self) -> int:
        """V logits for each of T places."""
        return self.length * self.vocabulary

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the mean over all tokens of the windows that have one before them."""
        losses = self._losses(models, batch)
        real = batch.inputs[:, 1:] != PADDING
        means = (losses * real).sum(1) / real.sum(1).clamp(min=1)
        counts = torch.ones_like(means) if batch.counts is None else batch.counts.to(means.dtype)
        value = (means * counts).sum() / counts.sum()
        return Loss(value, {"loss": value.detach() * batch.units})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return the sum over the windows' own tokens."""
        losses = self._losses(models, batch)
        return {"loss": (losses.double() * own_places(batch.inputs, batch.targets)).sum()}

    def answer(self, outputs: Tensor) -> NextAnswer:
        """Return the logarithm of every token's probability after every place."""
        logits = outputs.float().reshape(len(outputs), -1, self.vocabulary)
        return NextAnswer(torch.log_softmax(logits, 2).numpy(force=True))

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        """Return the logits after the last place, and their softmax."""
        last = outputs.float().reshape(len(outputs), -1, self.vocabulary)[:, -1]
        return (AnswerStep("last-place", "last", last), AnswerStep("softmax", "softmax", torch.softmax(last, 1)))

    def _losses(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        """Return [N, t - 1] the cross-entropy of each token but the first."""
        after = batch.inputs[:, 1:]
        # The last token is read for nothing: without it a window would have an odd length, which took more time.
        logits = batch.run(models["model"]).float().reshape(*batch.inputs.shape, self.vocabulary)[:, :-1]
        losses = functional.cross_entropy(logits.flatten(0, 1), after.flatten(), reduction="none")
        return losses.reshape(after.shape)


def own_places(tokens: Tensor, own: Tensor) -> Tensor:
    """Return [N, t - 1] bool: which tokens after the first are the windows' own.

    Args:
        tokens: [N, t], padded at the end.
        own: [N] how many at the end of each window, padding not counted, are its own.
    """
    ends = (tokens != PADDING).sum(1, keepdim=True)
    places = torch.arange(1, tokens.shape[1], device=tokens.device)[None, :]
    return (places >= ends - own.reshape(-1, 1)) & (places < ends)


@dataclass(frozen=True)
class NextTokenOptions(TaskOptions):
    """What it can be told: the form of a window of text, and the betas of Adam and AdamW, which older runs had not."""

    form: Form = field(default_factory=lambda: Form(shape=(2,), dtype="int64", vocabulary=4))
    betas: tuple[float, float] = BETAS


def _next_token(target: Target, chosen: NextTokenOptions, scaling: Scaling) -> NextToken:
    phases = (Phase("all", ("model",), betas=chosen.betas),)
    return NextToken(chosen.form.shape[0], chosen.form.vocabulary or 1, phases=phases)


register_task(
    TaskEntry(
        "next-token",
        "the next token of a text",
        kinds=("next",),
        options=NextTokenOptions,
        build=_next_token,
        answers_each_place=True,
    )
)
