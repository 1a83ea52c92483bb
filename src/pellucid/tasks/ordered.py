"""One row of the table: one class of K that are steps in an order, such as scores from 3 to 8."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Generator, Tensor, nn

from pellucid.errors import RecipeError
from pellucid.kinds import Target
from pellucid.tasks.answers import ClassAnswer
from pellucid.tasks.base import AnswerStep, Batch, Loss, Monitor, Phase
from pellucid.tasks.losses import ordered_losses, weighted
from pellucid.tasks.registry import Scaling, TaskEntry, TaskOptions, register_task

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_KINDS = ("class",)
_MEDIAN = "What is answered is the median step: the first one up to which at least half of the probability lies."


@dataclass(frozen=True)
class Ordered:
    """Softmax over K steps; what is learned is each of the K - 1 questions "is it above this step?".

    A wrong answer costs the more the farther off it is. What is answered is the median step: no other is nearer on
    average to the steps that the probabilities expect.

    Attributes:
        num_classes: K.
        temperature: the logits are divided by it before the softmax of an answer.
    """

    num_classes: int
    temperature: float = 1.0
    name: str = "ordered"
    loss_words: str = "cumulative cross-entropy"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)
    monitor: Monitor = Monitor("loss", higher_is_better=False)

    @property
    def output_width(self) -> int:
        """K logits."""
        return self.num_classes

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the mean loss, in nats per question, with the running sums of `measure`."""
        logits = batch.run(models["model"]).float()
        losses = batch.over_targets(lambda targets: ordered_losses(logits, targets))
        steps = median_steps(logits.detach())
        right = batch.over_targets(lambda targets: (steps == targets).float())
        off = batch.over_targets(lambda targets: (steps - targets).abs().float())
        value = weighted(losses, batch.weights).mean()
        return Loss(value, {"loss": value.detach() * len(batch), "accuracy": right.sum(), "rank_mae": off.sum()})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return the sums of the loss, of right answers, and of how many steps each answer is off (`rank_mae`)."""
        logits = batch.run(models["model"]).float()
        off = (median_steps(logits) - batch.targets).abs()
        losses = ordered_losses(logits, batch.targets)
        return {"loss": losses.sum(), "accuracy": (off == 0).sum(), "rank_mae": off.sum()}

    def answer(self, outputs: Tensor) -> ClassAnswer:
        """Return [N, K] probabilities, and the median step of each as label."""
        chosen: NDArray[np.int64] = median_steps(outputs.float() / self.temperature).numpy(force=True)
        probabilities: NDArray[np.float32] = self.answer_steps(outputs)[-1].values.numpy(force=True)
        return ClassAnswer(probabilities, chosen)

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        """Return the steps from [N, K] outputs to K probabilities."""
        logits, steps = outputs.float(), []
        if self.temperature != 1:
            scale = (self.temperature,) * self.num_classes
            logits = logits / self.temperature
            steps.append(AnswerStep("temperature", "divide", logits, scale=scale))
        softmax = AnswerStep("softmax", "softmax", torch.softmax(logits, dim=1), note=_MEDIAN)
        return (*steps, softmax)


def median_steps(logits: Tensor) -> Tensor:
    """Return [N] int64: the first step up to which at least half of the probability lies.

    Args:
        logits: [N, K] float, of the steps in their order.
    """
    below = torch.softmax(logits, dim=1).cumsum(dim=1)[:, :-1] < 0.5
    return below.sum(dim=1)


def check_ordered(target: Target) -> None:
    """Raise RecipeError unless a target is three classes or more whose order is known: whole numbers."""
    if target.kind not in _KINDS:
        raise RecipeError(
            f"--ordered is for classes that are steps in an order, and '{target.name}' is none.", fix="Leave it out."
        )
    words = [name for name in target.answers if not name.removeprefix("-").isdecimal()]
    if words:
        raise RecipeError(
            f"--ordered needs classes whose order is known, and '{words[0]}' of '{target.name}' is no whole number.",
            expected="Whole numbers, such as scores from 1 to 5.",
            fix="Number the steps in the data, or leave --ordered out.",
        )
    if len(target.answers) < 3:
        raise RecipeError(
            f"'{target.name}' has {len(target.answers)} classes, and two have no order to learn.",
            fix="Leave --ordered out.",
        )


@dataclass(frozen=True)
class OrderedOptions(TaskOptions):
    """What it can be told; see `Ordered`."""

    temperature: float = 1.0


def _ordered(target: Target, chosen: OrderedOptions, _scaling: Scaling) -> Ordered:
    return Ordered(len(target.answers), chosen.temperature)


def _refuse_loss(flag: str) -> RecipeError:
    return RecipeError(
        f"{flag} does not go with ordered classes, which have a loss of their own.",
        fix="Leave it out, or leave out --ordered.",
    )


def _why(target: Target) -> str:
    steps = " < ".join(target.answers)
    return f"the classes are steps, {steps}: near misses cost less, the median step is answered (--ordered)"


register_task(
    TaskEntry(
        "ordered",
        "one class of K that are steps in an order",
        kinds=_KINDS,
        options=OrderedOptions,
        build=_ordered,
        check=check_ordered,
        refuse_loss=_refuse_loss,
        why=_why,
    )
)
