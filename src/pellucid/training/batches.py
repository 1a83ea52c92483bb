"""Examples in memory, as small as they are stored, turned into float batches on the device at the last moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import torch
from torch import Tensor

from pellucid.tasks import Batch, Draws
from pellucid.training.processes import ALONE, Processes

REPETITION = 1 << 40
"""Added to an example's id for each repetition within an epoch, so that its augmentation differs."""


class BatchSource(Protocol):
    """Where the engine's batches come from."""

    def __len__(self) -> int:
        """Number of examples."""

    def batch(self, indices: Tensor, *, epoch: int | None) -> Batch:
        """Return the examples at these indices ([N] int64); `epoch` is None outside training: no augmentation then.

        Where an epoch shows an example several times, its r-th repetition is asked for as its index + r len(self).
        """

    @property
    def width(self) -> int:
        """How many numbers an example has: what a batch needs of the memory hangs on it."""

    def expect(self, indices: Tensor) -> None:
        """Hear which batch will be asked for next; who can gather it beside the training begins to."""

    def arranged(self, order: Tensor, batch_size: int) -> Tensor:
        """Return an epoch's order ([N] indices), perhaps changed so that batches of at most `batch_size` cost less.

        What comes out hangs on what goes in and on the examples alone, and has the same indices.
        """


class Gathered(Protocol):
    """Inputs or targets that are made when they are asked for, as a tensor is asked for rows of it."""

    def __getitem__(self, rows: Tensor | int) -> Tensor:
        """Return [n, ...] of [n] indices, or [...] of one."""


@dataclass(frozen=True)
class Examples:
    """All that is known of N examples but their inputs.

    Attributes:
        targets: [N, ...], or whatever gives rows as such a tensor does.
        ids: [N] int64, each example's index in the dataset.
        weights: [N] float32 of the examples in the loss; None: all count alike.
        counts: [N] over how many units each example's loss is a mean; None: 1 each.
    """

    targets: Tensor | Gathered
    ids: Tensor
    weights: Tensor | None = None
    counts: Tensor | None = None


@dataclass(frozen=True)
class TensorBatches:
    """Examples that are ready as they are: encoded tables, or anything a task of one's own learns from.

    Attributes:
        inputs: [N, ...], or whatever gives rows as such a tensor does.
        targets: [N, ...], likewise.
        ids: [N] int64.
        device: where batches go.
        weights: [N] float32 of the examples in the loss; None: all count alike.
        counts: [N] how many units each example counts in the loss; None: 1 each.
        more: further named tensors that the models take, [N, ...] each.
        seed: of what a loss or a measure draws.
    """

    inputs: Tensor | Gathered
    targets: Tensor | Gathered
    ids: Tensor
    device: torch.device
    weights: Tensor | None = None
    counts: Tensor | None = None
    more: Mapping[str, Tensor] = field(default_factory=dict)
    seed: int = 0

    def __len__(self) -> int:
        return len(self.ids)

    def batch(self, indices: Tensor, *, epoch: int | None) -> Batch:
        """Gather and move."""
        move, rows = self.device, indices % len(self)
        return Batch(
            self.inputs[rows].to(move),
            self.targets[rows].to(move),
            self.ids[rows].to(move),
            weights=None if self.weights is None else self.weights[rows].to(move),
            counts=None if self.counts is None else self.counts[rows].to(move),
            more={name: values[rows].to(move) for name, values in self.more.items()},
            draws=Draws(self.seed, epoch or 0, repeated(self.ids[rows], indices, len(self)).to(move)),
        )

    @property
    def width(self) -> int:
        """Numbers of one example's inputs."""
        return self.inputs[0].numel() if len(self) else 0

    def expect(self, indices: Tensor) -> None:
        """Do nothing: all is in memory."""

    def arranged(self, order: Tensor, batch_size: int) -> Tensor:
        """Return the order as it is: all examples cost alike."""
        return order


def repeated(ids: Tensor, indices: Tensor, num_examples: int) -> Tensor:
    """Return [N] what is random hangs on: ids, where a repetition within an epoch is another example.

    Args:
        ids: [N] int64 of the examples.
        indices: [N] as `BatchSource.batch` is asked for them.
        num_examples: of the source.
    """
    return ids + (indices // num_examples) * REPETITION


def num_batches(num_examples: int, batch_size: int) -> int:
    """Return how many batches of at most `batch_size` hold all examples."""
    return -(-num_examples // batch_size)


def split_evenly(order: Tensor, batch_size: int) -> Iterator[Tensor]:
    """Cut an order into batches of at most `batch_size` whose sizes differ by one at most.

    A last batch of two or three examples would make batch normalisation's statistics (and its step) worthless.
    """
    yield from torch.tensor_split(order, num_batches(len(order), batch_size))


def each_batch(
    source: BatchSource, order: Tensor, batch_size: int, *, epoch: int | None, processes: Processes = ALONE
) -> Iterator[Batch]:
    """Yield this process's share of the batches of an order; a source that can gather ahead does so.

    Args:
        source: the examples.
        order: int64 [N], indices in the source.
        batch_size: examples of all processes together; batches differ by one at most.
        epoch: of the training; None outside it, where nothing is augmented.
        processes: that share each batch.
    """
    parts = [part for part in map(processes.share, split_evenly(order, batch_size)) if len(part)]
    for number, indices in enumerate(parts, start=1):
        batch = source.batch(indices, epoch=epoch)
        if number < len(parts):
            source.expect(parts[number])
        yield batch
