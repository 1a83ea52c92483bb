"""Two rows of the table: one class of two (binary), and one class of K (single-label)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import torch
from torch import Generator, Tensor, nn

from pellucid.kinds import Target
from pellucid.tasks.answers import ClassAnswer
from pellucid.tasks.base import AnswerStep, Batch, Loss, Monitor, Phase
from pellucid.tasks.losses import ClassLoss, class_losses, weighted, yes_no_losses
from pellucid.tasks.registry import Scaling, TaskEntry, TaskOptions, register_task

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

ACCURACY = Monitor("accuracy", higher_is_better=True, is_share=True)
FEWEST_OF_A_CLASS = 5
"""Validation examples that a class needs to count as much as the others when the best epoch is chosen."""


_CHOSEN_BEFORE = (
    "Rare classes counted more in training. For the probabilities that is undone here, by how frequent each class is; "
    "the class that is answered was chosen before, as if all were equally frequent."
)


@dataclass(frozen=True)
class Emphasis:
    """How a classifier is taught to give each class the same chance, and what its probabilities must undo.

    In all three ways the network's own logits hold for classes that are equally frequent.

    Attributes:
        class_weights: w, how many times more than in the data each class is taken to occur; None for none.
        way: how: by weights in the loss, by a sampler, or by adjusted logits: what is compared with the target are the
            logits less log w, which hold for the data as they are (Menon et al. 2021).
        judged_counts: [K] examples of each class in the validation split; given where classes are uneven. Balanced
            accuracy is then measured beside accuracy.
        by_class: whether it also chooses the best epoch.
    """

    class_weights: tuple[float, ...] | None = None
    way: Literal["weights", "sampler", "adjusted-logits"] = "weights"
    judged_counts: tuple[int, ...] | None = None
    by_class: bool = True

    @property
    def monitor(self) -> Monitor:
        """What chooses the best epoch."""
        if self.judged_counts is None or not self.by_class:
            return ACCURACY
        counts = [count for count in self.judged_counts if count]
        units = len(counts) ** 2 / sum(1 / count for count in counts)
        step = 1 / (len(counts) * min(counts))
        return Monitor("balanced_accuracy", higher_is_better=True, is_share=True, num_units=units, step=step)

    def of_targets(self, targets: Tensor, *, training: bool) -> Tensor | None:
        """Return the [N] weights of examples by their class, or None where all count alike."""
        if self.class_weights is None or self.way == "adjusted-logits" or (training and self.way == "sampler"):
            return None
        weights = torch.tensor(self.class_weights, device=targets.device)
        if not training and self.judged_counts is not None:
            # The loss decides between epochs: in a class of one validation example, that one would decide nearly alone.
            present = sum(count > 0 for count in self.judged_counts)
            weights = weights.clamp_max(sum(self.judged_counts) / (present * FEWEST_OF_A_CLASS))
        return weights[targets]

    def offsets(self, *, output_width: int) -> tuple[float, ...] | None:
        """Return what turns logits for equally frequent classes into those for the data: -log w, one per logit."""
        if self.class_weights is None:
            return None
        logs = [-math.log(weight) for weight in self.class_weights]
        return (logs[1] - logs[0],) if output_width == 1 else tuple(logs)

    def for_loss(self, logits: Tensor) -> Tensor:
        """Return [N, outputs] logits as the loss compares them with the targets."""
        offsets = self.offsets(output_width=logits.shape[1]) if self.way == "adjusted-logits" else None
        return logits if offsets is None else logits + torch.tensor(offsets, device=logits.device)

    def steps_for_data(self, outputs: Tensor, *, temperature: float) -> list[AnswerStep]:
        """Return the steps from a network's outputs to logits for classes as frequent as in the training data.

        Args:
            outputs: [N, outputs] float32.
            temperature: the outputs are divided by it.
        """
        width, steps = outputs.shape[1], []
        if temperature != 1:
            steps.append(AnswerStep("temperature", "divide", outputs / temperature, scale=(temperature,) * width))
        if (offsets := self.offsets(output_width=width)) is not None:
            logits = steps[-1].values if steps else outputs
            corrected = logits + torch.tensor(offsets, device=logits.device)
            steps.append(AnswerStep("prior-correction", "add", corrected, shift=offsets, note=_CHOSEN_BEFORE))
        return steps

    def judge(self, correct: Tensor, targets: Tensor) -> dict[str, Tensor]:
        """Return the sums of accuracy and, where it is asked for, of balanced accuracy.

        Args:
            correct: bool [N], whether each answer is right.
            targets: int64 [N], class index.
        """
        sums = {"accuracy": correct.sum()}
        if self.judged_counts is not None:
            counts = torch.tensor(self.judged_counts, device=targets.device)
            share = counts.sum() / (torch.count_nonzero(counts) * counts.clamp_min(1))
            sums["balanced_accuracy"] = (correct * share[targets]).sum()
        return sums


class _OneClass:
    """What the two tasks share: a subclass has the fields, and says what its logits mean."""

    emphasis: Emphasis
    label_smoothing: float
    temperature: float

    @property
    def monitor(self) -> Monitor:
        """Accuracy, or balanced accuracy."""
        return self.emphasis.monitor

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the mean loss, in nats, with the running sums of loss and accuracy."""
        logits = batch.run(models["model"]).float()
        compared = self.emphasis.for_loss(logits)
        losses = batch.over_targets(lambda targets: self._weighed(compared, targets, training=True))
        answers = self._likeliest(logits.detach())
        correct = batch.over_targets(lambda targets: (answers == targets).float()).sum()
        value = weighted(losses, batch.weights).mean()
        return Loss(value, {"loss": value.detach() * len(batch), "accuracy": correct})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return the sums of the loss (classes weighed as in training, no smoothing) and of right answers."""
        logits = batch.run(models["model"]).float()
        losses = self._weighed(self.emphasis.for_loss(logits), batch.targets, training=False)
        return {
            "loss": losses.sum(),
            **self.emphasis.judge(self._likeliest(logits) == batch.targets, batch.targets),
        }

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        """Return the steps from outputs to probabilities."""
        raise NotImplementedError

    def answer(self, outputs: Tensor) -> ClassAnswer:
        """Return [N, K] probabilities, and labels: the most probable classes, or those an emphasis asked for.

        A network taught with an emphasis w answers as if class k were w_k times as frequent as it is. Dividing its
        probabilities by w gives those that hold for the data (Saerens et al. 2002); the label stays the likeliest of
        equally frequent classes, for else the emphasis would have been in vain.
        """
        chosen: NDArray[np.int64] = self._likeliest(outputs.float() / self.temperature).numpy(force=True)
        probabilities: NDArray[np.float32] = self.answer_steps(outputs)[-1].values.numpy(force=True)
        return ClassAnswer(probabilities, chosen)

    def _likeliest(self, logits: Tensor) -> Tensor:
        """Return [N] int64, the class that each row of logits is for."""
        raise NotImplementedError

    def _losses(self, logits: Tensor, targets: Tensor, *, smoothing: float) -> Tensor:
        """Return [N] losses of logits."""
        raise NotImplementedError

    def _weighed(self, logits: Tensor, targets: Tensor, *, training: bool) -> Tensor:
        losses = self._losses(logits, targets, smoothing=self.label_smoothing if training else 0.0)
        return weighted(losses, self.emphasis.of_targets(targets, training=training))


@dataclass(frozen=True)
class SingleLabel(_OneClass):
    """One class of K: softmax, and cross-entropy or focal loss.

    Attributes:
        num_classes: K.
        label_smoothing: share of the target's probability spread over all K classes, in [0, 1)
            (Szegedy et al. 2016, section 7); training only.
        temperature: the logits are divided by it before the softmax of an answer (Guo et al. 2017).
        class_loss: what is minimised.
        gamma: of the focal loss.
        emphasis: on rare classes.
    """

    num_classes: int
    label_smoothing: float = 0.0
    temperature: float = 1.0
    class_loss: ClassLoss = "cross-entropy"
    gamma: float = 2.0
    emphasis: Emphasis = field(default_factory=Emphasis)
    name: str = "single-label"
    loss_words: str = "cross-entropy"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)

    @property
    def output_width(self) -> int:
        """K logits."""
        return self.num_classes

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        """Return temperature and prior correction, where there are any, and the softmax."""
        logits = outputs.float()
        steps = self.emphasis.steps_for_data(logits, temperature=self.temperature)
        last = steps[-1].values if steps else logits
        return (*steps, AnswerStep("softmax", "softmax", torch.softmax(last, dim=1)))

    def memberships(self, targets: Tensor) -> Tensor:
        """Return [N, K], 1 at each example's class."""
        return nn.functional.one_hot(targets, self.num_classes).float()

    def _likeliest(self, logits: Tensor) -> Tensor:
        return logits.argmax(1)

    def _losses(self, logits: Tensor, targets: Tensor, *, smoothing: float) -> Tensor:
        return class_losses(logits, targets, loss=self.class_loss, gamma=self.gamma, label_smoothing=smoothing)


@dataclass(frozen=True)
class Binary(_OneClass):
    """One class of two: a single logit inside, [N, 2] probabilities outside; the second class is the positive one.

    Attributes are those of `SingleLabel`.
    """

    label_smoothing: float = 0.0
    temperature: float = 1.0
    class_loss: ClassLoss = "cross-entropy"
    gamma: float = 2.0
    emphasis: Emphasis = field(default_factory=Emphasis)
    name: str = "binary"
    loss_words: str = "cross-entropy"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)

    @property
    def output_width(self) -> int:
        """One logit: log(p(positive) / p(negative))."""
        return 1

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        """Return temperature and prior correction, where there are any, the sigmoid, and both classes' shares."""
        logit = outputs.float()
        steps = self.emphasis.steps_for_data(logit, temperature=self.temperature)
        share = torch.sigmoid(steps[-1].values if steps else logit)
        both = torch.cat([1 - share, share], dim=1)
        return (*steps, AnswerStep("sigmoid", "sigmoid", share), AnswerStep("both-classes", "both", both))

    def memberships(self, targets: Tensor) -> Tensor:
        """Return [N, 1], 1 for the positive class."""
        return targets.float().unsqueeze(1)

    def _likeliest(self, logits: Tensor) -> Tensor:
        return (logits.squeeze(1) > 0).long()

    def _losses(self, logits: Tensor, targets: Tensor, *, smoothing: float) -> Tensor:
        return yes_no_losses(
            logits.squeeze(1), targets, loss=self.class_loss, gamma=self.gamma, label_smoothing=smoothing
        )


@dataclass(frozen=True)
class ClassOptions(TaskOptions):
    """What a classifier can be told.

    Attributes:
        loss: what is minimised.
        label_smoothing, temperature, gamma, emphasis: as in `SingleLabel`.
    """

    label_smoothing: float = 0.0
    temperature: float = 1.0
    loss: ClassLoss = "cross-entropy"
    gamma: float = 2.0
    emphasis: Emphasis = field(default_factory=Emphasis)


def _binary(_target: Target, chosen: ClassOptions, _scaling: Scaling) -> Binary:
    return Binary(chosen.label_smoothing, chosen.temperature, chosen.loss, chosen.gamma, chosen.emphasis)


def _single_label(target: Target, chosen: ClassOptions, _scaling: Scaling) -> SingleLabel:
    return SingleLabel(
        len(target.answers), chosen.label_smoothing, chosen.temperature, chosen.loss, chosen.gamma, chosen.emphasis
    )


register_task(
    TaskEntry(
        "binary",
        "one class of two",
        kinds=("class",),
        options=ClassOptions,
        build=_binary,
        fits=lambda target: len(target.answers) == 2,
    )
)
register_task(TaskEntry("single-label", "one class of K", kinds=("class",), options=ClassOptions, build=_single_label))
