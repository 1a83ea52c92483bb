"""What the classical methods look at: columns of a table, or pixels, edges and colours of pictures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.picture_features import SIDE, colour_histogram, edges, edges_and_colours, shrink
from pellucid.kinds import ImageInput, Wishes

if TYPE_CHECKING:
    from pellucid.data import Dataset

Features = dict[str, NDArray[np.float32]]
"""By the words that describe them: [N, D] each, of the same N examples."""

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
        return {"its columns": np.asarray(rows[:], dtype=np.float32)}
    preprocessing, _ = fit_preprocessing(dataset, Wishes(kind="image", sizes=(SIDE,)))
    canvases = open_inputs(dataset, preprocessing, indices)
    parts = [picture_features(canvases[start : start + _CHUNK]) for start in range(0, len(indices), _CHUNK)]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def picture_features(canvases: NDArray[np.uint8]) -> Features:
    """Return pixels at half the size, oriented gradients and, of coloured pictures, those with their colours.

    Args:
        canvases: [N, 64, 64, C] uint8, C of 1 or 3.
    """
    gradients = edges(canvases)
    pixels = shrink(canvases, 2).reshape(len(canvases), -1) / 255
    found: Features = {"pixels": pixels.astype(np.float32), "oriented gradients (HOG)": gradients}
    if canvases.shape[3] == 3:
        found["oriented gradients and a colour histogram"] = edges_and_colours(gradients, colour_histogram(canvases))
    return found
