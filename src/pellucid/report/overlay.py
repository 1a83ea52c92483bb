"""A heat map laid over its picture, so that it can be read in colour, in grey and by the colour-blind."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pellucid.preprocessing import Placement

LONGEST = 480
SHORTEST = 420
"""Pixels of the longer side of what is drawn: photos are shrunk, small pictures enlarged pixel by pixel."""
HALF = 0.5
OPAQUE = 0.65
"""Share of the heat's colour where the map is highest; it fades to nothing where the map is 0."""
FAINT = 0.35
"""What is left of the brightness where the network did not look."""
OUTLIERS = 99.5
"""The percentile of a fine map that is drawn as its highest value, so that one pixel does not darken all others."""


def draw_overlay(
    picture: NDArray[np.uint8], cells: NDArray[np.float32], placement: Placement, *, fine: bool
) -> NDArray[np.uint8]:
    """Return a picture with its heat map over it, and a line around where the map is above half of its highest value.

    The colours are those of viridis, whose lightness grows with the value: it reads the same in grey, and to who does
    not tell red from green. The picture below is shown in grey. Values below 0 are not drawn.

    Args:
        picture: [h, w] or [h, w, 3] uint8.
        cells: the map on the network's input, any grid.
        placement: where on the picture the network's input lies.
        fine: whether the map has a value per pixel: it is then smoothed a little, or it could not be seen.

    Returns:
        [H, W, 3] uint8, the longer side 420 to 480 pixels.
    """
    base = sized(picture).astype(np.float32)
    height, width = base.shape[:2]
    heat = np.maximum(_smoothed(cells) if fine else cells, 0)
    top = float(np.percentile(heat, OUTLIERS)) if fine else float(heat.max())
    laid = placement.resized(height, width).on_picture(heat / top if top > 0 else heat)
    unseen = np.isnan(laid)
    shown = np.clip(np.nan_to_num(laid), 0, 1)
    grey = base.mean(axis=2, keepdims=True).repeat(3, axis=2)
    alpha = (OPAQUE * np.sqrt(shown))[..., None]
    drawn = grey * (1 - alpha) + _colours(shown) * alpha
    drawn[unseen] = FAINT * base[unseen]
    for mask, colour in _line_around(shown >= HALF):
        drawn[mask] = colour
    overlay: NDArray[np.uint8] = np.rint(drawn).astype(np.uint8)
    return overlay


def sized(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return [H, W, 3]: the picture at the size at which it is drawn."""
    colour = picture if picture.ndim == 3 else picture[..., None].repeat(3, axis=2)
    longest = max(colour.shape[:2])
    if longest >= SHORTEST:
        image = Image.fromarray(np.ascontiguousarray(colour))
        image.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
        shrunk: NDArray[np.uint8] = np.asarray(image)
        return shrunk
    times = -(-SHORTEST // longest)
    enlarged: NDArray[np.uint8] = colour.repeat(times, axis=0).repeat(times, axis=1)
    return enlarged


def _smoothed(cells: NDArray[np.float32]) -> NDArray[np.float32]:
    from scipy.ndimage import gaussian_filter

    smoothed: NDArray[np.float32] = gaussian_filter(cells.astype(np.float32), max(cells.shape) / 56)
    return smoothed


def _colours(shown: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return [H, W, 3] in 0..255: viridis of values in 0..1."""
    from matplotlib import colormaps

    table: NDArray[np.float32] = (255 * colormaps["viridis"](np.arange(256) / 255)[:, :3]).astype(np.float32)
    coloured: NDArray[np.float32] = table[np.rint(255 * shown).astype(np.uint8)]
    return coloured


def _line_around(inside: NDArray[np.bool_]) -> list[tuple[NDArray[np.bool_], int]]:
    """Return where a line around a region runs, and its colour: white within black, to be seen on any ground."""
    from scipy.ndimage import binary_dilation, binary_erosion

    if not inside.any() or inside.all():
        return []
    edge = inside & ~binary_erosion(inside, border_value=1)
    bright = binary_dilation(edge)
    return [(binary_dilation(bright), 0), (bright, 255)]
