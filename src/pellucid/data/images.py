"""The pictures of a dataset: in memory, or as files that are decoded once."""

from __future__ import annotations

import hashlib
import os
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from pellucid.data.inputs import Indices, Inputs
from pellucid.data.memory import free_memory
from pellucid.decoding import Pixels, decode, read_picture_file
from pellucid.errors import DataError, DecodingError

MEMO_BYTES = 1 << 30
"""How many bytes of decoded pixels `FileImages` keeps unless told otherwise: 1 GiB, or an eighth of what is free."""


class ImageInputs(Inputs):
    """What every collection of pictures offers."""

    array: Pixels | None = None
    """[N, H, W] or [N, H, W, 3] where they lie in one array."""
    kinds: tuple[str, ...] | None = None
    """File format and mode of each picture, e.g. "JPEG RGB", where they come from files and it is known."""
    sizes: tuple[tuple[int, int], ...] | None = None
    """Height and width of each picture's file in pixels, upright, where known."""
    keeps_forms: bool = False
    """Whether `keep_form` keeps anything."""

    def pixels(self, index: int) -> Pixels:
        """Return picture `index`, (H, W) when it is grey, else (H, W, 3); uint8, uint16 or float32, read-only.

        Raises:
            DataError: its file is not any more what it was when the dataset was opened.
        """
        raise NotImplementedError

    def own_range_pixels(self, index: int) -> Pixels:
        """Return picture `index` as runs take it that have no window for floats: brought to 16 bits by its own range.

        Of pictures in memory, as they are.

        Raises:
            DataError: as `pixels`.
        """
        return self.pixels(index)

    def form(self, index: int, name: str) -> Pixels | None:
        """Return a form of picture `index` that was kept under this name, if it was."""
        return None

    def keep_form(self, index: int, name: str, pixels: Pixels) -> None:
        """Remember a smaller form of a picture in the place of its pixels, while there is room.

        Args:
            index: of the picture.
            name: of the form, with everything that its pixels depend on.
            pixels: the form itself; must not be written to any more.
        """
        return

    def formats(self) -> dict[str, int]:
        """Return how many pictures have which file format and mode, most first; {} where it is not known."""
        return dict(Counter(self.kinds).most_common()) if self.kinds is not None else {}

    def index_of_file(self, path: str) -> int | None:
        """Return which picture a file is; None where it is none of them."""
        return None


class Section(NamedTuple):
    """A stretch of pictures that their source keeps apart, in a file or an array of its own.

    Attributes:
        word: what the source calls it, e.g. "t10k-images".
        length: how many pictures.
        former: what earlier versions called it. It was a split's name, though part of a source's "train" may be for
            validation: nobody should read that it was trained on.
    """

    word: str
    length: int
    former: str


class ArrayImages(ImageInputs):
    """Pictures of one size in memory.

    Args:
        array: [N, H, W] or [N, H, W, 3]; uint8, uint16, or float32 of values in whatever unit.
        names: one each, or None for names by their number: the first is number 0.
        sections: stretches that the source keeps apart; from the second one on the place in it is part of the name, as
            in "picture 60012 (t10k-images 12)". None for a single one.
    """

    def __init__(
        self, array: Pixels, *, names: Sequence[str] | None = None, sections: Sequence[Section] | None = None
    ) -> None:
        self.array: Pixels = array
        self._names = names
        self._sections = tuple(sections or (Section("example", len(array), "example"),))
        self._word = "picture" if sections else "example"

    def __len__(self) -> int:
        return len(self.array)

    def pixels(self, index: int) -> Pixels:
        """Return picture `index`, a view."""
        pixels: Pixels = self.array[index]
        return pixels

    def name(self, index: int) -> str:
        """Return the name of picture `index`."""
        if self._names is not None:
            return self._names[index]
        section, place = self._place(index)
        name = f"{self._word} {index}"
        return name if place == index else f"{name} ({section.word} {place})"

    def former_name(self, index: int) -> str:
        """Return what earlier versions called picture `index`, e.g. "train 7": evaluations that are kept call it so."""
        if self._names is not None:
            return self._names[index]
        section, place = self._place(index)
        return f"{section.former} {place}"

    def _place(self, index: int) -> tuple[Section, int]:
        place = index
        for section in self._sections:
            if place < section.length:
                return section, place
            place -= section.length
        raise IndexError(index)

    def formats(self) -> dict[str, int]:
        """Return those of the files they came from, or the type of the array."""
        return super().formats() or {f"in an array, {self.array.dtype.name}": len(self)}

    def subset(self, indices: Indices) -> Self:
        """Return some of the pictures, in this order, under the same names."""
        chosen = type(self)(self.array[list(indices)], names=[self.name(index) for index in indices])
        chosen.kinds = None if self.kinds is None else tuple(self.kinds[index] for index in indices)
        return chosen


class FileImages(ImageInputs):
    """Pictures in files, decoded when first asked for; as many as fit into `memo_bytes` stay in memory.

    A picture whose red, green and blue are equal everywhere comes as (H, W), however it was saved. A smaller form of a
    picture, such as a resized one, may be kept in the place of its pixels. Safe to read from several threads at once.

    Args:
        paths: one file each.
        names: what the user calls them, usually paths relative to the dataset's folder.
        memo_bytes: how many bytes of decoded pixels to keep; None for `MEMO_BYTES`.
    """

    keeps_forms = True

    def __init__(self, paths: Sequence[Path], names: Sequence[str], *, memo_bytes: int | None = None) -> None:
        self.paths = tuple(paths)
        self._names = tuple(names)
        self._memo: dict[int, Pixels] = {}
        self._forms: dict[tuple[int, str], Pixels] = {}
        self._room = min(MEMO_BYTES, free_memory() // 8) if memo_bytes is None else memo_bytes
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self.paths)

    def pixels(self, index: int) -> Pixels:
        """Return picture `index`, from memory or decoded now.

        Raises:
            DataError: the file is not any more what it was when the dataset was opened.
        """
        known = self._memo.get(index)
        if known is not None:
            return known
        pixels = collapse_grey(decode(self._source(index)))
        self.keep(index, pixels)
        return pixels

    def own_range_pixels(self, index: int) -> Pixels:
        """Return picture `index` decoded by the rule of older runs.

        Raises:
            DataError: as `pixels`.
        """
        return collapse_grey(decode(self._source(index), own_range=True))

    def name(self, index: int) -> str:
        """Return the name of picture `index`."""
        return self._names[index]

    def _source(self, index: int) -> Path | bytes:
        """Return the bytes of a file whose digest is known, and otherwise its path."""
        path = self.paths[index]
        if self.digests is None:
            return path
        try:
            data = read_picture_file(path)
        except DecodingError:
            return path  # decoding says what is wrong with it
        if hashlib.sha256(data).digest() != self.digests[index]:
            raise DataError(
                f"'{path}' changed while it was in use.",
                expected="Pictures that stay as they are from the start to the end.",
                fix="Begin again; nothing of it was kept.",
            )
        return data

    def keep(self, index: int, pixels: Pixels) -> None:
        """Remember decoded pixels, while there is room."""
        with self._lock:
            if index not in self._memo and pixels.nbytes <= self._room:
                pixels.setflags(write=False)
                self._memo[index] = pixels
                self._room -= pixels.nbytes

    def form(self, index: int, name: str) -> Pixels | None:
        """Return a form of picture `index` that was kept under this name, if it was."""
        return self._forms.get((index, name))

    def keep_form(self, index: int, name: str, pixels: Pixels) -> None:
        """Remember a form, and forget the pixels it takes the place of."""
        with self._lock:
            whole = self._memo.get(index)
            room = self._room + (0 if whole is None else whole.nbytes)
            if (index, name) in self._forms or pixels.nbytes > (room if whole is None else min(room, whole.nbytes)):
                return
            self._memo.pop(index, None)
            self._forms[index, name] = pixels
            self._room = room - pixels.nbytes

    def index_of_file(self, path: str) -> int | None:
        """Return which picture a file is, by its real path."""
        if not os.path.isfile(path):
            return None
        real = os.path.realpath(path)
        return next((index for index, known in enumerate(self.paths) if os.path.realpath(known) == real), None)

    def subset(self, indices: Indices) -> Self:
        """Return some of the pictures, in this order, and hand over what is remembered of them."""
        chosen = type(self)([self.paths[index] for index in indices], [self._names[index] for index in indices])
        with self._lock:
            kept = {place: self._memo[index] for place, index in enumerate(indices) if index in self._memo}
            chosen._memo = kept
            chosen._room = self._room + sum(pixels.nbytes for pixels in self._memo.values())
            if self.digests is not None:
                chosen.digests = tuple(self.digests[index] for index in indices)
        chosen.kinds = None if self.kinds is None else tuple(self.kinds[index] for index in indices)
        chosen.sizes = None if self.sizes is None else tuple(self.sizes[index] for index in indices)
        chosen._room -= sum(pixels.nbytes for pixels in kept.values())
        return chosen

    def release(self) -> None:
        """Forget all decoded pixels, for when whoever reads them keeps a smaller copy; later reads decode again."""
        with self._lock:
            self._room += sum(pixels.nbytes for kept in (self._memo, self._forms) for pixels in kept.values())
            self._memo.clear()
            self._forms.clear()


def is_grey(pixels: Pixels) -> bool:
    """Tell whether a picture, (H, W) or (H, W, 3), has no colour: red, green and blue equal everywhere."""
    if pixels.ndim == 2:
        return True
    # A colour picture nearly always shows it in one row, which saves comparing the rest.
    middle = pixels[len(pixels) // 2]
    return _channels_agree(middle) and _channels_agree(pixels)


def collapse_grey(pixels: Pixels) -> Pixels:
    """Return a colourless picture as (H, W), and any other as it is."""
    return np.ascontiguousarray(pixels[..., 0]) if pixels.ndim == 3 and is_grey(pixels) else pixels


def collapse_grey_array(array: Pixels) -> Pixels:
    """Return colourless pictures [N, H, W, 3] as [N, H, W], and any others as they are."""
    if array.ndim == 4 and _channels_agree(array):
        return np.ascontiguousarray(array[..., 0])
    return array


def _channels_agree(pixels: Pixels) -> bool:
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    return bool(np.array_equal(red, green) and np.array_equal(green, blue))
