"""A task: a class for each pixel of a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from torch import Generator, Tensor, nn
from torch.nn import functional

from pellucid.kinds import NOT_LABELLED
from pellucid.tasks.answers import MaskAnswer
from pellucid.tasks.base import AnswerStep, Batch, Loss, Monitor, Phase

_NO_DIVISION_BY_ZERO = 1e-6


@dataclass(frozen=True)
class Segmentation:
    """A softmax at every pixel; cross-entropy, in nats, plus 1 - Dice.

    Both are of each picture alone: the mean cross-entropy of its labelled pixels, and the mean over the classes that
    it shows of 1 - 2 sum(p t) / (sum(p) + sum(t)), p being the probability of the class at each labelled pixel and t
    whether it is shown there (F. Milletari et al. 2016, "V-Net", without the squares). A batch's loss is their mean,
    each picture counting as many as it has labelled pixels. Pixels that are not labelled take part in nothing.

    A batch's targets are [N, h, w] uint8; the network gives [N, K h w].

    Attributes:
        num_classes: K.
        height, width: of a whole canvas.
        balanced: whether each class that a picture shows counts alike in its cross-entropy, however few its pixels.
    """

    num_classes: int
    height: int
    width: int
    balanced: bool = False
    name: str = "segment"
    loss_words: str = "cross-entropy of the pixels, in nats, plus 1 - Dice"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)
    monitor: Monitor = Monitor("loss", higher_is_better=False)

    @property
    def output_width(self) -> int:
        """K logits for each pixel."""
        return self.num_classes * self.height * self.width

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the mean over labelled pixels."""
        losses, right = self._measured(models, batch)
        counts = _counts(batch).to(losses.dtype)
        weighed = losses if batch.weights is None else losses * batch.weights
        value = (weighed * counts).sum() / counts.sum().clamp(min=1)
        return Loss(value, {"loss": (losses.detach() * counts).sum(), "pixel_accuracy": right.sum()})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return the same sums, over labelled pixels."""
        losses, right = self._measured(models, batch)
        return {"loss": (losses.double() * _counts(batch)).sum(), "pixel_accuracy": right.double().sum()}

    def answer(self, outputs: Tensor) -> MaskAnswer:
        """Return the likeliest class of each pixel, and its probability."""
        logits = outputs.float().reshape(len(outputs), self.num_classes, self.height, self.width)
        sure, masks = torch.softmax(logits, 1).max(1)
        return MaskAnswer(
            masks.to(torch.uint8).numpy(force=True), sure.numpy(force=True).astype(np.float16), self.num_classes
        )

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        """Return none: there is a softmax at every pixel, and no single answer."""
        return ()

    def _measured(self, models: Mapping[str, nn.Module], batch: Batch) -> tuple[Tensor, Tensor]:
        """Return [N] losses, and [N] how many labelled pixels are answered rightly."""
        targets = batch.targets
        logits = batch.run(models["model"]).float().reshape(len(batch), self.num_classes, *targets.shape[1:])
        known = targets != NOT_LABELLED
        classes = torch.where(known, targets, 0).long()
        entropy = self._entropy(logits, classes, known)
        right = ((logits.argmax(1) == classes) & known).flatten(1).sum(1)
        return entropy + _one_less_dice(logits, classes, known), right

    def _entropy(self, logits: Tensor, classes: Tensor, known: Tensor) -> Tensor:
        """Return [N] mean cross-entropies of labelled pixels, or of classes."""
        losses = functional.cross_entropy(logits, classes, reduction="none") * known
        if not self.balanced:
            return losses.flatten(1).sum(1) / known.flatten(1).sum(1).clamp(min=1)
        shown = _one_hot(classes, known, self.num_classes)
        sizes = shown.flatten(2).sum(2)
        means = (losses[:, None] * shown).flatten(2).sum(2) / sizes.clamp(min=1)
        return means.sum(1) / (sizes > 0).sum(1).clamp(min=1)


def _one_less_dice(logits: Tensor, classes: Tensor, known: Tensor) -> Tensor:
    """Return [N]: 1 - Dice, a mean over the classes that each picture shows; 0 of one without a labelled pixel."""
    shares = torch.softmax(logits, 1) * known[:, None]
    shown = _one_hot(classes, known, logits.shape[1])
    both = 2 * (shares * shown).flatten(2).sum(2)
    sizes = shown.flatten(2).sum(2)
    dice = both / (shares.flatten(2).sum(2) + sizes + _NO_DIVISION_BY_ZERO)
    there = sizes > 0
    return ((1 - dice) * there).sum(1) / there.sum(1).clamp(min=1)


def _one_hot(classes: Tensor, known: Tensor, num_classes: int) -> Tensor:
    """Return [N, K, h, w] float32: whether each labelled pixel is of each class."""
    names = torch.arange(num_classes, device=classes.device)[None, :, None, None]
    return ((classes[:, None] == names) & known[:, None]).float()


def _counts(batch: Batch) -> Tensor:
    """Return [N] labelled pixels of each picture."""
    return (batch.targets != NOT_LABELLED).flatten(1).sum(1) if batch.counts is None else batch.counts
