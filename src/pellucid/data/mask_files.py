"""The masks of a dataset, as addresses: files that are decoded when they are asked for, and kept small in memory."""

from __future__ import annotations

import hashlib
import threading
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from pellucid.data.addressed import AddressedTargets
from pellucid.decoding import COLOUR, StoredMask, decode_mask, read_picture_file
from pellucid.errors import DataError
from pellucid.kinds import NOT_LABELLED

Mask = NDArray[np.uint8]
_MOST_KEPT = 512 << 20
"""Bytes of packed masks that are kept; a mask of a megapixel takes some ten thousand."""


@dataclass(frozen=True)
class MaskCoding:
    """Which class a value of a file stands for.

    Attributes:
        places: from a value, as `decode_mask` gives it, to the number of its class, or to `NOT_LABELLED`.
        coloured: whether numbers are greys among colours: 7 is then the colour #070707.
        unions: whether every value but 0 is the same class, because each file shows one object.
    """

    places: Mapping[int, int]
    coloured: bool = False
    unions: bool = False

    def classes_of(self, values: NDArray[np.int32], *, name: str) -> Mask:
        """Return [H, W] uint8 numbers of classes.

        Raises:
            DataError: a value stands for nothing.
        """
        present, where = np.unique(self.plain(values), return_inverse=True)
        strange = [value for value in present.tolist() if value not in self.places]
        if strange:
            raise DataError(
                f"The mask {name} has the value {value_words(strange[0])}, which no mask had when the data were opened."
            )
        table = np.array([self.places[value] for value in present.tolist()], np.uint8)
        return table[where.reshape(values.shape)]

    def plain(self, values: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return values in the terms of `places`."""
        if self.unions:
            return (values > 0).astype(np.int32)
        return as_colours(values) if self.coloured else values


def as_colours(values: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return numbers as the greys that they are among colours; colours as they are."""
    return np.where(values >= COLOUR, values, COLOUR + values * 0x010101)


def value_words(value: int) -> str:
    """Return a value as people write it: "255", or "#ff0000"."""
    return f"#{value - COLOUR:06x}" if value >= COLOUR else str(value)


@dataclass(frozen=True)
class MaskAddress:
    """Where the mask of one picture is.

    Attributes:
        files: one, or one for each object, whose union is the mask; with the SHA-256 of each.
        size: (height, width) of the picture, upright.
    """

    files: tuple[tuple[Path, bytes], ...]
    size: tuple[int, int]


class MaskFiles(AddressedTargets):
    """The classes of all pixels of N pictures.

    Args:
        addresses: one each.
        coding: of the values.
        grid: (H, W), in whose middle each mask lies.
    """

    def __init__(self, addresses: Sequence[MaskAddress], coding: MaskCoding, grid: tuple[int, int]) -> None:
        self._addresses = tuple(addresses)
        self._coding, self._grid = coding, grid
        self._kept = _Kept()

    def __len__(self) -> int:
        return len(self._addresses)

    @property
    def shape(self) -> tuple[int, int, int]:
        """(N, H, W)."""
        return len(self), *self._grid

    def __getitem__(self, indices: Any) -> Mask:
        """Return [n, H, W] uint8; of one index [H, W].

        Raises:
            DataError: a file is not any more what it was when the dataset was opened.
        """
        if isinstance(indices, int | np.integer):
            return self._on_grid(int(indices))
        places = np.arange(len(self))[indices].tolist()
        masks = np.full((len(places), *self._grid), NOT_LABELLED, np.uint8)
        for row, place in enumerate(places):
            laid_in(masks[row], self.mask(place))
        return masks

    def mask(self, index: int) -> Mask:
        """Return the mask of one picture in its own size, [h, w] uint8."""
        known = self._kept.recall(index)
        if known is not None:
            return known
        made = self._decoded(index)
        self._kept.keep(index, made)
        return made

    def subset(self, indices: NDArray[np.int64]) -> Self:
        """Return those of some pictures, in this order."""
        return type(self)([self._addresses[place] for place in np.asarray(indices).tolist()], self._coding, self._grid)

    def digest(self) -> bytes:
        """Return bytes that change with any file's content."""
        digest = hashlib.sha256(repr(self._grid).encode())
        for address in self._addresses:
            digest.update(repr(address.size).encode() + b"".join(content for _, content in address.files))
        return digest.digest()

    def _on_grid(self, index: int) -> Mask:
        whole = np.full(self._grid, NOT_LABELLED, np.uint8)
        laid_in(whole, self.mask(index))
        return whole

    def _decoded(self, index: int) -> Mask:
        address = self._addresses[index]
        whole: Mask | None = None
        for path, content in address.files:
            data = read_picture_file(path)
            if hashlib.sha256(data).digest() != content:
                raise DataError(
                    f"'{path}' changed while it was in use.",
                    expected="Masks that stay as they are from the start to the end.",
                    fix="Begin again; nothing of it was kept.",
                )
            one = self._coding.classes_of(decode_mask(data).values, name=str(path))
            whole = one if whole is None else np.maximum(whole, one)
        assert whole is not None
        return whole


class MasksInMemory(AddressedTargets):
    """Masks that lie in an array, [N, H, W] uint8, all of one size."""

    def __init__(self, masks: Mask) -> None:
        self._masks = masks

    def __len__(self) -> int:
        return len(self._masks)

    def __getitem__(self, indices: Any) -> Mask:
        """Return [n, H, W] uint8; of one index [H, W]."""
        return np.asarray(self._masks[indices])

    def subset(self, indices: NDArray[np.int64]) -> Self:
        """Return those of some pictures, in this order."""
        return type(self)(self._masks[indices])

    def digest(self) -> bytes:
        """Return bytes that change with any pixel."""
        shape = repr(self._masks.shape).encode()
        return hashlib.sha256(shape + np.ascontiguousarray(self._masks).tobytes()).digest()


def laid_in(whole: NDArray[Any], part: NDArray[Any]) -> None:
    """Write [..., h, w] into the middle of [..., H, W], where canvases show the picture that is as large."""
    height, width = part.shape[-2:]
    top, left = (whole.shape[-2] - height) // 2, (whole.shape[-1] - width) // 2
    whole[..., top : top + height, left : left + width] = part


def read_mask(path: Path) -> tuple[StoredMask, bytes]:
    """Return what stands in a file, and the SHA-256 of its bytes.

    Raises:
        DecodingError: it is no mask.
    """
    data = read_picture_file(path)
    return decode_mask(data), hashlib.sha256(data).digest()


@dataclass
class _Kept:
    """Masks that were decoded, packed; safe to use from several threads."""

    packed: dict[int, tuple[tuple[int, ...], bytes]] = field(default_factory=dict)
    room: int = _MOST_KEPT
    lock: threading.Lock = field(default_factory=threading.Lock)

    def recall(self, index: int) -> Mask | None:
        known = self.packed.get(index)
        if known is None:
            return None
        return np.frombuffer(zlib.decompress(known[1]), np.uint8).reshape(known[0])

    def keep(self, index: int, mask: Mask) -> None:
        packed = zlib.compress(np.ascontiguousarray(mask).tobytes(), 1)
        with self.lock:
            if index not in self.packed and len(packed) <= self.room:
                self.packed[index] = mask.shape, packed
                self.room -= len(packed)
