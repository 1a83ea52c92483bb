"""What tasks that stand around another task share: its answers, its phases, its outputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from torch import Generator, Tensor, nn

from pellucid.tasks import (
    Answer,
    AnswerStep,
    Batch,
    GivesOutputs,
    Loss,
    Monitor,
    Phase,
    Task,
    check_gives_outputs,
    outputs_of,
)


@dataclass(frozen=True)
class WrappedTask:
    """Another task, unchanged: what tasks that change a part of it are built on.

    Attributes:
        task: of one network, or one that says how its networks come to outputs.

    Raises:
        RecipeError: it is neither.
    """

    task: Task

    def __post_init__(self) -> None:
        check_gives_outputs(self.task)

    @property
    def name(self) -> str:
        """The task's name."""
        return self.task.name

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The task's phases."""
        return self.task.phases

    @property
    def monitor(self) -> Monitor:
        """The task's monitor: the best epoch is chosen by the targets alone."""
        return self.task.monitor

    @property
    def output_width(self) -> int:
        """The task's output width."""
        return self.task.output_width

    @property
    def loss_words(self) -> str:
        """The task's words."""
        return self.task.loss_words

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the task's loss."""
        return self.task.loss(models, batch, phase=phase, generator=generator)

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Measure as the task does."""
        return self.task.measure(models, batch)

    def answer(self, outputs: Tensor) -> Answer:
        """Answer as the task does."""
        return self.task.answer(outputs)

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        """Come to the answer as the task does."""
        return self.task.answer_steps(outputs)

    def outputs(self, models: Mapping[str, nn.Module], batch: Batch) -> Tensor:
        """Return what the task's networks give."""
        return outputs_of(self.task, models, batch)

    @property
    def runs_plainly(self) -> bool:
        """Whether the task does nothing but run its one network, so that outputs of it can be handed to it."""
        inner: Task = self.task
        while isinstance(inner, WrappedTask):
            inner = inner.task
        return not isinstance(inner, GivesOutputs)

    def having_run(self, models: Mapping[str, nn.Module], outputs: Tensor) -> Mapping[str, nn.Module]:
        """Return the networks as the task may see them once outputs are known: a single one need not run again."""
        return {"model": Answered(outputs)} if self.runs_plainly else models


class Answered(nn.Module):
    """A model that has given its outputs already."""

    def __init__(self, outputs: Tensor) -> None:
        super().__init__()
        self.outputs = outputs

    def forward(self, _inputs: Tensor, **_more: Tensor) -> Tensor:
        """Return those outputs, [N, width]."""
        return self.outputs
