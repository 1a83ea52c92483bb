"""Pictures that are handed over: files, folders, archives, arrays and Pillow's; each compared with the training's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import NewPicture, PixelKind, depth_of, new_pictures
from pellucid.decoding import Pixels
from pellucid.errors import DataError
from pellucid.late import Late
from pellucid.prediction.given import Given, given_pictures, one_picture
from pellucid.prediction.outputs import BATCH
from pellucid.prediction.records import Prediction
from pellucid.prediction.sources.base import Judge
from pellucid.prediction.unlike import Unlike, compare_with_training
from pellucid.preprocessing import ImagePreprocessing, pixel_kind, read_picture, read_pixels
from pellucid.runs import RunRecord

_ANSWER_PIXELS = Late("pellucid.prediction.sources.on_pixels", "answer_pixels")


@dataclass(frozen=True)
class ReadPicture:
    """A picture that is ready to be answered.

    Attributes:
        pixels: (H, W) or (H, W, 3), as the run takes them.
        sized: uint8 [h, w, 1 or C], in its window and size, before it is framed.
        canvas: uint8 [H, W, C].
        unlike: what of it is unlike the training's pictures.
    """

    pixels: Pixels
    sized: NDArray[np.uint8]
    canvas: NDArray[np.uint8]
    unlike: Unlike


class PictureSources:
    """Opens pictures."""

    reads = "pictures"
    hand_over = "Hand over a picture, or its pixels."

    def predict(self, given: Given, record: RunRecord, judge: Judge) -> Iterator[Prediction]:
        """Answer pictures, as many at once as go through the network together."""
        pictures = list(_expand(given_pictures(given), pixel_kind(ImagePreprocessing.of(record.preprocessing))))
        with ThreadPoolExecutor() as pool:
            for start in range(0, len(pictures), BATCH):
                yield from _answer(pictures[start : start + BATCH], pool, record, judge)

    def first(self, given: Given, record: RunRecord) -> NDArray[np.uint8]:
        """Return the one picture, [1, H, W, C]."""
        return read_one(given, record).canvas[None]


def read_one(given: Given, record: RunRecord) -> ReadPicture:
    """Read one picture as a run of pictures takes it, and compare it with the training's pictures.

    Args:
        given: a picture file or its bytes, a picture of Pillow, or pixels [H, W] or [H, W, 3]: uint8, uint16, or other
            numbers where the run was trained on such.
        record: of the run.

    Raises:
        DataError: it cannot be read.
    """
    preprocessing = ImagePreprocessing.of(record.preprocessing)
    source = one_picture(given)
    if isinstance(source, str | Path | bytes):
        picture = read_picture(source if isinstance(source, bytes) else Path(source), preprocessing)
        pixels, depth = picture.pixels, 32 if picture.wide else depth_of(picture.pixels)
    else:
        pixels = read_pixels(source, preprocessing)
        depth = 8 if preprocessing.unit_floats and pixels.dtype.kind == "f" else depth_of(pixels)
    sized = preprocessing.sized(pixels)
    canvas = preprocessing.framed(sized)
    shown = sized if preprocessing.resize == "pad" else canvas  # bars are no part of the picture
    unlike = compare_with_training(pixels, shown, depth=depth, preprocessing=preprocessing, dataset=record.dataset)
    return ReadPicture(pixels, sized, canvas, unlike)


def _answer(
    pictures: Sequence[NewPicture], pool: ThreadPoolExecutor, record: RunRecord, judge: Judge
) -> Iterator[Prediction]:
    def read(new: NewPicture) -> ReadPicture | str:
        if new.picture is None:
            return new.fault
        try:
            return read_one(new.picture, record)
        except DataError as problem:
            said = str(problem)
            return said.removeprefix(f"{new.picture}: ") if isinstance(new.picture, Path) else said

    found = list(pool.map(read, pictures))
    canvases = [one.canvas for one in found if not isinstance(one, str)]
    answered: Iterator[Prediction]
    if record.dataset.target.on_pixels:
        preprocessing = ImagePreprocessing.of(record.preprocessing)
        answered = (_ANSWER_PIXELS(one.sized, preprocessing, judge) for one in found if not isinstance(one, str))
    else:
        answered = iter(judge(np.stack(canvases))) if canvases else iter(())
    for picture, one in zip(pictures, found, strict=True):
        if isinstance(one, str):
            yield Prediction(name=picture.name, decision="error", error=one)
        else:
            yield one.unlike.mark(next(answered)).model_copy(update={"name": picture.name})


def _expand(sources: Iterable[str | Path | bytes | NDArray[Any]], kind: PixelKind) -> Iterator[NewPicture]:
    number = 0
    for source in sources:
        for picture in new_pictures(source, kind=kind) if isinstance(source, str | Path) else [NewPicture("", source)]:
            number += 1
            word = "picture" if isinstance(source, bytes) else "array"
            yield picture if picture.name else replace(picture, name=f"{word} {number}")
