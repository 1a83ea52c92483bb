"""Square crops of pictures and of the targets of their pixels, turned and mirrored: both as one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.preprocessing.augmentation.randomness import uniforms

_STREAM = 0x57494E444F57
"""Added to the seed: other random numbers than those of the other changes, which keep theirs for ever."""
SYMMETRIES = 8


@dataclass(frozen=True)
class Windows:
    """Where N crops lie, and how each is turned.

    Attributes:
        tops, lefts: [N] int64 of their first pixels.
        turns: [N] int64, 0 to 7: quarter turns anticlockwise, and from 4 on mirrored before them.
        side: of the crops, in pixels.
    """

    tops: NDArray[np.int64]
    lefts: NDArray[np.int64]
    turns: NDArray[np.int64]
    side: int


def draw_windows(
    ids: NDArray[np.int64], boxes: NDArray[np.int64], *, side: int, symmetries: bool, seed: int, epoch: int
) -> Windows:
    """Draw a crop of each picture for one epoch: every place within its box is equally likely.

    Args:
        ids: [N] what the randomness hangs on.
        boxes: [N, 4] first row, first column, and rows and columns of the part of each canvas that is looked at; where
            it is smaller than the crop, the crop begins where it does, or so much earlier that the canvas holds it.
        side: of the crops.
        symmetries: whether each is turned and mirrored in one of eight ways.
        seed: of the run.
        epoch: of the training.
    """
    random = uniforms(ids, seed=seed + _STREAM, epoch=epoch, count=3)
    free = np.maximum(boxes[:, 2:] - side + 1, 1)
    tops, lefts = (boxes[:, axis] + np.floor(random[axis] * free[:, axis]).astype(np.int64) for axis in (0, 1))
    turns = np.floor(random[2] * SYMMETRIES).astype(np.int64)
    return Windows(tops, lefts, turns if symmetries else np.zeros_like(turns), side)


def central_windows(count: int, canvas: tuple[int, int], *, side: int) -> Windows:
    """Return the middle crop of each of `count` canvases, not turned."""
    top, left = ((length - side) // 2 for length in canvas)
    return Windows(np.full(count, top), np.full(count, left), np.zeros(count, np.int64), side)


def cut_windows(grids: Tensor, windows: Windows) -> Tensor:
    """Return the crops of [N, ..., H, W] grids of any type, [N, ..., side, side], turned; every value is kept.

    A crop that reaches beyond the grid is moved inwards.
    """
    height, width = grids.shape[-2:]
    cut = []
    for row, (top, left, turn) in enumerate(
        zip(windows.tops.tolist(), windows.lefts.tolist(), windows.turns.tolist(), strict=True)
    ):
        top, left = max(0, min(top, height - windows.side)), max(0, min(left, width - windows.side))
        part = grids[row, ..., top : top + windows.side, left : left + windows.side]
        part = part.flip(-1) if turn >= SYMMETRIES // 2 else part
        cut.append(torch.rot90(part, turn % 4, (-2, -1)))
    return torch.stack(cut)


def box_of(known: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """Return first row, first column, rows and columns of the part of a canvas where anything is known; else of all.

    Args:
        known: [..., H, W].
    """
    plane: NDArray[np.bool_] = np.logical_or.reduce(known.reshape(-1, *known.shape[-2:]), axis=0)
    down, across = np.flatnonzero(plane.any(axis=1)), np.flatnonzero(plane.any(axis=0))
    if not len(down):
        return 0, 0, plane.shape[0], plane.shape[1]
    return int(down[0]), int(across[0]), int(down[-1] + 1 - down[0]), int(across[-1] + 1 - across[0])
