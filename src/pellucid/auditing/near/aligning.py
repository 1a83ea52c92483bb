"""Laying one picture over another by an affine map, many pairs at once.

Places are counted from -1 to 1 in both directions, so that a map found at 16 pixels holds at 128.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.float32]
Maps = NDArray[np.float64]
"""[B, 2, 3]: where a place of the first picture lies in the second."""
_DAMPING = 1e-3


def same_place(count: int) -> Maps:
    """Return maps that move nothing, [count, 2, 3]."""
    return np.tile(np.eye(2, 3), (count, 1, 1))


def warped(pictures: Pictures, maps: Maps) -> tuple[Pictures, NDArray[np.bool_]]:
    """Return pictures as maps look at them, by bilinear sampling.

    Args:
        pictures: [B, S, S].
        maps: [B, 2, 3].

    Returns:
        [B, S, S], and which of its places lie within the picture.
    """
    count, side = len(pictures), pictures.shape[1]
    x, y = _grid(side)
    places = np.stack([x.ravel(), y.ravel(), np.ones(side * side)])
    moved = maps @ places  # [B, 2, S*S]
    inside = (np.abs(moved) <= 1.0).all(axis=1)
    at = np.clip((moved + 1) * (side / 2) - 0.5, 0, side - 1.001)
    low = at.astype(np.int64)
    part = (at - low).astype(np.float32)
    flat = pictures.reshape(count, -1)
    corner = low[:, 1] * side + low[:, 0]
    right, down = part[:, 0], part[:, 1]

    def pick(step: int) -> Pictures:
        return np.take_along_axis(flat, corner + step, axis=1)

    above = pick(0) * (1 - right) + pick(1) * right
    below = pick(side) * (1 - right) + pick(side + 1) * right
    values = above * (1 - down) + below * down
    return values.reshape(pictures.shape).astype(np.float32), inside.reshape(pictures.shape)


def align(first: Pictures, second: Pictures, maps: Maps, *, steps: int) -> Maps:
    """Return maps under which the second pictures fit the first better, whatever their brightness and contrast.

    Inverse compositional Lucas-Kanade with the brightness of what overlaps made equal in each step (Baker & Matthews
    2004, equations 31 to 36).

    Args:
        first, second: [B, S, S].
        maps: [B, 2, 3] to begin with.
        steps: that are taken.
    """
    count, side = len(first), first.shape[1]
    x, y = _grid(side)
    steep_y, steep_x = np.gradient(first, axis=(1, 2))
    gx, gy = steep_x * (side / 2), steep_y * (side / 2)
    descent = np.stack([gx * x, gx * y, gx, gy * x, gy * y, gy], axis=-1).reshape(count, -1, 6).astype(np.float32)
    for _ in range(steps):
        seen, inside = warped(second, maps)
        weight = inside.reshape(count, -1).astype(np.float32)
        error = (_like(seen, first, inside) - first).reshape(count, -1) * weight
        weighted = descent * weight[..., None]
        curvature = np.swapaxes(weighted, 1, 2) @ descent
        scale = np.trace(curvature, axis1=1, axis2=2)[:, None, None] / 6 + 1e-6
        curvature = curvature + _DAMPING * scale * np.eye(6, dtype=np.float32)
        slope = np.swapaxes(descent, 1, 2) @ error[..., None]
        change = np.linalg.solve(curvature.astype(np.float64), slope.astype(np.float64))[..., 0]
        maps = _after(maps, np.clip(change, -0.3, 0.3))
    return maps


def _like(seen: Pictures, model: Pictures, inside: NDArray[np.bool_]) -> Pictures:
    """Return pictures with the mean and the deviation that the model has where both are seen."""
    weight = inside.astype(np.float32)
    total = np.maximum(weight.sum((1, 2), keepdims=True), 1)

    def moments(values: Pictures) -> tuple[Pictures, Pictures]:
        mean = (values * weight).sum((1, 2), keepdims=True) / total
        return mean, np.sqrt((((values - mean) ** 2) * weight).sum((1, 2), keepdims=True) / total + 1e-6)

    mean, deviation = moments(seen)
    wanted, spread = moments(model)
    return np.asarray((seen - mean) * (spread / deviation) + wanted, np.float32)


def _after(maps: Maps, change: NDArray[np.float64]) -> Maps:
    """Return maps after the inverse of a small change, [B, 6], of the model's places."""
    small = np.tile(np.eye(3), (len(maps), 1, 1))
    small[:, :2] += change.reshape(-1, 2, 3)
    whole = np.tile(np.eye(3), (len(maps), 1, 1))
    whole[:, :2] = maps
    return (whole @ np.linalg.inv(small))[:, :2]


def _grid(side: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    axis = (np.arange(side) + 0.5) * 2 / side - 1
    x, y = np.meshgrid(axis, axis)
    return x, y
