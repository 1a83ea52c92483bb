"""Distillation: a model learns from a trained one's answers beside the targets (Hinton, Vinyals and Dean 2015)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Generator, Tensor, nn

from pellucid.data import Dataset
from pellucid.errors import RunError
from pellucid.models import evaluating, parts_of
from pellucid.runs import RunFolder, RunRecord, TeacherRecord
from pellucid.tasks import Batch, Loss
from pellucid.training.batches import each_batch
from pellucid.training.building import rebuild_model
from pellucid.training.checkpoint import BEST, load_weights
from pellucid.training.distances import DISTANCES, Told
from pellucid.training.engine import VALIDATION_BATCH
from pellucid.training.hooks import Hooks
from pellucid.training.loading import load_batches
from pellucid.training.memory import batch_within, halving
from pellucid.training.processes import own_device
from pellucid.training.progress import NullProgress
from pellucid.training.teachers import weights_checksum
from pellucid.training.views import VIEWS
from pellucid.training.wrapping import WrappedTask


def with_teacher(hooks: Hooks, record: RunRecord, dataset: Dataset) -> Hooks:
    """Return hooks that also teach by a run's teacher, where it has one.

    Args:
        hooks: the user's.
        record: of the run that learns.
        dataset: what it learns from.

    Raises:
        RunError: the teacher is gone, or its weights are not those that the record names.
    """
    if record.teacher is None:
        return hooks
    answers = TeacherAnswers(record, *open_teacher(record.teacher), dataset)
    return replace(hooks, teach=lambda task: DistilledTask(task, answers))


def open_teacher(teacher: TeacherRecord) -> tuple[RunRecord, nn.Module]:
    """Return the record and the trained model of a teacher.

    Args:
        teacher: as the record of the run that learns names it.

    Raises:
        RunError: it is gone, or its weights are not those that the record names.
    """
    folder = RunFolder.open(teacher.path)
    found = weights_checksum(folder)
    if found != teacher.sha256:
        raise RunError(
            f"The teacher '{teacher.path}' changed: the sha256 of its weights is {found}.",
            expected=f"{teacher.sha256}, as when this run began.",
            fix="Put the teacher's run folder back as it was, or train anew.",
        )
    # The sum is over the weights alone: a report or an evaluation that was added since changes no answer.
    its_record = folder.read_record()
    model = rebuild_model(its_record, as_it_started=False)
    load_weights(folder.checkpoints / BEST, parts_of(model))
    return its_record, model


@dataclass
class TeacherAnswers:
    """What the teacher says of examples: of each once, or, where augmentation changes them, of every batch anew.

    Attributes:
        record: of the run that learns.
        teacher: of the run that teaches.
        model: the teacher's, with its trained weights.
        dataset: what is learned from.
    """

    record: RunRecord
    teacher: RunRecord
    model: nn.Module
    dataset: Dataset
    _table: tuple[Tensor, Tensor] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._device = own_device(torch.device(self.record.recipe.machine.device or "cpu"))
        # In float32 whatever the student computes in: what it says is compared with what it said when it was measured.
        self.model = self.model.to(self._device).float().eval().requires_grad_(False)
        augmentation = self.record.augmentation
        # Then every epoch shows the same inputs, and a teacher that answered them once need not be run again.
        self.once = augmentation is None or augmentation.is_identity

    def of(self, batch: Batch) -> Tensor:
        """Return [N, width] float32 outputs of the teacher for a training batch.

        Of augmented pictures the teacher sees the very view that the student sees ("consistent teaching", Beyer et al.
        2022), brought to its own size, colours and statistics.
        """
        if self.once or tuple(batch.inputs.shape[1:]) != self.record.model.input_shape:
            rows, outputs = self._table or self._answer_all()
            return outputs[rows[batch.ids]]
        seen = VIEWS[self.record.dataset.input.kind]
        return self._forward(seen(batch.inputs.float(), self.record.preprocessing, self.teacher.preprocessing))

    def _forward(self, inputs: Tensor) -> Tensor:
        with torch.no_grad(), torch.autocast(self._device.type, enabled=False), evaluating(self.model):
            outputs: Tensor = self.model(inputs).float()
        return outputs

    def _answer_all(self) -> tuple[Tensor, Tensor]:
        """Run the teacher over the training split in its own preprocessing, and keep what it says."""
        # Its own preprocessing, but no augmentation: it answers as it does in use.
        plain = self.teacher.model_copy(update={"augmentation": None})
        source = load_batches(
            plain, self.dataset, "train", device=self._device, channels_last=False, progress=NullProgress()
        )
        most = batch_within(VALIDATION_BATCH, int(np.prod(self.teacher.model.input_shape)), self._device)

        def answer(size: int) -> Tensor:
            batches = each_batch(source, torch.arange(len(source)), size, epoch=None)
            return torch.cat([self._forward(batch.inputs) for batch in batches])

        outputs = halving(most, answer)
        rows = torch.full((len(self.dataset),), -1, dtype=torch.int64)
        rows[torch.from_numpy(self.dataset.splits["train"])] = torch.arange(len(source))
        self._table = rows.to(self._device), outputs
        return self._table


@dataclass(frozen=True)
class DistilledTask(WrappedTask):
    """A task whose training loss is alpha x (distance to the teacher) + (1 - alpha) x (the task's own loss).

    For classes and labels the distance is the Kullback-Leibler divergence of probabilities softened by the temperature
    T, times T^2, so that its gradients keep their size whatever T is (Hinton et al. 2015, section 2). For numbers it is
    the task's own loss with the teacher's answers in the place of the targets.

    Attributes:
        answers: the teacher's.
    """

    answers: TeacherAnswers

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        """Return the mixed loss; the other running sums are the task's own."""
        outputs = self.outputs(models, batch)
        seen = self.having_run(models, outputs)
        known = self.task.loss(seen, batch, phase=phase, generator=generator)
        recipe, said = self.answers.record.recipe, self.answers.of(batch)

        def own_loss(taught: Batch) -> Tensor:
            return self.task.loss(seen, taught, phase=phase, generator=generator).value

        told = Told(outputs, said, batch, self.answers.record, self.answers.teacher, own_loss)
        alpha, distance = recipe.distillation.alpha or 0.0, DISTANCES[self.answers.record.dataset.target.kind](told)
        value = alpha * distance + (1 - alpha) * known.value
        return Loss(value, {**known.sums, "loss": value.detach() * batch.units})
