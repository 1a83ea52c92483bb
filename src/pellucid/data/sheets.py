"""Sheets and mean pictures of the training split: what the examples of a class look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Dataset
from pellucid.data.images import ImageInputs
from pellucid.data.ordering import shuffled
from pellucid.data.thumbnails import mean_of, resized, thumbnail
from pellucid.kinds import ImageInput

_MEAN_SIDE = 96
_MEAN_PICTURES = 300


@dataclass(frozen=True)
class Thumbnail:
    """One small picture of a sheet."""

    index: int
    name: str
    pixels: NDArray[np.uint8]
    """(h, w) or (h, w, 3), its longer side at most 96 unless asked otherwise."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {"index": self.index, "name": self.name, "pixels": self.pixels.tolist()}


def sheets_and_means(
    dataset: Dataset, *, sheet_pictures: int, side: int
) -> tuple[dict[str, tuple[Thumbnail, ...]], dict[str, NDArray[np.uint8]]]:
    """Return some training pictures, and the mean of all, of each class (or label); of numbers of all together.

    Args:
        dataset: of pictures.
        sheet_pictures: how many thumbnails a class gets; of numbers from the smallest to the largest.
        side: their longer side in pixels.
    """
    inputs, train = ImageInputs.of(dataset.inputs), dataset.splits["train"]
    chosen = {name: train[rows] for name, rows in dataset.target.members(dataset.targets[train]).items()}
    sheets = {name: _sheet(inputs, _spread(dataset, members, sheet_pictures), side) for name, members in chosen.items()}
    return sheets, {name: _mean(dataset, inputs, members) for name, members in chosen.items()}


def _spread(dataset: Dataset, members: NDArray[np.int64], number: int) -> NDArray[np.int64]:
    """Return some members: of a class by chance (always the same), of ordered values evenly from first to last."""
    if not dataset.target.categories:
        return members[np.unique(np.linspace(0, len(members) - 1, number).round().astype(np.int64))]
    return shuffled(members, len(dataset), seed=0)[:number]


def _sheet(inputs: ImageInputs, indices: NDArray[np.int64], side: int) -> tuple[Thumbnail, ...]:
    return tuple(
        Thumbnail(index=index, name=inputs.name(index), pixels=thumbnail(inputs.pixels(index), side=side))
        for index in indices.tolist()
    )


def _mean(dataset: Dataset, inputs: ImageInputs, members: NDArray[np.int64]) -> NDArray[np.uint8]:
    """Return the mean of up to 300 members, each stretched to the dataset's median size, at most 96 pixels long."""
    found = ImageInput.of(dataset.input)
    height, width = found.median_size
    scale = min(1.0, _MEAN_SIDE / max(height, width))
    size = max(1, round(height * scale)), max(1, round(width * scale))
    some = _spread(dataset, members, _MEAN_PICTURES).tolist()
    pictures = [resized(inputs.pixels(index), height=size[0], width=size[1]) for index in some]
    return mean_of(pictures, channels=found.channels)
