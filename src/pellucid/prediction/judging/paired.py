"""A picture that another one becomes, at the size of that one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import PrivateAttr

from pellucid.prediction.judging.base import Known
from pellucid.prediction.judging.on_pixels import PixelPrediction, Tile, stitched
from pellucid.prediction.judging.picture import as_canvas, as_png
from pellucid.prediction.records import Prediction
from pellucid.runs import Answering
from pellucid.tasks import Answer, PairedAnswer


class PairedPrediction(PixelPrediction):
    """A picture is answered; its levels stay beside the record, and are written as a picture."""

    own_columns: ClassVar[tuple[str, ...]] = ()
    _levels: bytes = PrivateAttr(b"")
    _shape: tuple[int, ...] = PrivateAttr((1, 0, 0))

    @property
    def levels(self) -> NDArray[np.float32]:
        """[C, h, w] float32 from 0 to 1: the picture, as large as the one that was handed over."""
        return np.frombuffer(self._levels, np.float32).reshape(self._shape)

    @classmethod
    def of_levels(cls, levels: NDArray[np.float32]) -> Self:
        """Return the prediction of one picture, still without a name, from [C, h, w] levels."""
        made = cls(name="", decision="ok", values={"mean level": float(levels.mean(dtype=np.float64))})
        made._levels, made._shape = np.ascontiguousarray(levels, np.float32).tobytes(), levels.shape
        return made

    @classmethod
    def of_tiles(cls, tiles: Sequence[Tile], size: tuple[int, int], seen: NDArray[np.uint8]) -> Self:
        """Return the prediction of a picture whose parts were answered."""
        levels = stitched(tiles, size, lambda one: np.moveaxis(cls.of(one).levels, 0, 2))
        return cls.of_levels(np.moveaxis(levels, 2, 0))

    def files(self, *, overlay: bool = False) -> Mapping[str, bytes]:
        """Return the picture as a PNG of 8 bits."""
        return {".png": as_png(as_canvas(self.levels))} if self._levels else {}

    def said(self, *, number: Callable[[float], str], share: Callable[[float], str]) -> tuple[str, str]:
        """Return size and mean level."""
        return self.words(), ""

    def words(self) -> str:
        """Return size and mean level, e.g. "a picture of 256 x 256, mean level 0.43"."""
        _, height, width = self._shape
        mean = (self.values or {}).get("mean level")
        return f"a picture of {height} x {width}" + ("" if mean is None else f", mean level {mean:.3g}")

    def amounts(self) -> dict[str, float]:
        """Return its mean level."""
        return self.values or {}


class JudgePaired:
    """Judges pictures."""

    def finish(self, answer: Answer, answering: Answering) -> Answer:
        """Return it as it is."""
        return answer

    def judge(self, answer: Answer, known: Known) -> list[Prediction]:
        """Return what each canvas becomes, all of it."""
        return [PairedPrediction.of_levels(levels) for levels in PairedAnswer.of(answer).levels]
