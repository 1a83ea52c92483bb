"""What fitting needs to know of the training pictures: their values, colours and edges, from a fixed sample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pellucid.data import ImageInputs
from pellucid.preprocessing.framing import same_depth
from pellucid.preprocessing.image import ImagePreprocessing
from pellucid.preprocessing.remembered import remembered
from pellucid.preprocessing.sized import sized_picture
from pellucid.preprocessing.threads import each_picture

MAX_PICTURES = 2000
"""A mean over 2,000 pictures is known to 0.005 even when theirs spread by 0.2."""
_MIN_PICTURES = 256
_MAX_PIXELS = 200_000_000
# An edge is of one colour when this share of the outermost pixels lies this near to their median: 1.00 in MNIST, 0.88
# in Fashion-MNIST (clothes touch the edge), 0.72 in scikit-learn's digits (strokes touch it); 0.1 in X-rays.
_UNIFORM_SHARE = 2 / 3
_UNIFORM_LEVELS = 12


@dataclass(frozen=True)
class PictureStatistics:
    """Measured on a sample of the training split, in a preprocessing's window, colour and size.

    Attributes:
        num_pictures: how many were measured.
        mean: per channel, in 0..1.
        std: per channel, in 0..1; 1 where a channel is constant.
        edge: per channel, 0..255: median of the outermost pixels.
        edge_share: share of the outermost pixels within 12 levels of `edge` in every channel.
    """

    num_pictures: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    edge: tuple[int, ...]
    edge_share: float

    @property
    def uniform_edge(self) -> bool:
        """True when the pictures have a background of one colour."""
        return self.edge_share >= _UNIFORM_SHARE


def sample(train: NDArray[np.int64], *, pixels_per_picture: int) -> NDArray[np.int64]:
    """Return sorted indices of the training pictures to measure, always the same ones.

    At most 2,000; of large photos fewer, so that measuring takes seconds, but 256 at least.
    """
    most = min(MAX_PICTURES, max(_MIN_PICTURES, _MAX_PIXELS // max(1, pixels_per_picture)))
    if len(train) <= most:
        return train
    return np.sort(np.random.default_rng(0).permutation(train)[:most])


def measure_window(
    inputs: ImageInputs, indices: NDArray[np.int64], *, percentiles: tuple[float, float]
) -> tuple[int, int]:
    """Return the values at two percentiles of all pixels of the pictures, at 16 bits; at least one apart."""

    def histogram(index: int) -> NDArray[np.int64]:
        return np.bincount(same_depth(inputs.pixels(index), 16).ravel(), minlength=65536)

    def measure() -> dict[str, int]:
        total = sum(each_picture(histogram, indices), np.zeros(65536, np.int64))
        cumulated = np.cumsum(total)
        low, high = (int(np.searchsorted(cumulated, share / 100 * cumulated[-1])) for share in percentiles)
        low = min(low, 65534)
        return {"low": low, "high": max(high, low + 1)}

    window = remembered(inputs, indices, f"window at {percentiles}", measure)
    return window["low"], window["high"]


def measure_pictures(inputs: ImageInputs, draft: ImagePreprocessing, indices: NDArray[np.int64]) -> PictureStatistics:
    """Measure pictures as `draft` shows them: what a crop or a squeeze leaves, or without the bars of a padding."""

    def look(index: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        sized = sized_picture(inputs, draft, index)
        contents = draft.in_channels(sized)
        shown = contents if draft.resize == "pad" else draft.framed(sized)
        return _histogram(shown), _edge(contents)

    def measure() -> dict[str, Any]:
        values = np.zeros((draft.channels, 256), np.int64)
        edges = []
        for histogram, edge in each_picture(look, indices):
            values += histogram
            edges.append(edge)
        mean, std = _moments(values)
        ring = np.concatenate(edges)
        median = np.median(ring, axis=0).astype(np.int16)
        apart = np.abs(ring.astype(np.int16) - median)  # no wider than need be: of 2,000 photos these are millions
        share = float((apart <= _UNIFORM_LEVELS).all(axis=1).mean())
        return {"mean": mean, "std": std, "edge": median.tolist(), "edge_share": share}

    found = remembered(inputs, indices, f"statistics of {draft.to_dict()}", measure)
    mean, std, edge = (tuple(found[name]) for name in ("mean", "std", "edge"))
    return PictureStatistics(len(indices), mean, std, edge, found["edge_share"])


def _histogram(picture: NDArray[np.uint8]) -> NDArray[np.int64]:
    """[H, W, C] -> [C, 256]."""
    # Pillow counts the bytes where they lie; numpy would make 8 bytes of each first.
    image = Image.fromarray(np.ascontiguousarray(picture[..., 0] if picture.shape[2] == 1 else picture))
    return np.array(image.histogram(), np.int64).reshape(picture.shape[2], 256)


def _edge(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """[H, W, C] -> the outermost pixels, [E, C]."""
    return np.concatenate([picture[0], picture[-1], picture[1:-1, 0], picture[1:-1, -1]])


def _moments(values: NDArray[np.int64]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """[C, 256] counts -> mean and population deviation per channel in 0..1, rounded to six digits."""
    levels = np.arange(256) / 255
    shares = values / values.sum(axis=1, keepdims=True)
    mean = shares @ levels
    variance = np.maximum(shares @ levels**2 - mean**2, 0)
    std = np.where(variance > 1e-9, np.sqrt(variance), 1.0)
    return tuple(round(float(value), 6) for value in mean), tuple(round(float(value), 6) for value in std)
