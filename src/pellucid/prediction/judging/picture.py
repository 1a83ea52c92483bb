"""A picture that is given back, and how far it is from the one that was handed over."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from pydantic import PrivateAttr

from pellucid.prediction.judging.base import Known
from pellucid.prediction.records import Prediction
from pellucid.runs import Answering
from pellucid.tasks import Answer, PictureAnswer, squared_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray


class PicturePrediction(Prediction):
    """A picture is given back; `values` has its error.

    "mse" is the mean of squared differences of levels from 0 to 1, over pixels and colours; "psnr" is minus ten times
    its logarithm to the base 10, in dB, and absent where the error is 0.
    """

    own_columns: ClassVar[tuple[str, ...]] = ()
    _levels: bytes = PrivateAttr(b"")
    _shape: tuple[int, ...] = PrivateAttr((1, 0, 0))

    @property
    def levels(self) -> NDArray[np.float32]:
        """[C, H, W] float32 from 0 to 1: the picture, at the size that the network sees."""
        return np.frombuffer(self._levels, np.float32).reshape(self._shape)

    def files(self, *, overlay: bool = False) -> Mapping[str, bytes]:
        """Return the picture as a PNG of 8 bits, at the size that the network sees."""
        return {".png": as_png(as_canvas(self.levels))} if self._levels else {}

    def said(self, *, number: Callable[[float], str], share: Callable[[float], str]) -> tuple[str, str]:
        """Return the error."""
        return self.words(), ""

    def words(self) -> str:
        """Return size and error, e.g. "given back at 28 x 28, MSE 0.0123, PSNR 19.1 dB"."""
        _, height, width = self.levels.shape
        values = self.values or {}
        error = f", MSE {values['mse']:.4g}" if "mse" in values else ""
        return f"given back at {height} x {width}{error}" + (f", PSNR {values['psnr']:.1f} dB" * ("psnr" in values))

    def amounts(self) -> dict[str, float]:
        """Return its error."""
        return self.values or {}


class JudgePicture:
    """Judges pictures."""

    def finish(self, answer: Answer, answering: Answering) -> Answer:
        """Return it as it is."""
        return answer

    def judge(self, answer: Answer, known: Known) -> list[Prediction]:
        """Return the pictures, each with its error where what was handed over is known."""
        levels = PictureAnswer.of(answer).levels
        errors = [None] * len(levels) if known.inputs is None else squared_errors(levels, known.inputs).tolist()
        return [_prediction(one, error) for one, error in zip(levels, errors, strict=True)]


def _prediction(levels: NDArray[np.float32], error: float | None) -> PicturePrediction:
    values = None if error is None else {"mse": error, **({"psnr": decibels(error)} if error > 0 else {})}
    made = PicturePrediction(name="", decision="ok", values=values)
    made._levels, made._shape = np.ascontiguousarray(levels, np.float32).tobytes(), levels.shape
    return made


def decibels(error: float) -> float:
    """Return the peak signal-to-noise ratio of a mean squared error (> 0) of levels from 0 to 1."""
    return -10 * math.log10(error)


def as_canvas(levels: NDArray[Any]) -> NDArray[np.uint8]:
    """Return [H, W, C] uint8 of [C, H, W] levels from 0 to 1."""
    return np.ascontiguousarray(np.rint(np.clip(np.moveaxis(levels, 0, 2), 0, 1) * 255).astype(np.uint8))


def as_png(canvas: NDArray[np.uint8]) -> bytes:
    """Return the bytes of a PNG of [H, W, 1 or 3] uint8; the same pixels give the same bytes."""
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(canvas[..., 0] if canvas.shape[2] == 1 else canvas).save(file, "PNG")
    return file.getvalue()
