"""Examples in memory, as small as they are stored, turned into float batches on the device at the last moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from pellucid.preprocessing import (
    Augmentation,
    ImagePreprocessing,
    Prepared,
    augment,
    draw_mixing,
    mix,
    normalise_tensor,
)
from pellucid.tasks import Batch, Draws
from pellucid.training.memory import halving
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


@dataclass(frozen=True)
class Examples:
    """All that is known of N examples but their inputs.

    Attributes:
        targets: [N, ...].
        ids: [N] int64, each example's index in the dataset.
        weights: [N] float32 of the examples in the loss; None: all count alike.
        counts: [N] over how many units each example's loss is a mean; None: 1 each.
    """

    targets: Tensor
    ids: Tensor
    weights: Tensor | None = None
    counts: Tensor | None = None


class Gathered(Protocol):
    """Inputs that are made when they are asked for, as a tensor is asked for rows of it."""

    def __getitem__(self, rows: Tensor | int) -> Tensor:
        """Return [n, ...] of [n] indices, or [...] of one."""


@dataclass(frozen=True)
class TensorBatches:
    """Examples that are ready as they are: encoded tables, or anything a task of one's own learns from.

    Attributes:
        inputs: [N, ...], or whatever gives rows as such a tensor does.
        targets: [N, ...].
        ids: [N] int64.
        device: where batches go.
        weights: [N] float32 of the examples in the loss; None: all count alike.
        counts: [N] how many units each example counts in the loss; None: 1 each.
        more: further named tensors that the models take, [N, ...] each.
        seed: of what a loss or a measure draws.
    """

    inputs: Tensor | Gathered
    targets: Tensor
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


@dataclass(frozen=True)
class ImageBatches:
    """Pictures kept as uint8 canvases; gathered, moved, then made float, augmented and normalised whole.

    While one batch is learned from, a thread may gather the next: on the disk, that is where the waiting is.

    Attributes:
        canvases: N of [H + 2m, W + 2m, C] uint8, with a margin of m pixels where random crops want it.
        targets: [N] int64 or float32.
        ids: [N] int64, each example's index in the dataset: what its augmentation's randomness hangs on.
        preprocessing: gives mean and deviation.
        augmentation: applied in training; None for none.
        seed: of the augmentation.
        device: where batches go.
        channels_last: memory format of the batches, what convolutions on this device like.
        weights: [N] float32 of the examples in the loss; None: all count alike.
    """

    canvases: Prepared
    targets: Tensor
    ids: Tensor
    preprocessing: ImagePreprocessing
    augmentation: Augmentation | None
    seed: int
    device: torch.device
    channels_last: bool = False
    weights: Tensor | None = None
    _ahead: list[tuple[Tensor, Future[Tensor]]] = field(default_factory=list)
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "pellucid-batches"))

    def __len__(self) -> int:
        return len(self.ids)

    def expect(self, indices: Tensor) -> None:
        """Begin to gather the batch that will be asked for next, where that takes the processor no time of its own."""
        if self.canvases.in_memory and self.device.type == "cpu":
            return
        self._ahead[:] = [(indices, self._thread.submit(self._gather, indices))]

    def arranged(self, order: Tensor, batch_size: int) -> Tensor:
        """Return the order as it is: all examples cost alike."""
        return order

    def _ordered(self, pictures: Tensor) -> Tensor:
        return pictures.contiguous(memory_format=torch.channels_last if self.channels_last else torch.contiguous_format)

    def _gather(self, indices: Tensor) -> Tensor:
        return torch.from_numpy(self.canvases.take((indices % len(self)).numpy()))

    def batch(self, indices: Tensor, *, epoch: int | None) -> Batch:
        """Gather, move, augment and mix (in an epoch of training), normalise."""
        ahead = self._ahead.pop() if self._ahead else None
        gathered = ahead[1].result() if ahead and ahead[0] is indices else self._gather(indices)
        rows = indices % len(self)
        ids, partner_targets, shares = self.ids[rows], None, None
        drawn_by = repeated(ids, indices, len(self))
        inputs = self._inputs(gathered, drawn_by, epoch)
        if epoch is not None and self.augmentation is not None and self.augmentation.mixes:
            mixing = draw_mixing(
                drawn_by.numpy(),
                spec=self.augmentation,
                seed=self.seed,
                epoch=epoch,
                size=self._size,
                num_examples=len(self),
            )
            partners = torch.from_numpy(mixing.partners)
            inputs = mix(inputs, self._inputs(self._gather(partners), self.ids[partners], epoch), mixing)
            partner_targets = self.targets[partners].to(self.device)
            shares = torch.from_numpy(mixing.shares.astype(np.float32)).to(self.device)
        return Batch(
            self._ordered(inputs),
            self.targets[rows].to(self.device),
            ids.to(self.device),
            partner_targets=partner_targets,
            shares=shares,
            weights=None if self.weights is None else self.weights[rows].to(self.device),
            draws=Draws(self.seed, epoch or 0, drawn_by.to(self.device)),
        )

    @property
    def width(self) -> int:
        """Numbers of one example's inputs."""
        return self.preprocessing.channels * self.preprocessing.height * self.preprocessing.width

    @property
    def _size(self) -> tuple[int, int]:
        return self.preprocessing.height, self.preprocessing.width

    def _inputs(self, gathered: Tensor, ids: Tensor, epoch: int | None) -> Tensor:
        """Return [N, C, H, W], normalised; changed by each example's own augmentation in an epoch of training.

        Every example is worked on by itself, so that parts give the same bits where the memory does not hold the whole.
        """

        def work(size: int) -> Tensor:
            parts = zip(torch.split(gathered, size), torch.split(ids, size), strict=True)
            made = [self._inputs_at_once(pixels, some, epoch) for pixels, some in parts]
            return made[0] if len(made) == 1 else torch.cat(made)

        return halving(max(1, len(gathered)), work)

    def _inputs_at_once(self, gathered: Tensor, ids: Tensor, epoch: int | None) -> Tensor:
        pixels = gathered.to(self.device).permute(0, 3, 1, 2)
        if epoch is None or self.augmentation is None:
            # Into its final order while a value is still one byte: a quarter of the memory to walk through.
            return normalise_tensor(self._ordered(centre(pixels, self._size)), self.preprocessing)
        changed = augment(pixels, ids, spec=self.augmentation, seed=self.seed, epoch=epoch, size=self._size)
        return normalise_tensor(changed, self.preprocessing)


def centre(pixels: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the central [N, C, *size] part of [N, C, H, W]: a canvas without its margin."""
    top, left = (pixels.shape[2] - size[0]) // 2, (pixels.shape[3] - size[1]) // 2
    return pixels[:, :, top : top + size[0], left : left + size[1]]


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
