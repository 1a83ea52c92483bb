"""One composed resampling per picture: where each pixel of the result lies in the canvas."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from pellucid.preprocessing.augmentation.draws import Draws


def inverse_matrices(draws: Draws, *, size: tuple[int, int] = (1, 1)) -> NDArray[np.float64]:
    """Return [N, 2, 3]: from a place in the result to its place in the canvas, in pixels (x, y) from either's centre.

    The picture is mirrored first, then sheared, then turned and magnified about its centre, then moved, with
    torchvision's signs (`transforms.v2.functional.affine`: positive angles turn clockwise), and last its corners are
    moved; this is that map's inverse. With moved corners it is [N, 3, 3]: places are homogeneous then.

    Args:
        draws: of N examples.
        size: (H, W) of the result; only moved corners need it.
    """
    cosine, sine = np.cos(draws.angle) / draws.magnification, np.sin(draws.angle) / draws.magnification
    turned = np.empty((len(draws.angle), 2, 2))
    turned[:, 0, 0], turned[:, 0, 1] = cosine, sine
    turned[:, 1, 0], turned[:, 1, 1] = -sine, cosine
    if draws.shear_x is not None and draws.shear_y is not None:
        turned = _unsheared(draws.shear_x, draws.shear_y) @ turned
    matrices = np.empty((len(draws.angle), 2, 3))
    matrices[:, 0, :2] = np.where(draws.mirrored, -1.0, 1.0)[:, None] * turned[:, 0]
    matrices[:, 1, :2] = np.where(draws.mirrored_vertical, -1.0, 1.0)[:, None] * turned[:, 1]
    matrices[:, :, 2] = -(matrices[:, :, 0] * draws.right[:, None] + matrices[:, :, 1] * draws.down[:, None])
    if draws.corners is None:
        return matrices
    last = np.broadcast_to([[[0.0, 0.0, 1.0]]], (len(matrices), 1, 3))
    return np.concatenate([matrices, last], axis=1) @ _straightening(draws.corners, size)


def _unsheared(shear_x: NDArray[np.float64], shear_y: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return [N, 2, 2], the inverse of x - shear_x y, y - shear_y x, the one after the other."""
    identity = np.broadcast_to(np.eye(2), (len(shear_x), 2, 2))
    first, second = identity.copy(), identity.copy()
    first[:, 0, 1], second[:, 1, 0] = shear_x, shear_y
    return np.asarray(first @ second)


def _straightening(corners: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.float64]:
    """Return [N, 3, 3], the projective maps that bring moved corners back to where a picture's corners are.

    Args:
        corners: [N, 4, 2], the shift (x, y) in pixels of the corners top left, top right, bottom left, bottom right.
        size: (H, W).
    """
    height, width = size
    straight = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]]) * [width / 2, height / 2]
    moved = straight + corners
    num = len(corners)
    # Each corner gives two equations in the eight unknowns a..h of x' = (a x + b y + c) / (g x + h y + 1), y' alike.
    equations = np.zeros((num, 8, 8))
    x, y = moved[:, :, 0], moved[:, :, 1]
    equations[:, :4, 0], equations[:, :4, 1], equations[:, :4, 2] = x, y, 1
    equations[:, 4:, 3], equations[:, 4:, 4], equations[:, 4:, 5] = x, y, 1
    for axis, rows in ((0, slice(0, 4)), (1, slice(4, 8))):
        equations[:, rows, 6] = -x * straight[:, axis]
        equations[:, rows, 7] = -y * straight[:, axis]
    values = np.broadcast_to(straight.T.reshape(1, 8, 1), (num, 8, 1))
    solved = np.linalg.solve(equations, values)[:, :, 0]
    return np.concatenate([solved, np.ones((num, 1))], axis=1).reshape(num, 3, 3)


def resample(canvases: Tensor, matrices: NDArray[np.float64], *, size: tuple[int, int], interpolate: bool) -> Tensor:
    """Read each picture of the result out of its canvas.

    Outside the canvas its outermost pixels go on: where a picture lies on a background of one colour that is this
    colour, and beyond a photo's margin it makes no edge that a network could take for a feature.

    Args:
        canvases: [N, C, H', W'] float32.
        matrices: [N, 2, 3] or [N, 3, 3] from `inverse_matrices`.
        size: (H, W) of the result; its centre lies on the canvas' centre.
        interpolate: bilinear between four pixels; otherwise the nearest pixel, which is exact for whole-pixel moves.

    Returns:
        [N, C, H, W] float32.
    """
    grid = _places(matrices, canvases, size)
    mode = "bilinear" if interpolate else "nearest"
    return functional.grid_sample(canvases, grid, mode=mode, padding_mode="border", align_corners=False)


def _places(matrices: NDArray[np.float64], canvases: Tensor, size: tuple[int, int]) -> Tensor:
    """Return [N, H, W, 2]: where each pixel of the result lies, in grid_sample's units of half the canvas."""
    height, width = size
    units = np.array([canvases.shape[3] / 2, canvases.shape[2] / 2, 1.0])[: matrices.shape[1], None]
    theta = torch.from_numpy((matrices / units).astype(np.float32)).to(canvases.device, non_blocking=True)
    x = torch.arange(width, dtype=torch.float32, device=canvases.device) - (width - 1) / 2
    y = torch.arange(height, dtype=torch.float32, device=canvases.device) - (height - 1) / 2
    along_x = theta[:, :, 0, None] * x
    along_y = theta[:, :, 1, None] * y + theta[:, :, 2, None]
    # Planes of x and of y, seen as pairs: one broadcast sum, half the time of affine_grid.
    planes = along_x[:, :, None, :] + along_y[:, :, :, None]
    if planes.shape[1] == 3:
        planes = planes[:, :2] / planes[:, 2:]
    return planes.permute(0, 2, 3, 1)
