"""One composed resampling per picture: where each pixel of the result lies in the canvas."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from pellucid.preprocessing.augmentation.draws import Draws


def inverse_matrices(draws: Draws) -> NDArray[np.float64]:
    """Return [N, 2, 3]: from a place in the result to its place in the canvas, in pixels (x, y) from either's centre.

    The picture is mirrored first, then turned and magnified about its centre, then moved, with torchvision's signs
    (`transforms.v2.functional.affine`: positive angles turn clockwise); this is that map's inverse.
    """
    cosine, sine = np.cos(draws.angle) / draws.magnification, np.sin(draws.angle) / draws.magnification
    across = np.where(draws.mirrored, -1.0, 1.0)
    along = np.where(draws.mirrored_vertical, -1.0, 1.0)
    matrices = np.empty((len(draws.angle), 2, 3))
    matrices[:, 0, 0], matrices[:, 0, 1] = across * cosine, across * sine
    matrices[:, 1, 0], matrices[:, 1, 1] = -along * sine, along * cosine
    matrices[:, :, 2] = -(matrices[:, :, 0] * draws.right[:, None] + matrices[:, :, 1] * draws.down[:, None])
    return matrices


def resample(canvases: Tensor, matrices: NDArray[np.float64], *, size: tuple[int, int], interpolate: bool) -> Tensor:
    """Read each picture of the result out of its canvas.

    Outside the canvas its outermost pixels go on: where a picture lies on a background of one colour that is this
    colour, and beyond a photo's margin it makes no edge that a network could take for a feature.

    Args:
        canvases: [N, C, H', W'] float32.
        matrices: [N, 2, 3] from `inverse_matrices`.
        size: (H, W) of the result; its centre lies on the canvas' centre.
        interpolate: bilinear between four pixels; otherwise the nearest pixel, which is exact for whole-pixel moves.

    Returns:
        [N, C, H, W] float32.
    """
    height, width = size
    # grid_sample wants places in units of half the canvas.
    units = np.array([[canvases.shape[3] / 2], [canvases.shape[2] / 2]])
    theta = torch.from_numpy((matrices / units).astype(np.float32)).to(canvases.device, non_blocking=True)
    x = torch.arange(width, dtype=torch.float32, device=canvases.device) - (width - 1) / 2
    y = torch.arange(height, dtype=torch.float32, device=canvases.device) - (height - 1) / 2
    along_x = theta[:, :, 0, None] * x
    along_y = theta[:, :, 1, None] * y + theta[:, :, 2, None]
    # Planes of x and of y, seen as pairs: one broadcast sum, half the time of affine_grid.
    grid = (along_x[:, :, None, :] + along_y[:, :, :, None]).permute(0, 2, 3, 1)
    mode = "bilinear" if interpolate else "nearest"
    return functional.grid_sample(canvases, grid, mode=mode, padding_mode="border", align_corners=False)
