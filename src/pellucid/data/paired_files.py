"""Pictures that others are to become: files that are decoded when they are asked for, whole or in halves."""

from __future__ import annotations

import hashlib
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from pellucid.data.addressed import AddressedTargets
from pellucid.data.images import FileImages, ImageInputs, collapse_grey
from pellucid.data.inputs import Indices
from pellucid.data.mask_files import laid_in
from pellucid.decoding import Pixels
from pellucid.kinds import PairedTarget

Levels = NDArray[np.float16]
_LUMA = (0.299, 0.587, 0.114)


class HalfImages(ImageInputs):
    """The left or the right halves of pictures, each of which shows two side by side.

    Args:
        whole: the pictures, of even widths.
        right: whether the right halves are meant.
    """

    def __init__(self, whole: FileImages, *, right: bool) -> None:
        self.whole, self.right = whole, right
        self.kinds = whole.kinds
        self.sizes = None if whole.sizes is None else tuple((height, width // 2) for height, width in whole.sizes)
        if whole.digests is not None:
            half = b"right" if right else b"left"
            self.digests = tuple(hashlib.sha256(half + digest).digest() for digest in whole.digests)

    def __len__(self) -> int:
        return len(self.whole)

    def name(self, index: int) -> str:
        """Return the name of the file."""
        return self.whole.name(index)

    def pixels(self, index: int) -> Pixels:
        """Return one half of picture `index`.

        Raises:
            DataError: as of `FileImages`.
        """
        return self._half(self.whole.pixels(index))

    def own_range_pixels(self, index: int) -> Pixels:
        """Return one half of picture `index` decoded by the rule of older runs.

        Raises:
            DataError: as `pixels`.
        """
        return self._half(self.whole.own_range_pixels(index))

    def index_of_file(self, path: str) -> int | None:
        """Return which picture a file is."""
        return self.whole.index_of_file(path)

    def subset(self, indices: Indices) -> Self:
        """Return some of the halves, in this order."""
        return type(self)(self.whole.subset(indices), right=self.right)

    def release(self) -> None:
        """Forget all decoded pixels."""
        self.whole.release()

    def _half(self, pixels: Pixels) -> Pixels:
        middle = pixels.shape[1] // 2
        half = np.ascontiguousarray(pixels[:, middle:] if self.right else pixels[:, :middle])
        return collapse_grey(half)


class PairedFiles(AddressedTargets):
    """The levels of N pictures, each in the middle of a grid.

    Args:
        images: the pictures, of 8 or 16 bits.
        target: gives the grid and the number of channels.
    """

    def __init__(self, images: ImageInputs, target: PairedTarget) -> None:
        self._images, self._target = images, target

    def __len__(self) -> int:
        return len(self._images)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(N, C, H, W)."""
        return len(self), self._target.channels, *self._target.grid

    def __getitem__(self, indices: Any) -> Levels:
        """Return [n, C, H, W] float16; of one index [C, H, W].

        Raises:
            DataError: a file is not any more what it was when the dataset was opened.
        """
        places = np.atleast_1d(np.arange(len(self))[indices]).tolist()
        levels = np.full((len(places), *self.shape[1:]), np.nan, np.float16)
        for row, place in enumerate(places):
            laid_in(levels[row], levels_of(self._images.pixels(place), self._target.channels))
        return levels[0] if isinstance(indices, int | np.integer) else levels

    def subset(self, indices: NDArray[np.int64]) -> Self:
        """Return those of some pictures, in this order."""
        return type(self)(self._images.subset(indices), self._target)

    def digest(self) -> bytes:
        """Return bytes that change with any picture."""
        digest = hashlib.sha256(repr(self.shape).encode())
        for place in range(len(self)):
            own = None if self._images.digests is None else self._images.digests[place]
            digest.update(self._images.pixels(place).tobytes() if own is None else own)
        return digest.digest()


def levels_of(pixels: Pixels, channels: int) -> NDArray[np.uint8]:
    """Return [C, h, w] levels from 0 to 255 of a picture of 8 or 16 bits, (h, w) or (h, w, 3)."""
    if pixels.dtype == np.uint16:
        pixels = ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
    if pixels.ndim == 3 and channels == 1:
        luma: NDArray[np.uint8] = np.rint(pixels @ np.array(_LUMA)).astype(np.uint8)
        return luma[None]
    if pixels.ndim == 3:
        return np.ascontiguousarray(np.moveaxis(pixels, 2, 0))
    return np.broadcast_to(pixels[None], (channels, *pixels.shape))
