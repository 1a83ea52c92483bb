"""Normalisation on tensors: the same bits as `ImagePreprocessing.normalise`, on any device."""

from __future__ import annotations

from functools import lru_cache
from typing import Protocol

import torch
from torch import Tensor


class Normalising(Protocol):
    """What knows mean and deviation per channel, such as `ImagePreprocessing`."""

    @property
    def mean(self) -> tuple[float, ...]:
        """In 0..1."""
        ...

    @property
    def std(self) -> tuple[float, ...]:
        """In 0..1."""
        ...


def normalise_tensor(images: Tensor, preprocessing: Normalising) -> Tensor:
    """Return (x - mean) / std per channel as float32 [N, C, H, W], in the memory format of `images`.

    Args:
        images: [N, C, H, W], uint8 in 0..255 (divided by 255 first) or float32 in 0..1 (as `augment` returns them).
        preprocessing: gives mean and std.
    """
    level, mean, std = _constants(preprocessing.mean, preprocessing.std, images.device)
    if images.dtype == torch.uint8:
        return images.float().div_(level).sub_(mean).div_(std)
    return (images - mean).div_(std)


@lru_cache(maxsize=16)
def _constants(mean: tuple[float, ...], std: tuple[float, ...], device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    # Kept for later calls, so not as inference tensors: attributions want gradients through them.
    with torch.inference_mode(False):
        # 255 as a tensor: on a GPU torch divides by a Python number by multiplying with its rounded reciprocal.
        return _per_channel((255.0,), device), _per_channel(mean, device), _per_channel(std, device)


def _per_channel(values: tuple[float, ...], device: torch.device) -> Tensor:
    return torch.tensor(values, dtype=torch.float32, device=device).view(1, -1, 1, 1)
