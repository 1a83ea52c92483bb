"""Where the code of a user takes part in a training: a loss, metrics, an augmentation, callbacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Generator, Tensor, nn

from pellucid.errors import RecipeError
from pellucid.models import evaluating
from pellucid.tasks import Batch, Loss, Task
from pellucid.training.batches import BatchSource
from pellucid.training.engine import Callback
from pellucid.training.randomness import seed_for
from pellucid.training.wrapping import WrappedTask

OutputsAndTargets = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Hooks:
    """Code of the user's own.

    Attributes:
        loss: from the model's float32 outputs [N, width] (logits, or scaled values) and the targets [N] (class index,
            or scaled value) to the mean loss, a scalar that has a gradient.
        metrics: by name, from the same two to the mean over the batch, a scalar; shown as `train_NAME`, `val_NAME`.
        augmentation: from a normalised training batch [N, C, H, W] (or [N, D]) and a seeded generator on the CPU to a
            batch of the same shape; after the built-in augmentation.
        callbacks: called after every epoch with (engine, row); True from one of them ends the training.
        teach: puts a teacher into the task; not the user's, but made of the run's record, see `distilling.py`.
    """

    loss: OutputsAndTargets | None = None
    metrics: Mapping[str, OutputsAndTargets] = field(default_factory=dict)
    augmentation: Callable[[Tensor, Generator], Tensor] | None = None
    callbacks: Sequence[Callback] = ()
    teach: Callable[[Task], Task] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Which of them there are: what resuming needs again."""
        return tuple(name for name in ("loss", "metrics", "augmentation", "callbacks") if getattr(self, name))

    def on_task(self, task: Task) -> Task:
        """Return the task with the user's loss and metrics in it, and the teacher."""
        hooked = self._with_own(task)
        return hooked if self.teach is None else self.teach(hooked)

    def _with_own(self, task: Task) -> Task:
        if self.loss is None and not self.metrics:
            return task
        # Their sums would silently take the place of the task's, by which the best epoch is chosen.
        taken = {"loss", "accuracy", "mae"} & set(self.metrics)
        if taken:
            raise RecipeError(f"A metric of your own is called '{taken.pop()}', which there is already.")
        if self.loss is not None and len(task.phases) > 1:
            phases = ", ".join(one.name for one in task.phases)
            raise RecipeError(
                f"The task '{task.name}' learns in phases ({phases}), each with a loss of its own.",
                fix="Leave your loss out; metrics of your own go with it.",
            )
        return HookedTask(task, self.loss, self.metrics)

    def on_source(self, source: BatchSource, seed: int) -> BatchSource:
        """Return the training examples with the user's augmentation behind the built-in one."""
        return source if self.augmentation is None else HookedBatches(source, self.augmentation, seed)


@dataclass(frozen=True)
class HookedTask(WrappedTask):
    """A task whose loss, or some of whose running metrics, are the user's; all else is the task's own.

    Attributes:
        own_loss: as in `Hooks`; None for the task's own.
        metrics: as in `Hooks`.
    """

    own_loss: OutputsAndTargets | None
    metrics: Mapping[str, OutputsAndTargets]

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the user's loss, or the task's, with the user's metrics among the sums, once a batch."""
        if self.own_loss is None and not self.runs_plainly:
            known = self.task.loss(models, batch, phase=phase, generator=generator)
            # Once a step and not once a phase: the networks run once more for it.
            own = self._watched(models, batch) if phase == self.phases[0].name else {}
            return Loss(known.value, {**known.sums, **own})
        outputs = self.outputs(models, batch)
        known = self.task.loss(self.having_run(models, outputs), batch, phase=phase, generator=generator)
        value = known.value if self.own_loss is None else _scalar(self.own_loss(outputs, batch.targets), "loss")
        with torch.no_grad():
            own = self._sums(outputs.detach(), batch)
        if self.own_loss is not None:
            # Behind the task's own: what is shown as the loss is what is minimised.
            own["loss"] = value.detach() * batch.units
        return Loss(value, {**known.sums, **own})

    def _watched(self, models: Mapping[str, nn.Module], batch: Batch) -> dict[str, Tensor]:
        """Return the sums of metrics of outputs that are made for them alone.

        In evaluation mode, so that nothing is drawn and no statistics move: the training has the same bits without.
        """
        with torch.no_grad(), evaluating(nn.ModuleList(models.values())):
            return self._sums(self.outputs(models, batch), batch)

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        """Return the task's sums with the user's among them; the loss is the user's."""
        outputs = self.outputs(models, batch)
        own = self._sums(outputs, batch)
        if self.own_loss is not None:
            own["loss"] = _scalar(self.own_loss(outputs, batch.targets), "loss") * batch.units
        return {**self.task.measure(self.having_run(models, outputs), batch), **own}

    def _sums(self, outputs: Tensor, batch: Batch) -> dict[str, Tensor]:
        return {
            name: _scalar(metric(outputs, batch.targets), name) * batch.units for name, metric in self.metrics.items()
        }


@dataclass(frozen=True)
class HookedBatches:
    """Training examples that the user's augmentation changes after the built-in one.

    Attributes:
        source: the examples.
        augmentation: as in `Hooks`.
        seed: of the run.
    """

    source: BatchSource
    augmentation: Callable[[Tensor, Generator], Tensor]
    seed: int

    def __len__(self) -> int:
        return len(self.source)

    @property
    def width(self) -> int:
        """Numbers of one example's inputs."""
        return self.source.width

    def expect(self, indices: Tensor) -> None:
        """Tell the source."""
        self.source.expect(indices)

    def arranged(self, order: Tensor, batch_size: int) -> Tensor:
        """Let the source arrange it."""
        return self.source.arranged(order, batch_size)

    def batch(self, indices: Tensor, *, epoch: int | None) -> Batch:
        """Return the batch, changed in training; the generator depends on seed, epoch and the batch's first example.

        Raises:
            RecipeError: the user's function gave no tensor of the same shape.
        """
        batch = self.source.batch(indices, epoch=epoch)
        if epoch is None:
            return batch
        # A function of the user's takes whole batches, so that the address cannot be each example's.
        generator = Generator().manual_seed(seed_for(self.seed, "own augmentation", epoch, int(indices[0])))
        inputs = self.augmentation(batch.inputs, generator)
        if not isinstance(inputs, Tensor) or inputs.shape != batch.inputs.shape:
            got = tuple(inputs.shape) if isinstance(inputs, Tensor) else type(inputs).__name__
            raise RecipeError(
                f"Your augmentation returned {got}.", expected=f"A tensor of shape {tuple(batch.inputs.shape)}."
            )
        return replace(batch, inputs=inputs)


def _scalar(value: Tensor, name: str) -> Tensor:
    if not isinstance(value, Tensor) or value.ndim != 0:
        got = f"a tensor of shape {tuple(value.shape)}" if isinstance(value, Tensor) else type(value).__name__
        raise RecipeError(f"Your {name} returned {got}.", expected="A scalar tensor: the mean over the batch.")
    return value
