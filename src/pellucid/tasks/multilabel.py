"""One row of the table: any of L labels per example, several at once or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Generator, Tensor, nn

from pellucid.kinds import Target
from pellucid.tasks.answers import LabelsAnswer
from pellucid.tasks.base import AnswerStep, Batch, Loss, Monitor, Phase
from pellucid.tasks.losses import ClassLoss, weighted, yes_no_losses
from pellucid.tasks.registry import Scaling, TaskEntry, TaskOptions, register_task

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class MultiLabel:
    """A sigmoid per label, and the mean of their binary cross-entropies (or focal losses).

    Attributes:
        num_labels: L.
        label_smoothing: as in `SingleLabel`.
        temperature: the logits are divided by it before the sigmoid of an answer.
        class_loss: what is minimised.
        gamma: of the focal loss.
    """

    num_labels: int
    label_smoothing: float = 0.0
    temperature: float = 1.0
    class_loss: ClassLoss = "cross-entropy"
    gamma: float = 2.0
    name: str = "multi-label"
    loss_words: str = "binary cross-entropy"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)
    monitor: Monitor = Monitor("loss", higher_is_better=False)

    @property
    def output_width(self) -> int:
        """L logits: log(p / (1 - p)) of each label."""
        return self.num_labels

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the mean loss, in nats per label, and running sums (`hamming_loss`: share of wrong labels)."""
        logits = batch.run(models["model"]).float()
        losses = batch.over_targets(lambda targets: self._losses(logits, targets, self.label_smoothing))
        wrong = batch.over_targets(lambda targets: _wrong(logits.detach(), targets)).sum()
        value = weighted(losses, batch.weights).mean()
        return Loss(value, {"loss": value.detach() * len(batch), "hamming_loss": wrong})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return the sums of the loss (without smoothing) and of `hamming_loss`, at a threshold of 0.5."""
        logits = batch.run(models["model"]).float()
        losses = self._losses(logits, batch.targets, 0.0)
        return {"loss": losses.sum(), "hamming_loss": _wrong(logits, batch.targets).sum()}

    def answer(self, outputs: Tensor) -> LabelsAnswer:
        """Return [N, L] probabilities, each of its own label; a run that fitted thresholds puts them in itself."""
        shares: NDArray[np.float32] = self.answer_steps(outputs)[-1].values.numpy(force=True)
        return LabelsAnswer.at_even_odds(shares)

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        """Return the temperature, where there is one, and the sigmoid."""
        logits, steps = outputs.float(), []
        if self.temperature != 1:
            logits = logits / self.temperature
            steps.append(AnswerStep("temperature", "divide", logits, scale=(self.temperature,) * self.num_labels))
        return (*steps, AnswerStep("sigmoid", "sigmoid", torch.sigmoid(logits)))

    def memberships(self, targets: Tensor) -> Tensor:
        """Return the [N, L] targets themselves, as float32."""
        return targets.float()

    def _losses(self, logits: Tensor, targets: Tensor, label_smoothing: float) -> Tensor:
        return yes_no_losses(
            logits, targets, loss=self.class_loss, gamma=self.gamma, label_smoothing=label_smoothing
        ).mean(1)


def _wrong(logits: Tensor, targets: Tensor) -> Tensor:
    return ((logits > 0) != targets.bool()).float().mean(1)


@dataclass(frozen=True)
class LabelsOptions(TaskOptions):
    """What it can be told.

    Attributes:
        loss: what is minimised.
        label_smoothing, temperature, gamma: as in `MultiLabel`.
    """

    label_smoothing: float = 0.0
    temperature: float = 1.0
    loss: ClassLoss = "cross-entropy"
    gamma: float = 2.0


def _multi_label(target: Target, chosen: LabelsOptions, _scaling: Scaling) -> MultiLabel:
    return MultiLabel(len(target.answers), chosen.label_smoothing, chosen.temperature, chosen.loss, chosen.gamma)


register_task(
    TaskEntry(
        "multi-label",
        "any of L labels, several at once or none",
        kinds=("labels",),
        options=LabelsOptions,
        build=_multi_label,
    )
)
