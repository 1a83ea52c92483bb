"""What the classical methods look at: columns of a table, or pixels, edges and colours of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.baseline_rows import shrink
from pellucid.ladder.hog import hog
from pellucid.spec import ImageInput, Wishes

if TYPE_CHECKING:
    from pellucid.data import Dataset

Features = dict[str, NDArray[np.float32]]
"""By the words that describe them: [N, D] each, of the same N examples."""

SIDE = 64
"""Pixels of the pictures' sides; their pixels themselves are taken at half of it."""
_LEVELS = 4
_LUMINANCE = np.array([0.299, 0.587, 0.114], dtype=np.float32)
_CHUNK = 256


def features_of(dataset: Dataset, indices: NDArray[np.int64]) -> Features:
    """Return what is known of examples; fitted, where it needs fitting, on the training split alone.

    Args:
        dataset: of pictures or a table.
        indices: [N] of the examples.
    """
    from pellucid.preprocessing import fit_preprocessing, open_inputs

    if not isinstance(dataset.input, ImageInput):
        preprocessing, _ = fit_preprocessing(dataset, Wishes(kind="table"))
        rows = open_inputs(dataset, preprocessing, indices)
        return {"its columns": np.asarray(rows, dtype=np.float32)}
    preprocessing, _ = fit_preprocessing(dataset, Wishes(kind="image", sizes=(SIDE,)))
    canvases = open_inputs(dataset, preprocessing, indices)
    assert not isinstance(canvases, np.ndarray)
    parts = [picture_features(canvases[start : start + _CHUNK]) for start in range(0, len(indices), _CHUNK)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def picture_features(canvases: NDArray[np.uint8]) -> Features:
    """Return pixels, oriented gradients and, of coloured pictures, those with a histogram of the colours.

    Args:
        canvases: [N, 64, 64, C] uint8, C of 1 or 3.
    """
    grey = canvases[..., 0].astype(np.float32) if canvases.shape[3] == 1 else canvases @ _LUMINANCE
    edges = hog(grey)
    pixels = shrink(canvases, 2).reshape(len(canvases), -1) / 255
    found: Features = {"pixels": pixels.astype(np.float32), "oriented gradients (HOG)": edges}
    if canvases.shape[3] == 3:
        found["oriented gradients and a colour histogram"] = np.hstack([edges, 4 * colour_histogram(canvases)])
    return found


def colour_histogram(canvases: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return [N, 64] float32: the square root of the share of pixels in each of 4 x 4 x 4 colours.

    By the square root the Euclidean distance becomes Hellinger's, which suits shares.

    Args:
        canvases: [N, H, W, 3] uint8.
    """
    levels = (canvases // (256 // _LEVELS)).astype(np.int64)
    codes = (levels[..., 0] * _LEVELS + levels[..., 1]) * _LEVELS + levels[..., 2]
    flat = codes.reshape(len(codes), -1)
    counts = np.stack([np.bincount(row, minlength=_LEVELS**3) for row in flat])
    return np.sqrt(counts / flat.shape[1]).astype(np.float32)
