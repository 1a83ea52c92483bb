"""Series as small pictures: lines over their steps, to look at many of them side by side."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from pellucid.data.dataset import Dataset
from pellucid.data.ordering import shuffled
from pellucid.data.series import SeriesInputs
from pellucid.data.sheets import Thumbnail

SIDE = 160
"""Pixels of the longer side."""
_ASPECT = 0.6
_FINER = 3
"""Drawn so many times larger and shrunk, so that lines are smooth."""
_COLOURS = ((0, 114, 178), (184, 92, 0), (0, 121, 90), (156, 79, 125), (86, 180, 233), (90, 90, 90))
"""Of channels; the first six are drawn."""
_PAPER = (255, 255, 255)
_MOST_STEPS = 600


def draw_series(
    values: NDArray[np.floating], *, low: NDArray[np.float64], high: NDArray[np.float64], side: int = SIDE
) -> NDArray[np.uint8]:
    """Return a series as a picture, [h, w, 3], the first step at the left.

    Args:
        values: [T, C], NaN where one is missing: the line has a gap there. The first six channels are drawn.
        low, high: [C] values at the bottom and at the top, of each channel.
        side: its width in pixels; its height is three fifths of it.
    """
    width, height = side * _FINER, round(side * _ASPECT) * _FINER
    picture = Image.new("RGB", (width, height), _PAPER)
    pen = ImageDraw.Draw(picture)
    room = 3 * _FINER
    for channel in reversed(range(min(values.shape[1], len(_COLOURS)))):
        column = _thinned(np.asarray(values[:, channel], np.float64))
        span = high[channel] - low[channel]
        share = (column - low[channel]) / span if span > 0 else np.full(len(column), 0.5)
        down = (height - room) - np.clip(share, 0, 1) * (height - 2 * room)
        across = room + np.arange(len(column)) * (width - 2 * room) / max(len(column) - 1, 1)
        for stretch in _stretches(np.isfinite(column)):
            points = [(float(across[at]), float(down[at])) for at in stretch]
            if len(points) == 1:
                (x, y), dot = points[0], _FINER
                pen.ellipse((x - dot, y - dot, x + dot, y + dot), fill=_COLOURS[channel])
            else:
                pen.line(points, fill=_COLOURS[channel], width=round(1.5 * _FINER), joint="curve")
    small = picture.resize((side, round(side * _ASPECT)), Image.Resampling.BOX)
    return np.asarray(small, np.uint8)


def draw_example(dataset: Dataset, index: int, *, side: int = SIDE) -> NDArray[np.uint8]:
    """Return an example as a picture, [h, w, 3], on the scale that all of its dataset share."""
    inputs = SeriesInputs.of(dataset.inputs)
    low, high = inputs.ranges
    return draw_series(inputs.one(index), low=low, high=high, side=side)


def sheets_of_series(dataset: Dataset, *, most: int, side: int) -> dict[str, tuple[Thumbnail, ...]]:
    """Return some training series of each class (or label) as pictures; of numbers of all.

    Args:
        dataset: of series.
        most: how many a class gets.
        side: their width in pixels.
    """
    inputs, train = SeriesInputs.of(dataset.inputs), dataset.splits["train"]
    sheets = {}
    for name, rows in dataset.target.members(dataset.targets[train]).items():
        members = train[rows]
        spread = shuffled(members, len(dataset), seed=0) if dataset.target.categories else members
        sheets[name] = tuple(
            Thumbnail(index, inputs.name(index), draw_example(dataset, index, side=side))
            for index in spread[:most].tolist()
        )
    return sheets


def _thinned(column: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return at most 600 steps of a long column, evenly spread."""
    if len(column) <= _MOST_STEPS:
        return column
    return column[np.linspace(0, len(column) - 1, _MOST_STEPS).round().astype(np.int64)]


def _stretches(known: NDArray[np.bool_]) -> list[NDArray[np.int64]]:
    places = np.flatnonzero(known)
    return [part for part in np.split(places, np.flatnonzero(np.diff(places) > 1) + 1) if len(part)]
