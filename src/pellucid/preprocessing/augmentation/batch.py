"""Whole batches augmented at once, on whatever device they are."""

from __future__ import annotations

from typing import Literal

import numpy as np
import torch
from torch import Tensor

from pellucid.preprocessing.augmentation.colour import recolour
from pellucid.preprocessing.augmentation.draws import draw
from pellucid.preprocessing.augmentation.erasing import erase
from pellucid.preprocessing.augmentation.geometry import inverse_matrices, resample
from pellucid.preprocessing.augmentation.spec import Augmentation
from pellucid.preprocessing.augmentation.trivial import filter_pictures


@torch.no_grad()
def augment(batch: Tensor, ids: Tensor, *, spec: Augmentation, seed: int, epoch: int, size: tuple[int, int]) -> Tensor:
    """Change each picture by what its id draws in this epoch: one resampling, one colour pass, then what is neither.

    What happens to an example depends on (seed, epoch, id) alone: not on the batch it is in, its size or its order.
    Pictures that are only mirrored and moved by whole pixels keep their values exactly; with nothing to do the
    result is the canvas' centre / 255, the very bits that evaluation sees.

    Args:
        batch: [N, C, H + 2m, W + 2m] uint8, canvases with a margin of m >= 0 pixels; any memory format.
        ids: [N] int64. On the CPU, if possible: reading them from a GPU makes it wait.
        spec: the ranges.
        seed: of the run.
        epoch: of the training.
        size: (H, W).

    Returns:
        [N, C, H, W] float32 in 0..1, on the device of `batch`.
    """
    return _changed(batch, None, "nearest", ids, spec=spec, seed=seed, epoch=epoch, size=size)[0]


@torch.no_grad()
def augment_both(
    batch: Tensor,
    targets: Tensor,
    ids: Tensor,
    *,
    moved: Literal["nearest", "bilinear"],
    spec: Augmentation,
    seed: int,
    epoch: int,
) -> tuple[Tensor, Tensor]:
    """Change pictures as `augment` does, and move the targets of their pixels with them; colours change alone.

    Args:
        batch: [N, C, H, W] uint8.
        targets: [N, ..., H, W] numbers of any type.
        ids, spec, seed, epoch: as in `augment`.
        moved: what is read of targets between pixels, as `OnPixels.moved` says it.

    Returns:
        [N, C, H, W] float32 in 0..1, and [N, ..., H, W] of the targets' type; by "nearest" no number stands there that
        did not before.
    """
    height, width = targets.shape[-2:]
    pictures, found = _changed(batch, targets, moved, ids, spec=spec, seed=seed, epoch=epoch, size=(height, width))
    return pictures, targets if found is None else found


def _changed(
    batch: Tensor,
    targets: Tensor | None,
    moved: Literal["nearest", "bilinear"],
    ids: Tensor,
    *,
    spec: Augmentation,
    seed: int,
    epoch: int,
    size: tuple[int, int],
) -> tuple[Tensor, Tensor | None]:
    if spec.is_identity:
        return _centre(batch, size).float().div_(_level(batch.device)), targets
    draws = draw(ids.cpu().numpy().astype(np.int64), spec=spec, seed=seed, epoch=epoch, size=size)
    if spec.moves:
        matrices = inverse_matrices(draws, size=size)
        pictures = resample(batch.float(), matrices, size=size, interpolate=spec.interpolates)
        if targets is not None:
            planes = targets.reshape(len(targets), -1, *size).float()
            read = resample(planes, matrices, size=size, interpolate=spec.interpolates and moved == "bilinear")
            targets = read.reshape(targets.shape).to(targets.dtype)
    else:
        pictures = _centre(batch, size).float()
    pictures = recolour(pictures, draws, scale=1 / 255) if spec.colours else pictures.div_(_level(batch.device))
    if draws.trivial is not None:
        pictures = filter_pictures(pictures, draws.trivial)
    return pictures if draws.erased is None else erase(pictures, draws.erased), targets


def _level(device: torch.device) -> Tensor:
    # As a tensor: on a GPU torch divides by a Python number by multiplying with its rounded reciprocal.
    return torch.full((1, 1, 1, 1), 255.0, device=device)


def _centre(batch: Tensor, size: tuple[int, int]) -> Tensor:
    top, left = (batch.shape[2] - size[0]) // 2, (batch.shape[3] - size[1]) // 2
    return batch[:, :, top : top + size[0], left : left + size[1]]
