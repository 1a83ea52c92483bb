"""How far a student's answers are from its teacher's, for each kind of target."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

from pellucid.kinds import TARGETS, KindTable, Refused
from pellucid.runs import RunRecord
from pellucid.tasks import Batch, weighted
from pellucid.training.choices.task import task_of
from pellucid.training.emphasis import emphasis_of
from pellucid.training.loading import scale_targets


@dataclass(frozen=True)
class Told:
    """What a teacher says of a batch, beside what the student says.

    Attributes:
        outputs: [N, width] float32, the student's.
        said: likewise, the teacher's.
        batch: the examples.
        student: record of the run that learns.
        teacher: of the run that teaches.
        own_loss: the student's task's own loss on a batch with these outputs, a scalar.
    """

    outputs: Tensor
    said: Tensor
    batch: Batch
    student: RunRecord
    teacher: RunRecord
    own_loss: Callable[[Batch], Tensor]


Distance: TypeAlias = Callable[[Told], Tensor]
"""The mean distance of a batch, a scalar."""


def of_probabilities(told: Told, *, labels: bool) -> Tensor:
    """Return the mean divergence of softened probabilities.

    Args:
        told: by the teacher.
        labels: whether each output is a label of its own.
    """
    losses = soft_losses(
        told.outputs,
        _in_students_terms(told),
        temperature=told.student.recipe.distillation.temperature or 1.0,
        labels=labels,
    )
    return weighted(losses, told.batch.weights).mean()


def of_numbers(told: Told) -> Tensor:
    """Return the task's own loss with the teacher's answers in the place of the targets."""
    values = task_of(told.teacher).answer(told.said).as_targets
    scaled = torch.from_numpy(scale_targets(values, told.student.target_scaling)).to(told.said.device)
    return told.own_loss(replace(told.batch, targets=scaled, partner_targets=None, shares=None))


def of_outputs(told: Told) -> Tensor:
    """Return the mean absolute distance of scaled outputs: quantiles that lie where the teacher's do."""
    return (told.outputs - told.said).abs().mean()


DISTANCES: KindTable[Distance] = KindTable(
    "distance to a teacher",
    TARGETS,
    {
        "class": partial(of_probabilities, labels=False),
        "labels": partial(of_probabilities, labels=True),
        "mask": Refused("A teacher answers examples as a whole, and here each pixel is learned from its own mask."),
        "next": Refused("A language model answers at every place of a text, and learns from the text alone."),
        "generated": Refused("A network that draws pictures learns from the pictures alone."),
        "paired": Refused("A teacher answers examples as a whole, and here each pixel is learned from its own level."),
        "picture": Refused("A network that gives pictures back learns from the pictures alone."),
        "text": Refused("A model that writes texts learns from its pairs alone."),
        "value": of_numbers,
        "values": of_numbers,
        "future": of_outputs,
    },
)


def _in_students_terms(told: Told) -> Tensor:
    """Return the teacher's logits as the student's should be, where one was taught that classes are even."""
    logits, emphases = told.said, (emphasis_of(told.teacher), emphasis_of(told.student))
    of_teacher, of_student = (emphasis.offsets(output_width=logits.shape[1]) for emphasis in emphases)
    if of_teacher == of_student:
        return logits
    for_data = logits if of_teacher is None else logits + logits.new_tensor(of_teacher)
    return for_data if of_student is None else for_data - logits.new_tensor(of_student)


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
