"""A task: each picture becomes another one of the same size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn

from pellucid.tasks.answers import PairedAnswer
from pellucid.tasks.base import AnswerStep, Batch, Loss, Monitor, Phase


@dataclass(frozen=True)
class ImageToImage:
    """Levels at every pixel; the mean absolute difference from those that are right.

    Absolute differences blur less than squared ones, whose best answer to what is uncertain is a mean (P. Isola et al.
    2017, "Image-to-image translation with conditional adversarial networks", section 3.1, without the adversary).

    A batch's targets are [N, C, h, w] float16 levels from 0 to 255, NaN where nothing is known; the network gives
    [N, C h w] levels from 0 to 1, which are kept within these where they are answered. A batch's loss is the mean over
    all that is known of its pictures.

    Attributes:
        channels: C.
        height, width: of a whole canvas.
    """

    channels: int
    height: int
    width: int
    name: str = "image-to-image"
    loss_words: str = "mean absolute error of levels from 0 to 1"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)
    monitor: Monitor = Monitor("loss", higher_is_better=False)

    @property
    def output_width(self) -> int:
        """C levels for each pixel."""
        return self.channels * self.height * self.width

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the mean over what is known."""
        losses, counts = self.each(models, batch)["loss"], _counts(batch)
        weighed = losses if batch.weights is None else losses * batch.weights
        value = (weighed * counts).sum() / counts.sum().clamp(min=1)
        return Loss(value, {"loss": (losses.detach() * counts).sum()})

    def each(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return [N] the mean absolute error of each picture."""
        targets = batch.targets.float() / 255
        known = targets.isfinite()
        levels = batch.run(models["model"]).float().reshape(targets.shape)
        differences = (levels - torch.where(known, targets, 0)).abs() * known
        return {"loss": differences.flatten(1).sum(1) / known.flatten(1).sum(1).clamp(min=1)}

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return the sum over what is known."""
        return {"loss": (self.each(models, batch)["loss"].double() * _counts(batch)).sum()}

    def answer(self, outputs: Tensor) -> PairedAnswer:
        """Return the pictures."""
        levels = outputs.float().reshape(-1, self.channels, self.height, self.width).clamp(0, 1)
        return PairedAnswer(levels.numpy(force=True))

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        """Return none: the network's numbers are levels."""
        return ()


def _counts(batch: Batch) -> Tensor:
    """Return [N] how many levels are known of each picture."""
    counts = batch.targets.isfinite().flatten(1).sum(1) if batch.counts is None else batch.counts
    return counts.to(batch.inputs.dtype)
