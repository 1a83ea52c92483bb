"""Brightness, contrast and saturation in one pass: each is an affine map of colours, and so is their composition."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from pellucid.preprocessing.augmentation.draws import Draws

# ITU-R BT.601 as torchvision rounds it.
_LUMA = (0.2989, 0.587, 0.114)


def recolour(pictures: Tensor, draws: Draws, *, scale: float) -> Tensor:
    """Return pictures with their brightness, contrast and saturation changed, in that order, clipped to 0..1 once.

    The definitions are torchvision's `adjust_brightness`, `adjust_contrast` (about the picture's mean grey) and
    `adjust_saturation` (about each pixel's grey). With x the pixel, g its grey and m the mean grey:
    s b c x + (1 - s) b c g + b (1 - c) m.

    Args:
        pictures: [N, C, H, W] float32, C 1 or 3; may be overwritten.
        draws: the factors b, c and s.
        scale: what values are multiplied by first, e.g. 1 / 255.
    """
    num, channels, height, width = pictures.shape
    stretch = draws.brightness * draws.contrast * scale
    lift = draws.brightness * (1 - draws.contrast) * scale
    means = pictures.mean(dim=(2, 3))
    if channels == 1:
        factor, share = _column(stretch, pictures), _column(lift, pictures)
        return pictures.mul_(factor).add_(share * means[:, :, None, None]).clamp_(0, 1)
    luma = np.array(_LUMA)
    matrix = (stretch * draws.saturation)[:, None, None] * np.eye(3) + (stretch * (1 - draws.saturation))[
        :, None, None
    ] * luma
    grey = means @ torch.tensor(_LUMA, device=pictures.device)
    offset = _column(lift, pictures)[:, :, :, 0] * grey[:, None, None]
    factors = torch.from_numpy(matrix.astype(np.float32)).to(pictures.device, non_blocking=True)
    flat = pictures.reshape(num, channels, height * width)
    return torch.baddbmm(offset, factors, flat).clamp_(0, 1).view(num, channels, height, width)


def _column(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]], like: Tensor) -> Tensor:
    return torch.from_numpy(values.astype(np.float32)).to(like.device, non_blocking=True)[:, None, None, None]
