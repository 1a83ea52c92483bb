"""Masks: which share of a picture each class has, and the class of every pixel beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import PrivateAttr

from pellucid.errors import DataError
from pellucid.kinds import MaskTarget, listed
from pellucid.prediction.judging.base import Known
from pellucid.prediction.records import Prediction
from pellucid.runs import Answering
from pellucid.tasks import Answer, MaskAnswer

_SHOWN = 4


class MaskPrediction(Prediction):
    """Each pixel is answered; the pixels themselves stay beside the record, and are written as a picture."""

    own_columns: ClassVar[tuple[str, ...]] = ("probability", "mask")
    pixels: dict[str, float] | None = None
    """The share of the picture's pixels that is answered with each class."""
    mask: str | None = None
    """The file that the mask was written to; None where it was not."""
    overlay: str | None = None
    """The file that the picture with the mask's colours over it was written to."""
    _classes: NDArray[np.uint8] | None = PrivateAttr(default=None)
    _sure: NDArray[np.float16] | None = PrivateAttr(default=None)

    @property
    def classes(self) -> NDArray[np.uint8]:
        """[h, w]: the number of the class of each pixel, as large as the picture.

        Raises:
            DataError: the prediction was read from JSON, which has the shares alone.
        """
        if self._classes is None:
            raise DataError("This prediction has no pixels with it: JSON holds the shares of the classes alone.")
        return self._classes

    @property
    def sure(self) -> NDArray[np.float16]:
        """[h, w]: the probability of each pixel's class.

        Raises:
            DataError: as of `classes`.
        """
        if self._sure is None:
            raise DataError("This prediction has no pixels with it: JSON holds the shares of the classes alone.")
        return self._sure

    @classmethod
    def of_pixels(cls, classes: NDArray[np.uint8], sure: NDArray[np.float16], names: tuple[str, ...]) -> Self:
        """Return the prediction that [h, w] classes and their probabilities make, still without a name."""
        counts = np.bincount(classes.reshape(-1), minlength=len(names)) / max(1, classes.size)
        mean = float(sure.mean(dtype=np.float64)) if sure.size else None
        pixels = dict(zip(names, counts.tolist(), strict=True))
        made = cls(name="", decision="ok", pixels=pixels, probability=mean)
        made._classes, made._sure = classes, sure
        return made

    def said(self, *, number: Callable[[float], str], share: Callable[[float], str]) -> tuple[str, str]:
        """Return the shares, and the mean probability of what is answered."""
        return self._shares(), "" if self.probability is None else share(self.probability)

    def words(self) -> str:
        """Return the shares of the commonest classes, and where the mask is."""
        to = "" if self.mask is None else f" -> {self.mask}"
        sure = "" if self.probability is None else f", mean probability {self.probability:.2f}"
        return f"{self._shares()} of pixels{sure}{to}"

    def amounts(self) -> dict[str, float]:
        """Return the share of each class."""
        return dict(self.pixels or {})

    def _shares(self) -> str:
        present = sorted(((share, name) for name, share in (self.pixels or {}).items() if share > 0), reverse=True)
        return listed([f"{name} {100 * share:.3g} %" for share, name in present], _SHOWN)


class JudgeMask:
    """Judges masks."""

    def finish(self, answer: Answer, answering: Answering) -> Answer:
        """Return it as it is."""
        return answer

    def judge(self, answer: Answer, known: Known) -> list[Prediction]:
        """Return what each canvas is answered with, all of it."""
        given, names = MaskAnswer.of(answer), MaskTarget.of(known.target).classes
        return [
            MaskPrediction.of_pixels(classes, sure, names)
            for classes, sure in zip(given.masks, given.sure, strict=True)
        ]
