"""Random erasing: a rectangle of a picture is painted over (Zhong et al. 2017, arXiv:1708.04896, algorithm 1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

# The paper's choice for CIFAR and ImageNet is 2 to 40 %; torchvision and timm take at most a third.
_AREA = (0.02, 1 / 3)
_LARGEST_ASPECT = 1 / 0.3


@dataclass(frozen=True)
class Rectangles:
    """One rectangle per example, each [N] int64 pixels; of height 0 where nothing is erased."""

    top: NDArray[np.int64]
    left: NDArray[np.int64]
    height: NDArray[np.int64]
    width: NDArray[np.int64]


def draw_rectangles(random: NDArray[np.float64], probability: float, size: tuple[int, int]) -> Rectangles:
    """Draw what is erased.

    The area is a share of the picture's from 2 to 33 %, the ratio of height to width from 0.3 to 3.3 (its logarithm is
    uniform), the place anywhere inside. A side longer than the picture's is cut to it, where the paper draws again.

    Args:
        random: [5, N] in [0, 1).
        probability: that an example gets a rectangle at all.
        size: (H, W) of the pictures.
    """
    whole_height, whole_width = size
    area = (_AREA[0] + (_AREA[1] - _AREA[0]) * random[1]) * whole_height * whole_width
    aspect = np.exp(np.log(_LARGEST_ASPECT) * (2 * random[2] - 1))
    height = np.clip(np.rint(np.sqrt(area * aspect)), 1, whole_height)
    width = np.clip(np.rint(np.sqrt(area / aspect)), 1, whole_width)
    top = np.floor(random[3] * (whole_height - height + 1))
    left = np.floor(random[4] * (whole_width - width + 1))
    height = np.where(random[0] < probability, height, 0)
    return Rectangles(*(values.astype(np.int64) for values in (top, left, height, width)))


def erase(pictures: Tensor, rectangles: Rectangles) -> Tensor:
    """Return pictures whose rectangles have the mean colour of the picture they are in.

    Args:
        pictures: [N, C, H, W] float32.
        rectangles: of N examples.
    """
    _, _, height, width = pictures.shape
    rows = covered(rectangles.top, rectangles.height, height)
    columns = covered(rectangles.left, rectangles.width, width)
    mask = torch.from_numpy(rows[:, None, :, None] & columns[:, None, None, :]).to(pictures.device, non_blocking=True)
    return torch.where(mask, pictures.mean(dim=(2, 3), keepdim=True), pictures)


def covered(start: NDArray[np.int64], length: NDArray[np.int64], side: int) -> NDArray[np.bool_]:
    """Return [N, side]: which places along one side lie within each example's stretch of it."""
    places = np.arange(side)
    return np.asarray((places >= start[:, None]) & (places < (start + length)[:, None]))
