"""Masks: which share of a picture each class has, and the class of every pixel beside it."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import PrivateAttr

from pellucid.errors import DataError
from pellucid.kinds import MaskTarget, listed
from pellucid.prediction.judging.base import Known
from pellucid.prediction.judging.on_pixels import PixelPrediction, Tile, stitched
from pellucid.prediction.records import Prediction
from pellucid.runs import Answering
from pellucid.tasks import Answer, MaskAnswer

_SHOWN = 4
_COLOUR_SHARE = 0.45
"""How much of an overlay is the class's colour; the rest is the picture."""


class MaskPrediction(PixelPrediction):
    """Each pixel is answered; the pixels themselves stay beside the record, and are written as a picture.

    `probability` is the mean over the pixels of the probability of each one's class.
    """

    own_columns: ClassVar[tuple[str, ...]] = ("probability",)
    pixels: dict[str, float] | None = None
    """The share of the picture's pixels that is answered with each class."""
    _packed: bytes = PrivateAttr(b"")
    _seen: bytes = PrivateAttr(b"")
    _shape: tuple[int, int, int] = PrivateAttr((0, 0, 1))
    _sure: NDArray[np.float16] | None = PrivateAttr(None)
    _target: MaskTarget | None = PrivateAttr(None)

    @property
    def classes(self) -> NDArray[np.uint8]:
        """[h, w]: the number of the class of each pixel, as large as the picture.

        Raises:
            DataError: the prediction was read from JSON, which has the shares alone.
        """
        if not self._packed:
            raise DataError("This prediction has no pixels with it: JSON holds the shares of the classes alone.")
        return np.frombuffer(zlib.decompress(self._packed), np.uint8).reshape(self._shape[:2])

    @classmethod
    def of_pixels(
        cls, classes: NDArray[np.uint8], sure: NDArray[np.float16], seen: NDArray[np.uint8], target: MaskTarget
    ) -> Self:
        """Return the prediction of one picture, still without a name.

        Args:
            classes: [h, w] numbers of classes.
            sure: [h, w] their probabilities.
            seen: [h, w, C] levels of the picture, over which colours are laid.
            target: of the run.
        """
        counts = np.bincount(classes.reshape(-1), minlength=len(target.classes)) / max(1, classes.size)
        mean = float(sure.mean(dtype=np.float64)) if sure.size else None
        pixels = dict(zip(target.classes, counts.tolist(), strict=True))
        made = cls(name="", decision="ok", pixels=pixels, probability=mean)
        made._packed = zlib.compress(np.ascontiguousarray(classes).tobytes(), 1)
        made._seen = zlib.compress(np.ascontiguousarray(seen).tobytes(), 1)
        made._shape, made._sure, made._target = (*classes.shape, seen.shape[2]), sure, target
        return made

    @classmethod
    def of_tiles(cls, tiles: Sequence[Tile], size: tuple[int, int], seen: NDArray[np.uint8]) -> Self:
        """Return the prediction of a picture whose parts were answered."""
        first = cls.of(tiles[0].answered)
        assert first._target is not None
        classes = stitched(tiles, size, lambda one: cls.of(one).classes)
        sure = stitched(tiles, size, lambda one: cls.of(one)._known_sure)
        made = cls.of_pixels(classes, sure, seen, first._target)
        made._sure = None  # it is needed no more
        return made

    @property
    def _known_sure(self) -> NDArray[np.float16]:
        assert self._sure is not None
        return self._sure

    def files(self, *, overlay: bool = False) -> Mapping[str, bytes]:
        """Return the mask as a PNG whose palette's indices are the classes; and the picture under their colours."""
        if not self._packed or self._target is None:
            return {}
        made = {".png": as_palette_png(self.classes, self._target.colours)}
        return made | ({"-overlay.png": _as_png(self.laid_over)} if overlay else {})

    @property
    def laid_over(self) -> NDArray[np.uint8]:
        """[h, w, 3]: the picture with each class's colour over it, but for the first class.

        Raises:
            DataError: as of `classes`.
        """
        classes = self.classes
        assert self._target is not None
        seen = np.frombuffer(zlib.decompress(self._seen), np.uint8).reshape(self._shape).astype(np.float64)
        colours = np.array(self._target.colours, np.float64)[classes]
        share = np.where(classes == 0, 0.0, _COLOUR_SHARE)[..., None]
        return np.rint((1 - share) * seen + share * colours).astype(np.uint8)

    def said(self, *, number: Callable[[float], str], share: Callable[[float], str]) -> tuple[str, str]:
        """Return the shares, and the mean probability of what is answered."""
        return self._shares(), "" if self.probability is None else share(self.probability)

    def words(self) -> str:
        """Return the shares of the commonest classes."""
        sure = "" if self.probability is None else f", mean probability {self.probability:.2f}"
        return f"{self._shares()} of pixels{sure}"

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
        given, target = MaskAnswer.of(answer), MaskTarget.of(known.target)
        seen = np.zeros((*given.masks.shape, 1), np.uint8) if known.inputs is None else known.inputs
        return [MaskPrediction.of_pixels(*row, target) for row in zip(given.masks, given.sure, seen, strict=True)]


def as_palette_png(classes: NDArray[np.uint8], colours: tuple[tuple[int, int, int], ...]) -> bytes:
    """Return a PNG whose pixels are numbers of classes, shown in their colours; the same pixels give the same bytes."""
    from PIL import Image

    image = Image.fromarray(np.ascontiguousarray(classes), "L").convert("L")
    image.putpalette([level for colour in colours for level in colour])
    file = io.BytesIO()
    image.save(file, "PNG", bits=8)
    return file.getvalue()


def _as_png(pixels: NDArray[np.uint8]) -> bytes:
    from PIL import Image

    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()
