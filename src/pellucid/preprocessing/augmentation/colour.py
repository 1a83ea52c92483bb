"""Brightness, contrast, saturation and hue in one pass: each is an affine map of colours, as is their composition."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.preprocessing.augmentation.draws import Draws

# ITU-R BT.601 as torchvision rounds it.
_LUMA = (0.2989, 0.587, 0.114)
# The two axes of colour in the YIQ space of NTSC television; greys lie at 0 on both.
_CHROMA = ((0.596, -0.274, -0.322), (0.211, -0.523, 0.312))


def recolour(pictures: Tensor, draws: Draws, *, scale: float) -> Tensor:
    """Return pictures with their brightness, contrast, saturation and hue changed, in that order, clipped to 0..1 once.

    The definitions are torchvision's `adjust_brightness`, `adjust_contrast` (about the picture's mean grey) and
    `adjust_saturation` (about each pixel's grey). With x the pixel, g its grey and m the mean grey:
    s b c x + (1 - s) b c g + b (1 - c) m. Hue turns the colours about the axis of the greys in YIQ, which keeps the
    luma of each pixel and costs nothing here; turning them in HSV, as `adjust_hue` does, is not linear.

    Args:
        pictures: [N, C, H, W] float32, C 1 or 3; may be overwritten.
        draws: the factors b, c and s, and the turn of hue.
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
    if draws.hue is not None:
        matrix = hue_matrices(draws.hue) @ matrix
    grey = means @ torch.tensor(_LUMA, device=pictures.device)
    offset = _column(lift, pictures)[:, :, :, 0] * grey[:, None, None]
    factors = torch.from_numpy(matrix.astype(np.float32)).to(pictures.device, non_blocking=True)
    flat = pictures.reshape(num, channels, height * width)
    return torch.baddbmm(offset, factors, flat).clamp_(0, 1).view(num, channels, height, width)


def hue_matrices(turns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return [N, 3, 3] maps of RGB that turn hue by shares of the colour circle ([N]), red to yellow to green."""
    angle = -2 * np.pi * turns
    turned = np.zeros((len(turns), 3, 3))
    turned[:, 0, 0] = 1
    turned[:, 1, 1] = turned[:, 2, 2] = np.cos(angle)
    turned[:, 1, 2], turned[:, 2, 1] = -np.sin(angle), np.sin(angle)
    to_yiq = np.array([_LUMA, *_CHROMA])
    return np.asarray(np.linalg.inv(to_yiq) @ turned @ to_yiq)


def _column(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]], like: Tensor) -> Tensor:
    return torch.from_numpy(values.astype(np.float32)).to(like.device, non_blocking=True)[:, None, None, None]
