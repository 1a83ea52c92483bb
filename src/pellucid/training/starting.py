"""First weights that are counted in the training examples, for networks that ask for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from pellucid.models import Started
from pellucid.tasks import SaysMembership, Task
from pellucid.training.batches import BatchSource

_BATCH = 1024


def start_networks(models: Mapping[str, nn.Module], task: Task, train: BatchSource) -> None:
    """Start the networks that begin from the training examples; a task without memberships leaves them as they are.

    Args:
        models: of the task, by name.
        task: says what belongs to which output.
        train: the training examples, from which the same weights follow in each process.
    """
    if not isinstance(task, SaysMembership):
        return
    for model in models.values():
        if isinstance(model, Started):
            model.start(_each_with_membership(task, train))


def _each_with_membership(task: SaysMembership, train: BatchSource) -> Iterator[tuple[Tensor, Tensor]]:
    for indices in torch.split(torch.arange(len(train)), _BATCH):
        batch = train.batch(indices, epoch=None)
        yield batch.inputs, task.memberships(batch.targets)
