"""How pictures with a class for each pixel come into batches: squares of picture and mask, cut and turned as one."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.kinds import NOT_LABELLED
from pellucid.preprocessing import (
    IN_MEMORY,
    Augmentation,
    ImagePreprocessing,
    Prepared,
    augment_with_grids,
    central_windows,
    cut_windows,
    draw_windows,
    normalise_tensor,
    open_inputs,
)
from pellucid.records import Decision
from pellucid.tasks import Batch, Draws
from pellucid.training.batches import repeated
from pellucid.training.kinds.base import Opening


@dataclass(frozen=True)
class MaskBatches:
    """Pictures and masks; in an epoch of training squares of them, as many as cover a picture's area.

    Index i is a square of picture i modulo N, and index i + N another one of the same picture.

    Attributes:
        canvases: N of [H, W, C] uint8.
        masks: [N, H, W] uint8 numbers of classes, `NOT_LABELLED` where nothing is known.
        ids: [N] int64, each picture's index in the dataset.
        preprocessing: gives mean and deviation.
        augmentation: of training; None outside it: pictures then come whole.
        seed: of the squares, and of what else is drawn.
        device: where batches go.
        channels_last: memory format of the batches.
        weights: [N] float32 of the pictures in the loss; None: all count alike.
    """

    canvases: Prepared
    masks: Tensor
    ids: Tensor
    preprocessing: ImagePreprocessing
    augmentation: Augmentation | None
    seed: int
    device: torch.device
    channels_last: bool = False
    weights: Tensor | None = None
    _boxes: NDArray[np.int64] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_boxes", boxes_of(self.masks.numpy()))

    def __len__(self) -> int:
        return len(self.ids) * self._repeats

    @property
    def side(self) -> int:
        """Of the squares that are learned from; 0 where pictures come whole."""
        return 0 if self.augmentation is None else self.augmentation.window

    @property
    def _repeats(self) -> int:
        return squares_of(self.preprocessing.canvas_size, self.side)

    def expect(self, indices: Tensor) -> None:
        """Do nothing: cutting takes less time than handing over would."""

    def arranged(self, order: Tensor, batch_size: int) -> Tensor:
        """Return the order as it is: all examples cost alike."""
        return order

    @property
    def width(self) -> int:
        """Numbers of one example's inputs."""
        area = self.side**2 or self.preprocessing.height * self.preprocessing.width
        return self.preprocessing.channels * area

    def batch(self, indices: Tensor, *, epoch: int | None) -> Batch:
        """Gather, cut, turn and change (in an epoch of training), normalise.

        Outside an epoch the squares of training are those in the middle, so that a look costs as much as a step.
        """
        rows = (indices % len(self.ids)).numpy()
        drawn_by = repeated(self.ids[rows], indices, len(self.ids))
        pixels = torch.from_numpy(self.canvases.take(rows)).permute(0, 3, 1, 2)
        masks = self.masks[torch.from_numpy(rows)]
        if self.side:
            windows = (
                central_windows(len(rows), self.preprocessing.canvas_size, side=self.side)
                if epoch is None
                else draw_windows(
                    drawn_by.numpy(),
                    self._boxes[rows],
                    side=self.side,
                    symmetries=self.augmentation is not None and self.augmentation.symmetries,
                    seed=self.seed,
                    epoch=epoch,
                )
            )
            pixels, masks = cut_windows(pixels, windows), cut_windows(masks, windows)
        inputs, masks = pixels.to(self.device), masks.to(self.device)
        if epoch is not None and self.augmentation is not None:
            changed, masks = augment_with_grids(
                inputs, masks, drawn_by, spec=self.augmentation, seed=self.seed, epoch=epoch
            )
            inputs = normalise_tensor(changed, self.preprocessing)
        else:
            inputs = normalise_tensor(inputs, self.preprocessing)
        order = torch.channels_last if self.channels_last else torch.contiguous_format
        return Batch(
            inputs.contiguous(memory_format=order),
            masks,
            self.ids[rows].to(self.device),
            weights=None if self.weights is None else self.weights[rows].to(self.device),
            counts=(masks != NOT_LABELLED).flatten(1).sum(1),
            draws=Draws(self.seed, epoch or 0, drawn_by.to(self.device)),
        )


def squares_of(canvas: tuple[int, int], side: int) -> int:
    """Return how many squares of a picture an epoch has: as many as have its area together; 1 where it comes whole."""
    return 1 if not side else max(1, round(canvas[0] * canvas[1] / side**2))


def boxes_of(masks: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Return [N, 4]: first row, first column, rows and columns of the part of each mask that is labelled; else all."""
    boxes = np.empty((len(masks), 4), np.int64)
    for row, mask in enumerate(masks):
        known = mask != NOT_LABELLED
        down, across = np.flatnonzero(known.any(axis=1)), np.flatnonzero(known.any(axis=0))
        if len(down):
            boxes[row] = down[0], across[0], down[-1] + 1 - down[0], across[-1] + 1 - across[0]
        else:
            boxes[row] = 0, 0, *mask.shape
    return boxes


def open_masked(opening: Opening) -> MaskBatches:
    """Decode the pictures of a split, into memory or onto the disk; masks lie in memory, a byte a pixel."""
    record, examples, recipe = opening.record, opening.examples, opening.record.recipe
    preprocessing = ImagePreprocessing.of(record.preprocessing)
    training = opening.split == "train"
    canvases = open_inputs(
        opening.dataset,
        preprocessing,
        opening.dataset.splits[opening.split],
        workers=recipe.machine.workers,
        keep=recipe.machine.cache,
    )
    if training and canvases.where != IN_MEMORY:
        said = Decision(name="pixels", value=f"{len(canvases):,} training pictures", reason=canvases.where)
        opening.progress.decided(said)
    return MaskBatches(
        canvases=canvases,
        masks=examples.targets,
        ids=examples.ids,
        preprocessing=preprocessing,
        augmentation=record.augmentation if training else None,
        seed=recipe.machine.seed,
        device=opening.device,
        channels_last=opening.channels_last,
        weights=examples.weights,
    )
