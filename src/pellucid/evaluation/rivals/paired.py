"""Pictures that others become: the picture as it was handed over, and the mean of those that are right."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pellucid.evaluation.rivals.base import Beside
from pellucid.evaluation.simple import Method
from pellucid.kinds import PairedTarget
from pellucid.preprocessing import open_inputs

_LUMA = np.array((0.299, 0.587, 0.114), np.float32)


def of_pairs(beside: Beside) -> list[Method]:
    """Return both, each with [N, 2] the mean absolute and the mean squared error of each picture."""
    from pellucid.tasks import errors_of  # with torch

    dataset, target = beside.dataset, PairedTarget.of(beside.dataset.target)
    places = dataset.splits[beside.split]

    def held(row: int, levels: NDArray[np.float32]) -> NDArray[np.float64]:
        errors: NDArray[np.float64] = errors_of(levels[None], dataset.targets[places[row : row + 1]])
        first: NDArray[np.float64] = errors[0]
        return first

    def as_given() -> tuple[NDArray[np.float64], str]:
        canvases = open_inputs(dataset, beside.preprocessing, places)
        rows = range(len(places))
        found = [held(row, in_channels(canvases.take(np.array([row]))[0], target.channels)) for row in rows]
        return np.stack(found), "what was handed over, as it is"

    def mean_picture() -> tuple[NDArray[np.float64], str]:
        train = dataset.splits["train"]
        sums, times = np.zeros((target.channels, *target.grid)), np.zeros(target.grid)
        for place in train:
            levels = dataset.targets[place].astype(np.float64)
            known = np.isfinite(levels[0])
            sums += np.where(known, levels, 0)
            times += known
        overall = sums.sum(axis=(1, 2)) / max(1.0, times.sum())
        mean = np.where(times > 0, sums / np.maximum(times, 1), overall[:, None, None]) / 255
        found = [held(row, mean.astype(np.float32)) for row in range(len(places))]
        return np.stack(found), f"the mean, pixel by pixel, of {len(train):,} training pictures"

    return [Method("the picture as it is", as_given), Method("the mean picture", mean_picture)]


def in_channels(canvas: NDArray[np.uint8], channels: int) -> NDArray[np.float32]:
    """Return [C, H, W] levels from 0 to 1 of [H, W, 1 or 3]: grey as three equal planes, colour as its luma."""
    levels = np.moveaxis(canvas.astype(np.float32) / np.float32(255), 2, 0)
    if len(levels) == channels:
        return levels
    return np.repeat(levels, channels, axis=0) if len(levels) == 1 else np.tensordot(_LUMA, levels, axes=1)[None]
