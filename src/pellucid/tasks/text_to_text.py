"""One row of the table: a text that is answered with a text, written letter by letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor, nn
from torch.nn import functional

from pellucid.kinds import Target, TextTarget, code_points
from pellucid.tasks.answers import TextAnswer
from pellucid.tasks.base import AnswerStep, Batch, Loss, Monitor, Phase
from pellucid.tasks.registry import Scaling, TaskEntry, TaskOptions, register_task

PADDING, UNKNOWN, END = 0, 1, 2
"""The numbers that are no characters; the end also stands before the first."""
_SPECIAL = 3


@dataclass(frozen=True)
class TextToText:
    """A softmax over characters at every place of the answer; what is written is the likeliest at each (greedy).

    In training and for the loss the network is told the right characters before each place ("teacher forcing"). Where
    it then holds every right character for the likeliest, it writes the right answer when it is told nothing, too.

    A batch's targets are [N, U] numbers of characters, each answer with its end, 0 behind it.

    Attributes:
        length: U, places of an answer, its end among them.
        alphabet: the characters from number 3 on.
    """

    length: int
    alphabet: str
    name: str = "text-to-text"
    loss_words: str = "cross-entropy of the answer's characters, in nats"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)
    monitor: Monitor = Monitor("exact_match", higher_is_better=True, is_share=True)
    end: ClassVar[int] = END
    """The number that ends an answer."""

    @property
    def vocabulary(self) -> int:
        """V, numbers of characters."""
        return len(self.alphabet) + _SPECIAL

    @property
    def letters(self) -> tuple[str, ...]:
        """[V], what each number stands for; the first three in angle brackets."""
        return ("<padding>", "<unknown>", "<end>", *self.alphabet)

    @property
    def output_width(self) -> int:
        """V logits for each of U places."""
        return self.length * self.vocabulary

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the mean over examples of the mean over each one's characters."""
        losses, right = self._taught(models, batch)
        value = losses.mean() if batch.weights is None else (losses * batch.weights).mean()
        return Loss(value, {"loss": losses.detach().sum(), "exact_match": right.sum()})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return the same sums, and how many answers would be written rightly from beginning to end."""
        losses, right = self._taught(models, batch)
        return {"loss": losses.double().sum(), "exact_match": right.double().sum()}

    def answer(self, outputs: Tensor) -> TextAnswer:
        """Return the likeliest character at each place up to the end, and its probability."""
        logs = torch.log_softmax(outputs.float().reshape(len(outputs), self.length, self.vocabulary), 2)
        best, tokens = logs.max(2)
        ended = (tokens == END).cumsum(1) > 0
        is_counted = ~ended | ((tokens == END) & (ended.cumsum(1) == 1))
        told = torch.where(is_counted, best, 0.0).numpy(force=True)
        return TextAnswer(self.code_points(torch.where(ended, PADDING, tokens)), told)

    def code_points(self, tokens: Tensor) -> NDArray[np.int32]:
        """Return [N, U] int32 code points of [N, U] numbers of characters; 0 of padding, unknown and the end."""
        points = torch.tensor([0] * _SPECIAL + code_points(self.alphabet).tolist(), dtype=torch.int32)
        found: NDArray[np.int32] = points.to(tokens.device)[tokens].numpy(force=True)
        return found

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        """Return none: an answer is many steps, each after the one before it; see `letter_steps`."""
        return ()

    def letter_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        """Return how [N, V] logits of one place become the probabilities of its characters."""
        values = torch.softmax(outputs.float(), 1)
        note = "Padding and unknown characters are never written: their logits are as low as can be."
        return (AnswerStep("softmax", "softmax", values, note=note, names=self.letters),)

    def outputs(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        """Return [N, U V] logits, float32, the right characters before each given; U of the batch's longest answer."""
        targets = _cut(batch.targets)
        previous = torch.cat([torch.full_like(targets[:, :1], END), targets[:, :-1]], 1)
        logits: Tensor = replace(batch, more={**batch.more, "previous": previous}).run(models["model"]).float()
        return logits.reshape(len(batch), -1)

    def _taught(self, models: Mapping[str, nn.Module], batch: Batch) -> tuple[Tensor, Tensor]:
        """Return [N] mean cross-entropies, and [N] whether every character is the likeliest, the right ones given."""
        targets = _cut(batch.targets)
        logits = self.outputs(models, batch).reshape(*targets.shape, self.vocabulary)
        there = (targets != PADDING) & (targets != UNKNOWN)
        losses = functional.cross_entropy(logits.flatten(0, 1), targets.flatten(), reduction="none")
        losses = torch.where(there, losses.reshape(targets.shape), 0.0).sum(1) / there.sum(1).clamp(min=1)
        right = (logits.argmax(2) == targets) | (targets == PADDING)
        return losses, right.all(1)


def _cut(targets: Tensor) -> Tensor:
    """Return [N, U] characters as int64, without the places that are padding in all of them."""
    return targets[:, : max(1, int((targets != PADDING).any(0).sum()))].long()


def _text_to_text(target: Target, chosen: TaskOptions, scaling: Scaling) -> TextToText:
    return TextToText(TextTarget.of(target).longest + 1, scaling.alphabet)


register_task(
    TaskEntry(
        "text-to-text",
        "a text that answers a text",
        kinds=("text",),
        options=TaskOptions,
        build=_text_to_text,
        scales_targets=True,
    )
)
