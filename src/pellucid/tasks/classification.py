"""Two rows of the table: one class of two (binary), and one class of K (single-label)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional

from pellucid.tasks.base import Answer, Batch, Loss, Monitor, Phase

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class SingleLabel:
    """One class of K: softmax and cross-entropy.

    Attributes:
        num_classes: K.
        label_smoothing: share of the target's probability spread over all K classes, in [0, 1)
            (Szegedy et al. 2016, section 7); training only.
        temperature: the logits are divided by it before the softmax of an answer (Guo et al. 2017).
    """

    num_classes: int
    label_smoothing: float = 0.0
    temperature: float = 1.0
    name: str = "single-label"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)
    monitor: Monitor = Monitor("accuracy", higher_is_better=True, is_share=True)

    @property
    def output_width(self) -> int:
        """K logits."""
        return self.num_classes

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the mean cross-entropy, in nats, with the running sums of loss and accuracy."""
        logits = models["model"](batch.inputs).float()
        losses = batch.over_targets(
            lambda targets: functional.cross_entropy(
                logits, targets, label_smoothing=self.label_smoothing, reduction="none"
            )
        )
        answers = logits.detach().argmax(1)
        correct = batch.over_targets(lambda targets: (answers == targets).float()).sum()
        value = losses.mean()
        return Loss(value, {"loss": value.detach() * len(batch), "accuracy": correct})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return the sums of cross-entropy (without smoothing) and of right answers."""
        logits = models["model"](batch.inputs).float()
        return {
            "loss": functional.cross_entropy(logits, batch.targets, reduction="sum"),
            "accuracy": (logits.argmax(1) == batch.targets).sum(),
        }

    def answer(self, outputs: Tensor) -> Answer:
        """Return [N, K] probabilities."""
        probabilities: NDArray[np.float32] = torch.softmax(outputs.float() / self.temperature, dim=1).numpy(force=True)
        return Answer(probabilities=probabilities)


@dataclass(frozen=True)
class Binary:
    """One class of two: a single logit inside, [N, 2] probabilities outside; the second class is the positive one.

    Attributes are those of `SingleLabel`.
    """

    label_smoothing: float = 0.0
    temperature: float = 1.0
    name: str = "binary"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)
    monitor: Monitor = Monitor("accuracy", higher_is_better=True, is_share=True)

    @property
    def output_width(self) -> int:
        """One logit: log(p(positive) / p(negative))."""
        return 1

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the mean binary cross-entropy, in nats, with the running sums of loss and accuracy."""
        logits = models["model"](batch.inputs).float().squeeze(1)

        def losses_of(targets: Tensor) -> Tensor:
            # Smoothing spreads its share over both classes, as cross_entropy does over K.
            smoothed = targets.to(logits.dtype) * (1 - self.label_smoothing) + self.label_smoothing / 2
            return functional.binary_cross_entropy_with_logits(logits, smoothed, reduction="none")

        losses = batch.over_targets(losses_of)
        answers = logits.detach() > 0
        correct = batch.over_targets(lambda targets: (answers == targets.bool()).float()).sum()
        value = losses.mean()
        return Loss(value, {"loss": value.detach() * len(batch), "accuracy": correct})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return the sums of binary cross-entropy (without smoothing) and of right answers."""
        logits = models["model"](batch.inputs).float().squeeze(1)
        targets = batch.targets.to(logits.dtype)
        return {
            "loss": functional.binary_cross_entropy_with_logits(logits, targets, reduction="sum"),
            "accuracy": ((logits > 0) == batch.targets.bool()).sum(),
        }

    def answer(self, outputs: Tensor) -> Answer:
        """Return [N, 2] probabilities: (negative, positive)."""
        positive = torch.sigmoid(outputs.float().squeeze(1) / self.temperature)
        probabilities: NDArray[np.float32] = torch.stack([1 - positive, positive], dim=1).numpy(force=True)
        return Answer(probabilities=probabilities)
