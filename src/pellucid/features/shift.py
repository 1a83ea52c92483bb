"""Whether an answer stays when the picture moves: translation invariance, measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from pellucid.evaluation import wilson
from pellucid.features.examples import Examples, need_pictures
from pellucid.features.kinds import TARGETS_SEEN
from pellucid.features.records import ShiftPoint, ShiftResponse

ANGLES = (-30.0, -20.0, -10.0, 0.0, 10.0, 20.0, 30.0)
Bytes = NDArray[np.uint8]


def measure_shifts(
    examples: Examples,
    *,
    most: int | None = None,
    rotate: bool = False,
    watch: Callable[[int, int], None] | None = None,
) -> ShiftResponse:
    """Move every picture by each number of pixels and compare the answers with those to the picture in its place.

    What moves in from outside is the background that preprocessing has chosen for the data.

    Args:
        examples: pictures of one split.
        most: pixels, in both senses of either direction; None for a quarter of the shorter side, at most 8 steps of it.
        rotate: whether to turn the pictures, too, by up to 30 degrees.
        watch: is told (done, all).

    Raises:
        RecipeError: the run is on a table.
    """
    preprocessing = need_pictures(examples.predictor, "Shifts")
    height, width = preprocessing.height, preprocessing.width
    reach = max(1, min(height, width) // 4) if most is None else most
    step = max(1, round(reach / 8))
    amounts = [float(amount) for amount in range(-(reach // step) * step, reach + 1, step)]
    background = np.broadcast_to(np.array(preprocessing.background, np.uint8), (preprocessing.channels,))
    canvases: Bytes = np.asarray(examples.inputs[:], np.uint8)
    told = _Told(2 * len(amounts) + (len(ANGLES) if rotate else 0), watch)

    def points(amounts: Sequence[float], move: Callable[[Bytes, float], tuple[Bytes, float]]) -> tuple[ShiftPoint, ...]:
        found = []
        for amount in amounts:
            moved, cut = move(canvases, amount)
            found.append(_compare(examples, moved, amount, cut))
            told.one_more()
        return tuple(found)

    return ShiftResponse(
        split=examples.split,
        n=len(examples),
        size=(height, width),
        right=points(amounts, lambda pictures, by: shifted(pictures, int(by), axis=2, background=background)),
        down=points(amounts, lambda pictures, by: shifted(pictures, int(by), axis=1, background=background)),
        turned=points(ANGLES, lambda pictures, by: (turned(pictures, by, background), 0.0)) if rotate else (),
    )


class _Told:
    def __init__(self, total: int, watch: Callable[[int, int], None] | None) -> None:
        self.done, self.total, self.watch = 0, total, watch

    def one_more(self) -> None:
        self.done += 1
        if self.watch is not None:
            self.watch(self.done, self.total)


def shifted(pictures: Bytes, by: int, *, axis: int, background: Bytes) -> tuple[Bytes, float]:
    """Return pictures moved along an axis, and the share of them that lose something that is not background.

    Args:
        pictures: [N, H, W, C].
        by: pixels, to the right or downwards where positive.
        axis: 1 for downwards, 2 for to the right.
        background: [C] what moves in.
    """
    if by == 0:
        return pictures, 0.0
    moved = np.empty_like(pictures)
    moved[:] = background
    size = pictures.shape[axis]
    by = int(np.clip(by, -size, size))
    into, kept = _part(axis, max(by, 0), size + min(by, 0)), _part(axis, max(-by, 0), size - max(by, 0))
    lost = _part(axis, size - by, size) if by > 0 else _part(axis, 0, -by)
    moved[into] = pictures[kept]
    cut = (pictures[lost] != background).any(axis=(1, 2, 3)).mean()
    return moved, float(cut)


def _part(axis: int, start: int, stop: int) -> tuple[slice, ...]:
    return tuple(slice(start, stop) if each == axis else slice(None) for each in range(4))


def turned(pictures: Bytes, degrees: float, background: Bytes) -> Bytes:
    """Return pictures [N, H, W, C] turned counter-clockwise around their middle, bilinear."""
    if degrees == 0:
        return pictures
    grey = pictures.shape[3] == 1
    fill = int(background[0]) if grey else tuple(int(level) for level in background)
    rows = [
        np.asarray(
            Image.fromarray(picture[..., 0] if grey else picture).rotate(
                degrees, resample=Image.Resampling.BILINEAR, fillcolor=fill
            )
        )
        for picture in pictures
    ]
    return np.stack(rows).reshape(pictures.shape)


def _compare(examples: Examples, moved: Bytes, amount: float, cut: float) -> ShiftPoint:
    predictor, target = examples.predictor, examples.dataset.target
    after = predictor.answer(predictor.outputs(moved))
    found = TARGETS_SEEN[target.kind].moved(examples.targets, examples.answer, after)
    if found.same is None or found.right is None:
        return ShiftPoint(amount, None, None, None, found.change, None, cut)
    low, high = wilson(int(found.same.sum()), len(found.same))
    return ShiftPoint(amount, float(found.same.mean()), low, high, found.change, float(found.right.mean()), cut)
