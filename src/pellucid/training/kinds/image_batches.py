"""How pictures come into batches, and with them the targets of their pixels."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.kinds import OnPixels
from pellucid.late import Late
from pellucid.preprocessing import (
    IN_MEMORY,
    Augmentation,
    ImagePreprocessing,
    Prepared,
    augment,
    augment_both,
    normalise_tensor,
    open_inputs,
)
from pellucid.records import Decision
from pellucid.tasks import Batch, Draws
from pellucid.training.batches import Gathered, repeated
from pellucid.training.kinds.base import Opening
from pellucid.training.memory import halving

# What few trainings need loads with the first that does.
_BOX_OF = Late("pellucid.preprocessing", "box_of")
_CENTRAL_WINDOWS = Late("pellucid.preprocessing", "central_windows")
_CUT_WINDOWS = Late("pellucid.preprocessing", "cut_windows")
_DRAW_MIXING = Late("pellucid.preprocessing", "draw_mixing")
_DRAW_WINDOWS = Late("pellucid.preprocessing", "draw_windows")
_MIX = Late("pellucid.preprocessing", "mix")


@dataclass(frozen=True)
class ImageBatches:
    """Pictures kept as uint8 canvases; gathered, moved, then made float, augmented and normalised whole.

    While one batch is learned from, a thread may gather the next: on the disk, that is where the waiting is.

    Targets of pixels are cut, turned and moved as their picture is. Where crops are learned from, an epoch has as many
    as cover a picture's area: index i is a crop of picture i modulo N, and index i + N another one of the same picture.

    Attributes:
        canvases: N of [H + 2m, W + 2m, C] uint8, with a margin of m pixels where random shifts want it.
        targets: [N] int64 or float32; of pixels [N, ..., H, W], or what gives rows as such a tensor does.
        ids: [N] int64, each example's index in the dataset: what its augmentation's randomness hangs on.
        preprocessing: gives mean and deviation.
        augmentation: applied in training; None for none.
        seed: of the augmentation, and of what a loss or a measure draws.
        device: where batches go.
        channels_last: memory format of the batches, what convolutions on this device like.
        weights: [N] float32 of the examples in the loss; None: all count alike.
        on_pixels: how targets lie on pixels and move with them; None where they are of whole pictures.
    """

    canvases: Prepared
    targets: Tensor | Gathered
    ids: Tensor
    preprocessing: ImagePreprocessing
    augmentation: Augmentation | None
    seed: int
    device: torch.device
    channels_last: bool = False
    weights: Tensor | None = None
    on_pixels: OnPixels | None = None
    _ahead: list[tuple[Tensor, Future[Tensor]]] = field(default_factory=list)
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "pellucid-batches"))

    def __len__(self) -> int:
        crops = 1 if self.augmentation is None else self.augmentation.crops_of(*self.preprocessing.canvas_size)
        return len(self.ids) * crops

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
        """Return [n, C, H + 2m, W + 2m] canvases, seen as such and lying as they are stored."""
        return torch.from_numpy(self.canvases.take((indices % len(self.ids)).numpy())).permute(0, 3, 1, 2)

    def batch(self, indices: Tensor, *, epoch: int | None) -> Batch:
        """Gather, cut, move, augment and mix (in an epoch of training), normalise.

        Outside an epoch the crops of training are those in the middle, so that a look costs as much as a step.
        """
        ahead = self._ahead.pop() if self._ahead else None
        gathered = ahead[1].result() if ahead and ahead[0] is indices else self._gather(indices)
        rows = indices % len(self.ids)
        ids, partner_targets, shares = self.ids[rows], None, None
        drawn_by = repeated(ids, indices, len(self.ids))
        targets = self.targets[rows]
        if self._side:
            gathered, targets = self._cut(gathered, targets, rows, drawn_by, epoch)
        inputs, targets = self._inputs(gathered, targets.to(self.device), drawn_by, epoch)
        if epoch is not None and self.augmentation is not None and self.augmentation.mixes:
            mixing = _DRAW_MIXING(
                drawn_by.numpy(),
                spec=self.augmentation,
                seed=self.seed,
                epoch=epoch,
                size=self._size,
                num_examples=len(self.ids),
            )
            partners = torch.from_numpy(mixing.partners)
            theirs = self.targets[partners].to(self.device)
            mixed_in, partner_targets = self._inputs(self._gather(partners), theirs, self.ids[partners], epoch)
            inputs = _MIX(inputs, mixed_in, mixing)
            shares = torch.from_numpy(mixing.shares.astype(np.float32)).to(self.device)
        return Batch(
            self._ordered(inputs),
            targets,
            ids.to(self.device),
            partner_targets=partner_targets,
            shares=shares,
            weights=None if self.weights is None else self.weights[rows].to(self.device),
            counts=None if self.on_pixels is None else self.on_pixels.units(targets),
            draws=Draws(self.seed, epoch or 0, drawn_by.to(self.device)),
        )

    @property
    def width(self) -> int:
        """Numbers of one example's inputs."""
        height, width = self._size
        return self.preprocessing.channels * height * width

    @property
    def _side(self) -> int:
        """Of the crops that are learned from; 0 where pictures come whole."""
        return 0 if self.augmentation is None else self.augmentation.window

    @property
    def _size(self) -> tuple[int, int]:
        return (self._side, self._side) if self._side else self.preprocessing.canvas_size

    @cached_property
    def _boxes(self) -> NDArray[np.int64]:
        """[N, 4]: first row, first column, rows and columns of the part of each canvas where anything is known."""
        count, on_pixels = len(self.ids), self.on_pixels
        if on_pixels is None:
            return np.tile(np.array([0, 0, *self.preprocessing.canvas_size]), (count, 1))
        return np.array([_BOX_OF(on_pixels.known(self.targets[row]).numpy()) for row in range(count)], np.int64)

    def _cut(
        self, gathered: Tensor, targets: Tensor, rows: Tensor, drawn_by: Tensor, epoch: int | None
    ) -> tuple[Tensor, Tensor]:
        """Return crops of pictures and of what lies on them."""
        if epoch is None or self.augmentation is None:
            windows = _CENTRAL_WINDOWS(len(rows), self.preprocessing.canvas_size, side=self._side)
        else:
            windows = _DRAW_WINDOWS(
                drawn_by.numpy(),
                self._boxes[rows.numpy()],
                side=self._side,
                symmetries=self.augmentation.symmetries,
                seed=self.seed,
                epoch=epoch,
            )
        if self.on_pixels is not None:
            targets = _CUT_WINDOWS(targets, windows)
        return _CUT_WINDOWS(gathered, windows), targets

    def _inputs(self, gathered: Tensor, targets: Tensor, ids: Tensor, epoch: int | None) -> tuple[Tensor, Tensor]:
        """Return [N, C, H, W], normalised; changed by each example's own augmentation in an epoch of training.

        Every example is worked on by itself, so that parts give the same bits where the memory does not hold the whole.
        Beside them their targets, which are moved with them where they lie on pixels.
        """

        def work(size: int) -> tuple[Tensor, Tensor]:
            parts = zip(torch.split(gathered, size), torch.split(targets, size), torch.split(ids, size), strict=True)
            made = [self._inputs_at_once(pixels, beside, some, epoch) for pixels, beside, some in parts]
            if len(made) == 1:
                return made[0]
            return torch.cat([inputs for inputs, _ in made]), torch.cat([moved for _, moved in made])

        return halving(max(1, len(gathered)), work)

    def _inputs_at_once(
        self, gathered: Tensor, targets: Tensor, ids: Tensor, epoch: int | None
    ) -> tuple[Tensor, Tensor]:
        pixels = gathered.to(self.device)
        if epoch is None or self.augmentation is None:
            # Into its final order while a value is still one byte: a quarter of the memory to walk through.
            return normalise_tensor(self._ordered(centre(pixels, self._size)), self.preprocessing), targets
        spec, seed = self.augmentation, self.seed
        if self.on_pixels is None:
            changed = augment(pixels, ids, spec=spec, seed=seed, epoch=epoch, size=self._size)
        else:
            moved = self.on_pixels.moved
            changed, targets = augment_both(pixels, targets, ids, moved=moved, spec=spec, seed=seed, epoch=epoch)
        return normalise_tensor(changed, self.preprocessing), targets


def centre(pixels: Tensor, size: tuple[int, int]) -> Tensor:
    """Return the central [N, C, *size] part of [N, C, H, W]: a canvas without its margin."""
    top, left = (pixels.shape[2] - size[0]) // 2, (pixels.shape[3] - size[1]) // 2
    return pixels[:, :, top : top + size[0], left : left + size[1]]


def open_pictures(opening: Opening) -> ImageBatches:
    """Decode the pictures of a split, into memory or onto the disk; those of training with room for random shifts."""
    record, examples, on_pixels = opening.record, opening.examples, opening.dataset.target.on_pixels
    training, recipe = opening.split == "train", record.recipe
    preprocessing = ImagePreprocessing.of(record.preprocessing)
    augmentation = record.augmentation if training else None
    # The margin stays where nothing is augmented, so that what is decoded for one is known to the other. Around what
    # has targets on its pixels there is none: nothing is known of the pixels that would come in.
    margin = augmentation.margin(*preprocessing.canvas_size) if augmentation and on_pixels is None else 0
    canvases = open_inputs(
        opening.dataset,
        preprocessing,
        opening.dataset.splits[opening.split],
        margin=margin,
        workers=recipe.machine.workers,
        keep=recipe.machine.cache,
    )
    if training and canvases.where != IN_MEMORY:
        said = Decision(name="pixels", value=f"{len(canvases):,} training pictures", reason=canvases.where)
        opening.progress.decided(said)
    return ImageBatches(
        canvases=canvases,
        targets=examples.targets,
        ids=examples.ids,
        preprocessing=preprocessing,
        augmentation=None if record.sees_plain else augmentation,
        seed=recipe.machine.seed,
        device=opening.device,
        channels_last=opening.channels_last,
        weights=examples.weights,
        on_pixels=on_pixels,
    )
