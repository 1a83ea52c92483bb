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
        extremes: 0..255: the lowest brightest level of a picture, the highest darkest one, and the smallest difference
            of both in one picture.
    """

    num_pictures: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    edge: tuple[int, ...]
    edge_share: float
    extremes: tuple[int, int, int]

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


def measure_values(
    inputs: ImageInputs,
    indices: NDArray[np.int64],
    *,
    percentiles: tuple[float, float],
    no_data: tuple[float, ...] = (),
) -> tuple[float, float]:
    """Return the values at two percentiles of all pixels of pictures of floats; at least a little apart.

    The percentiles are exact: a first pass counts the upper 16 bits of each value, a second one the lower 16 of those
    that share the upper ones with the value looked for. One pixel far off therefore changes nothing.

    Args:
        inputs: the pictures. Among them may be some of 8 or 16 bits: their numbers count as they are, or, where the
            upper percentile of the floats is at most 1, as shares of their full range.
        indices: which of them are measured.
        percentiles: in per cent.
        no_data: values that are left aside, as NaN is.
    """

    def measure() -> dict[str, float]:
        found, all_floats = _select(inputs, indices, percentiles, no_data, shares=None)
        if not all_floats:
            shares = found is not None and found[1] <= 1
            found, _ = _select(inputs, indices, percentiles, no_data, shares=shares)
        low, high = found or (0.0, 1.0)
        return {"low": low, "high": high if high > low else max(low + 1, float(np.nextafter(low, np.inf)))}

    window = remembered(inputs, indices, f"values at {percentiles} without {no_data}", measure)
    return window["low"], window["high"]


def measure_pictures(inputs: ImageInputs, plain: ImagePreprocessing, indices: NDArray[np.int64]) -> PictureStatistics:
    """Measure pictures as `plain` shows them: what a crop or a squeeze leaves, or without the bars of a padding."""

    def look(index: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        sized = sized_picture(inputs, plain, index)
        contents = plain.in_channels(sized)
        shown = contents if plain.resize == "pad" else plain.framed(sized)
        return _histogram(shown), _edge(contents)

    def measure() -> dict[str, Any]:
        values = np.zeros((plain.channels, 256), np.int64)
        edges, ends = [], []
        for histogram, edge in each_picture(look, indices):
            values += histogram
            levels = np.flatnonzero(histogram.any(axis=0))
            ends.append((int(levels[0]), int(levels[-1])))
            edges.append(edge)
        mean, std = _moments(values)
        ring = np.concatenate(edges)
        median = np.median(ring, axis=0).astype(np.int16)
        apart = np.abs(ring.astype(np.int16) - median)  # no wider than need be: of 2,000 photos these are millions
        share = float((apart <= _UNIFORM_LEVELS).all(axis=1).mean())
        extremes = [
            min(high for _, high in ends),
            max(low for low, _ in ends),
            min(high - low for low, high in ends),
        ]
        return {"mean": mean, "std": std, "edge": median.tolist(), "edge_share": share, "extremes": extremes}

    found = remembered(inputs, indices, f"statistics of {plain.to_dict()}", measure)
    mean, std, edge = (tuple(found[name]) for name in ("mean", "std", "edge"))
    darkest_top, brightest_bottom, least_contrast = found["extremes"]
    extremes = (darkest_top, brightest_bottom, least_contrast)
    return PictureStatistics(len(indices), mean, std, edge, found["edge_share"], extremes)


def _select(
    inputs: ImageInputs,
    indices: NDArray[np.int64],
    percentiles: tuple[float, float],
    no_data: tuple[float, ...],
    *,
    shares: bool | None,
) -> tuple[tuple[float, float] | None, bool]:
    """Return two percentiles of the pixels, None without any, and whether all pictures were floats.

    Args:
        inputs, indices, percentiles, no_data: as in `measure_values`.
        shares: how pictures of 8 and 16 bits count: by their share of the full range, or their numbers; None to leave
            them out.
    """
    floats: list[bool] = []

    def keys(index: int) -> NDArray[np.uint32]:
        pixels: NDArray[Any] = inputs.pixels(index)
        floats.append(pixels.dtype.kind == "f")
        if pixels.dtype.kind == "f":
            values = pixels[~(np.isnan(pixels) | np.isin(pixels, np.array(no_data, np.float32)))]
        elif shares is None:
            values = np.zeros(0)
        else:
            values = pixels.ravel() / (float(np.iinfo(pixels.dtype).max) if shares else 1.0)
        return _in_order(values.astype(np.float32))

    def upper(index: int) -> NDArray[np.int64]:
        return np.bincount(keys(index) >> np.uint32(16), minlength=65536)

    total = np.cumsum(sum(each_picture(upper, indices), np.zeros(65536, np.int64)))
    all_floats = all(floats)
    if not total[-1]:
        return None, all_floats
    places = [share / 100 * total[-1] for share in percentiles]
    heads = [int(np.searchsorted(total, place)) for place in places]

    def lower(index: int) -> NDArray[np.int64]:
        found = keys(index)
        parts = [found[found >> np.uint32(16) == head] & np.uint32(65535) for head in heads]
        return np.stack([np.bincount(part, minlength=65536) for part in parts])

    counts = np.cumsum(sum(each_picture(lower, indices), np.zeros((len(heads), 65536), np.int64)), axis=1)
    low, high = (
        _from_order(head << 16 | int(np.searchsorted(count, place - (total[head - 1] if head else 0))))
        for head, place, count in zip(heads, places, counts, strict=True)
    )
    return (low, high), all_floats


def _in_order(values: NDArray[np.float32]) -> NDArray[np.uint32]:
    """Return whole numbers that are in the order of the floats: their bits, turned for negative ones."""
    bits = np.ascontiguousarray(values + np.float32(0)).view(np.uint32)  # + 0: minus zero is zero
    return np.where(bits >> np.uint32(31), ~bits, bits | np.uint32(1 << 31))


def _from_order(key: int) -> float:
    bits = key ^ (1 << 31) if key >> 31 else ~key & 0xFFFFFFFF
    return float(np.array([bits], np.uint32).view(np.float32)[0])


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
