"""Distillation: a model learns from a trained one's answers beside the targets (Hinton, Vinyals and Dean 2015)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import torch
from torch import Generator, Tensor, nn
from torch.nn import functional

from pellucid.data import Dataset
from pellucid.errors import RunError
from pellucid.kinds import LabelsTarget, ValuesTarget, ValueTarget
from pellucid.models import evaluating
from pellucid.preprocessing import ImagePreprocessing
from pellucid.runs import RunFolder, RunRecord
from pellucid.tasks import Batch, Loss, weighted
from pellucid.training.batches import each_batch
from pellucid.training.building import load_batches, rebuild_model, scale_targets
from pellucid.training.checkpoint import load_weights
from pellucid.training.engine import VALIDATION_BATCH
from pellucid.training.hooks import Hooks
from pellucid.training.imbalance import emphasis_of
from pellucid.training.memory import batch_within, halving
from pellucid.training.plan import task_of
from pellucid.training.processes import own_device
from pellucid.training.progress import Silence
from pellucid.training.teachers import BEST_WEIGHTS, weights_checksum
from pellucid.training.wrapping import Answered, WrappedTask

_LUMINANCE = (0.299, 0.587, 0.114)
"""ITU-R BT.601, by which `decoding` makes colours grey."""


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
    answers = TeacherAnswers(record, *open_teacher(record), dataset)
    return replace(hooks, teach=lambda task: DistilledTask(task, answers))


def open_teacher(record: RunRecord) -> tuple[RunRecord, nn.Module]:
    """Return the record and the trained model of a run's teacher.

    Raises:
        RunError: it is gone, or its weights are not those that the record names.
    """
    teacher = record.teacher
    assert teacher is not None
    folder = RunFolder.open(teacher.path)
    found = weights_checksum(folder)
    if found != teacher.sha256:
        raise RunError(
            f"The teacher '{teacher.path}' changed: the sha256 of its weights is {found}.",
            expected=f"{teacher.sha256}, as when this run began.",
            fix="Put the teacher's run folder back as it was, or train anew.",
        )
    its_record = folder.read_record()
    model = rebuild_model(its_record, as_it_started=False)
    load_weights(folder.checkpoints / BEST_WEIGHTS, {"model": model})
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
        self._device = own_device(torch.device(self.record.recipe.device or "cpu"))
        self.model = self.model.to(self._device).float().eval().requires_grad_(False)
        augmentation = self.record.augmentation
        self.once = augmentation is None or augmentation.is_identity

    def of(self, batch: Batch) -> Tensor:
        """Return [N, width] float32 outputs of the teacher for a training batch.

        Of augmented pictures the teacher sees the very view that the student sees ("consistent teaching", Beyer et al.
        2022), brought to its own size, colours and statistics.
        """
        if self.once or tuple(batch.inputs.shape[1:]) != self.record.model.input_shape:
            rows, outputs = self._table or self._answer_all()
            return outputs[rows[batch.ids]]
        return self._forward(self._as_seen_by_teacher(batch.inputs.float()))

    def _forward(self, inputs: Tensor) -> Tensor:
        with torch.no_grad(), torch.autocast(self._device.type, enabled=False), evaluating(self.model):
            outputs: Tensor = self.model(inputs).float()
        return outputs

    def _answer_all(self) -> tuple[Tensor, Tensor]:
        """Run the teacher over the training split in its own preprocessing, and keep what it says."""
        plain = self.teacher.model_copy(update={"augmentation": None})
        source = load_batches(
            plain, self.dataset, "train", device=self._device, channels_last=False, progress=Silence()
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

    def _as_seen_by_teacher(self, inputs: Tensor) -> Tensor:
        own, its = self.record.preprocessing, self.teacher.preprocessing
        assert isinstance(own, ImagePreprocessing)
        assert isinstance(its, ImagePreprocessing)
        levels = inputs * _per_channel(own.std, inputs) + _per_channel(own.mean, inputs)
        if levels.shape[1] == 1 and its.channels == 3:
            levels = levels.expand(-1, 3, -1, -1)
        elif levels.shape[1] == 3 and its.channels == 1:
            levels = (levels * _per_channel(_LUMINANCE, inputs)).sum(1, keepdim=True)
        if tuple(levels.shape[2:]) != (its.height, its.width):
            levels = functional.interpolate(levels, (its.height, its.width), mode="bilinear", antialias=True)
        return (levels - _per_channel(its.mean, inputs)) / _per_channel(its.std, inputs)


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
        outputs = models["model"](batch.inputs).float()
        known = self.task.loss({"model": Answered(outputs)}, batch, phase=phase, generator=generator)
        recipe, said = self.answers.record.recipe, self.answers.of(batch)
        alpha = recipe.alpha or 0.0
        target = self.answers.record.dataset.target
        if isinstance(target, ValueTarget | ValuesTarget):
            taught = replace(batch, targets=self._scaled(said), partner_targets=None, shares=None)
            distance = self.task.loss({"model": Answered(outputs)}, taught, phase=phase, generator=generator).value
        else:
            losses = soft_losses(
                outputs,
                self._in_students_terms(said),
                temperature=recipe.temperature or 1.0,
                labels=isinstance(target, LabelsTarget),
            )
            distance = weighted(losses, batch.weights).mean()
        value = alpha * distance + (1 - alpha) * known.value
        return Loss(value, {**known.sums, "loss": value.detach() * len(batch)})

    def _in_students_terms(self, logits: Tensor) -> Tensor:
        """Return the teacher's logits as the student's should be, where one was taught that classes are even."""
        emphases = emphasis_of(self.answers.teacher), emphasis_of(self.answers.record)
        of_teacher, of_student = (emphasis.offsets(output_width=logits.shape[1]) for emphasis in emphases)
        if of_teacher == of_student:
            return logits
        for_data = logits if of_teacher is None else logits + logits.new_tensor(of_teacher)
        return for_data if of_student is None else for_data - logits.new_tensor(of_student)

    def _scaled(self, outputs: Tensor) -> Tensor:
        """Return the teacher's answers in units of the student's targets."""
        scaling = self.answers.record.target_scaling
        values = task_of(self.answers.teacher).answer(outputs).as_targets
        assert scaling is not None
        return torch.from_numpy(scale_targets(values, scaling)).to(outputs.device)


def soft_losses(outputs: Tensor, said: Tensor, *, temperature: float, labels: bool = False) -> Tensor:
    """Return [N] divergences KL(teacher || student) in nats, times T^2, of probabilities softened by T.

    Args:
        outputs: [N, K] the student's logits; [N, 1] of one class of two.
        said: the teacher's, likewise.
        temperature: T > 0, by which both are divided.
        labels: whether each output is a label of its own: then the mean over the labels.
    """
    student, teacher = outputs / temperature, said / temperature
    if not labels and outputs.shape[1] > 1:
        divergence = functional.kl_div(
            functional.log_softmax(student, 1), functional.log_softmax(teacher, 1), log_target=True, reduction="none"
        ).sum(1)
        return temperature**2 * divergence
    share = torch.sigmoid(teacher)
    divergence = share * (functional.logsigmoid(teacher) - functional.logsigmoid(student)) + (1 - share) * (
        functional.logsigmoid(-teacher) - functional.logsigmoid(-student)
    )
    return temperature**2 * divergence.mean(1)


def _per_channel(values: tuple[float, ...], like: Tensor) -> Tensor:
    return like.new_tensor(values).view(1, -1, 1, 1)
