"""What tells pixels apart without a network: a threshold, and a forest on five filters."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset
from pellucid.evaluation.simple import Method
from pellucid.kinds import NOT_LABELLED, MaskTarget, SplitName
from pellucid.preprocessing import Preprocessing, open_inputs

TREES, PIXELS, LEAF = 50, 20_000, 5
_LUMA = (0.299, 0.587, 0.114)
_CHUNK = 1 << 18
_MOST_LOOKED_AT = 64
"""Training pictures that the methods learn from, evenly spread."""

Levels = NDArray[np.float32]


def pixel_methods(dataset: Dataset, preprocessing: Preprocessing, split: SplitName) -> list[Method]:
    """Return methods that learn from the training split's pixels and answer those of a split.

    Args:
        dataset: of pictures with masks.
        preprocessing: of the run.
        split: whose pictures to answer.
    """
    train = dataset.splits["train"]
    places = train[np.unique(np.linspace(0, len(train) - 1, min(len(train), _MOST_LOOKED_AT)).round().astype(int))]
    num_classes = len(MaskTarget.of(dataset.target).classes)

    def pictures(some: NDArray[np.int64]) -> list[Levels]:
        canvases = open_inputs(dataset, preprocessing, some)
        return [grey_of(canvases.take(np.array([row]))[0]) for row in range(len(canvases))]

    def by_threshold() -> tuple[NDArray[np.uint8], str]:
        masks = dataset.targets[places]
        classes = _sides(pictures(places), masks, num_classes)
        answered = np.stack([_thresholded(picture, classes) for picture in pictures(dataset.splits[split])])
        words = "each picture's own threshold (Otsu 1979), each side the class it mostly is in train, then an opening"
        return answered, words

    def by_forest() -> tuple[NDArray[np.uint8], str]:
        rows, labels = draw_pixels(pictures(places), dataset.targets[places], PIXELS)
        forest = _grown(rows, labels)
        answered = [_by(forest, picture) for picture in pictures(dataset.splits[split])]
        words = f"{TREES} trees on {len(labels):,} pixels: level, two blurs, slope and the spread of levels around each"
        return np.stack(answered), words

    return [Method("threshold (Otsu) and opening", by_threshold), Method("random forest on filters", by_forest)]


def grey_of(canvas: NDArray[np.uint8]) -> Levels:
    """Return [H, W] float32 levels, 0 to 255, of [H, W, 1 or 3]."""
    if canvas.shape[2] == 1:
        return canvas[..., 0].astype(np.float32)
    levels: Levels = (canvas.astype(np.float32) @ np.array(_LUMA, np.float32)).astype(np.float32)
    return levels


def otsu_threshold(levels: Levels) -> float:
    """Return the level that parts [H, W] levels of 0 to 255 into two whose means lie furthest apart.

    Source: N. Otsu (1979), "A threshold selection method from gray-level histograms", IEEE Trans. SMC 9, equation 18.
    """
    counts = np.bincount(np.clip(np.rint(levels), 0, 255).astype(np.int64).reshape(-1), minlength=256).astype(
        np.float64
    )
    below = np.cumsum(counts)
    sums = np.cumsum(counts * np.arange(256))
    above = below[-1] - below
    inner = (below > 0) & (above > 0)
    if not inner.any():
        return float(sums[-1] / max(1.0, below[-1]))
    means = sums[inner] / below[inner] - (sums[-1] - sums[inner]) / above[inner]
    between = below[inner] * above[inner] * means**2
    # Between two levels that no pixel has, every threshold parts alike: the middle one is taken.
    best = np.flatnonzero(inner)[np.isclose(between, between.max(), rtol=1e-12)]
    return float(best.mean())


def filters_of(levels: Levels) -> Levels:
    """Return [H W, 5]: each pixel's level, two blurs, the steepness of one, and the spread of levels around it."""
    from scipy import ndimage

    near, far = (ndimage.gaussian_filter(levels, sigma) for sigma in (1, 4))
    steep = ndimage.gaussian_gradient_magnitude(levels, 2)
    spread = np.sqrt(np.maximum(ndimage.gaussian_filter(levels**2, 2) - ndimage.gaussian_filter(levels, 2) ** 2, 0))
    return np.stack([levels, near, far, steep, spread], axis=-1).reshape(-1, 5).astype(np.float32)


def draw_pixels(pictures: list[Levels], masks: NDArray[np.uint8], number: int) -> tuple[Levels, NDArray[np.uint8]]:
    """Return [n, 5] filters and [n] classes of labelled pixels, as many of each picture, always the same ones."""
    chance = np.random.default_rng(0)
    # As many of each, or a few large pictures would be all that the forest knows.
    each = max(1, number // len(pictures))
    rows, labels = [], []
    for picture, mask in zip(pictures, masks, strict=True):
        known = np.flatnonzero(mask.reshape(-1) != NOT_LABELLED)
        chosen = chance.permutation(known)[:each]
        rows.append(filters_of(picture)[chosen])
        labels.append(mask.reshape(-1)[chosen])
    return np.concatenate(rows), np.concatenate(labels)


def _grown(rows: Levels, labels: NDArray[np.uint8]) -> Any:
    from sklearn.ensemble import RandomForestClassifier

    return RandomForestClassifier(TREES, min_samples_leaf=LEAF, random_state=0).fit(rows, labels)


def _by(forest: Any, picture: Levels) -> NDArray[np.uint8]:
    rows = filters_of(picture)
    parts = [forest.predict(rows[start : start + _CHUNK]) for start in range(0, len(rows), _CHUNK)]
    return np.concatenate(parts).astype(np.uint8).reshape(picture.shape)


def _sides(pictures: list[Levels], masks: NDArray[np.uint8], num_classes: int) -> tuple[int, int]:
    """Return the class that pixels at or below, and those above, their picture's threshold mostly are."""
    counts = np.zeros((2, num_classes))
    for picture, mask in zip(pictures, masks, strict=True):
        bright = picture > otsu_threshold(picture)
        for side in (0, 1):
            labels = mask[(bright == side) & (mask != NOT_LABELLED)]
            counts[side] += np.bincount(labels, minlength=num_classes)
    dark, light = counts.argmax(axis=1).tolist()
    if dark == light and num_classes == 2:
        # Of two classes each side is one: the other way round than what is commoner there.
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        light = 1 if shares[1, 1] >= shares[0, 1] else 0
        dark = 1 - light
    return dark, light


def _thresholded(picture: Levels, classes: tuple[int, int]) -> NDArray[np.uint8]:
    from scipy import ndimage

    bright = ndimage.binary_opening(picture > otsu_threshold(picture), np.ones((3, 3), bool))
    return np.where(bright, classes[1], classes[0]).astype(np.uint8)
