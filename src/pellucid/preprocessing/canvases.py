"""Many pictures as canvases: in memory where they fit, else mapped from the cache; the same bits either way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pellucid.data import ImageInputs, free_memory
from pellucid.decoding import decoder_version, source_digest
from pellucid.preprocessing.image import ImagePreprocessing
from pellucid.preprocessing.prepared import Place, Prepared, PreparedInMemory
from pellucid.preprocessing.sized import sized_picture
from pellucid.preprocessing.threads import each_picture
from pellucid.store import Cache, Found, content_key, find_cache

Bytes = NDArray[np.uint8]
Indices = NDArray[np.int64]
MEMORY_SHARE = 0.5
"""Canvases are kept in memory while they take at most this share of what is free; the model needs the rest."""
_MARGIN = re.compile(r"\d{1,4}", re.ASCII)
# Pictures in memory are framed this many at a time: few calls, and intermediate arrays that stay in the cache.
_STACK = 1024


@dataclass(frozen=True)
class StoredCanvases:
    """Canvases mapped from the cache; those that found no room there are made anew at each use.

    Attributes:
        found: where each lies.
        make: makes the canvases of some pictures, one by one.
        shape: (H, W, C) of one.
        where: in words.
        drop: is told of a pack in which so many were found damaged.
    """

    found: Found
    make: Callable[[Indices], Iterator[Bytes]]
    shape: tuple[int, int, int]
    where: str
    drop: Callable[[Path, int], object] = lambda _path, _count: None

    @property
    def in_memory(self) -> bool:
        """Never: the system reads them from the disk."""
        return False

    def __len__(self) -> int:
        return len(self.found.pack)

    def take(self, indices: Indices) -> Bytes:
        """Gather from the disk. The system reads what is not in its own memory, and forgets it when memory is short."""
        result = np.empty((len(indices), *self.shape), np.uint8)
        self._forget_damaged(indices)
        packs, rows = self.found.pack[indices], self.found.row[indices]
        for number in np.unique(packs).tolist():
            chosen = np.flatnonzero(packs == number)
            if number < 0:
                for index, canvas in zip(chosen.tolist(), self.make(indices[chosen]), strict=True):
                    result[index] = canvas
                continue
            kept = self.found.packs[number].rows
            if len(chosen) == len(indices) and kept.shape[1:] == self.shape:
                np.take(kept, rows, axis=0, out=result, mode="clip")  # lets other threads run meanwhile
            else:
                result[chosen] = _without_margin(np.take(kept, rows[chosen], axis=0, mode="clip"), self.shape)
        return result

    def _forget_damaged(self, indices: Indices) -> None:
        """Look at canvases before they are used for the first time; damaged ones are made anew from then on."""
        for number, pack in enumerate(self.found.packs):
            chosen = indices[self.found.pack[indices] == number]
            damaged = chosen[~pack.are_whole(self.found.row[chosen])]
            if len(damaged):
                self.found.pack[damaged] = -1
                self.drop(pack.path, len(damaged))

    def __getitem__(self, part: slice) -> Bytes:
        return self.take(np.arange(len(self))[part])


def open_canvases(
    inputs: ImageInputs,
    preprocessing: ImagePreprocessing,
    indices: Indices,
    *,
    margin: int = 0,
    workers: int | None = None,
    keep: Place | None = None,
) -> Prepared:
    """Prepare pictures, each once: what an earlier call kept in the cache is not decoded again.

    Args:
        inputs: the pictures.
        preprocessing: fitted.
        indices: [N] which of them.
        margin: pixels of surroundings around each canvas.
        workers: threads that decode and resize; the result does not depend on it.
        keep: in memory, or mapped from the disk; None for memory while there is enough of it.

    Returns:
        uint8 [N, H + 2 margin, W + 2 margin, C].

    Raises:
        DecodingError: a picture cannot be decoded.
        DataError: a file changed since the dataset was opened.
    """
    shape = _shape(preprocessing, margin)
    needed = len(indices) * int(np.prod(shape))
    in_memory = keep == "memory" or (keep is None and needed <= MEMORY_SHARE * free_memory())

    def make(some: Indices) -> Iterator[Bytes]:
        return each_picture(
            lambda index: preprocessing.framed(sized_picture(inputs, preprocessing, index), margin=margin),
            indices[some],
            workers=workers,
        )

    digests = inputs.digests
    if digests is None:
        if not in_memory:
            nowhere = _nothing_found(len(indices))
            return StoredCanvases(nowhere, make, shape, "made anew for each batch: there is too little memory")
        return PreparedInMemory(_make_all(inputs, preprocessing, indices, shape, margin, make))
    cache = find_cache()
    shelf = _Shelf(cache, preprocessing, margin)
    keys = [digests[index] for index in indices.tolist()]
    found = shelf.find(keys, look=in_memory)  # what stays on the disk is looked at when it is used
    if in_memory:
        array = np.empty((len(indices), *shape), np.uint8)
        missing, known = np.flatnonzero(found.pack < 0), np.flatnonzero(found.pack >= 0)
        for index, canvas in zip(missing.tolist(), make(missing), strict=True):
            array[index] = canvas
        shelf.keep(keys, missing, lambda some: (array[index] for index in some.tolist()))
        stored = StoredCanvases(found, make, shape, "")
        for first in range(0, len(known), _STACK):
            part = known[first : first + _STACK]
            array[part] = stored.take(part)
        return PreparedInMemory(array, f"in memory, {_origin(len(known), len(indices), cache)}")
    already = int((found.pack >= 0).sum())
    shelf.keep(keys, np.flatnonzero(found.pack < 0), make)
    found = shelf.find(keys, look=False)
    where = f"mapped from the disk, {_origin(already, len(indices), cache)}"
    homeless = int((found.pack < 0).sum())
    if homeless:
        where = f"{len(indices) - homeless:,} mapped from the disk, {homeless:,} made anew for each batch"
        where += f" ({cache.problem or 'the cache is full: PELLUCID_CACHE_LIMIT gives it more'})"
    return StoredCanvases(found, make, shape, where, cache.drop_damaged)


class _Shelf:
    """The place in the cache for canvases that are made alike."""

    def __init__(self, cache: Cache, preprocessing: ImagePreprocessing, margin: int) -> None:
        self._cache = cache
        self._preprocessing = preprocessing
        self._margin = margin
        self._name = f"canvases-{canvases_made_by(preprocessing)}-"

    def find(self, keys: Sequence[bytes], *, look: bool) -> Found:
        """Look canvases up; one with more surroundings than asked for will do, for its middle is the same."""
        found = self._cache.find(self._name + str(self._margin), keys, shape=self._shape(self._margin), look=look)
        endings = [path.name.removeprefix(self._name) for path in self._cache.folder.glob(f"{self._name}*")]
        for margin in sorted(int(ending) for ending in endings if _MARGIN.fullmatch(ending)):
            missing = np.flatnonzero(found.pack < 0)
            if margin > self._margin and len(missing):
                wanted = [keys[index] for index in missing.tolist()]
                more = self._cache.find(f"{self._name}{margin}", wanted, shape=self._shape(margin), look=look)
                pack, row = found.pack.copy(), found.row.copy()
                pack[missing] = np.where(more.pack >= 0, more.pack + len(found.packs), -1)
                row[missing] = more.row
                found = Found((*found.packs, *more.packs), pack, row)
        return found

    def keep(self, keys: Sequence[bytes], indices: Indices, make: Callable[[Indices], Iterator[Bytes]]) -> None:
        """Keep the canvases of some pictures, made one by one, each content once."""
        first = {keys[index]: index for index in reversed(indices.tolist())}
        if not first:
            return
        name, shape = self._name + str(self._margin), self._shape(self._margin)
        # What is made only to be kept must not be made when there is no place for it.
        self._cache.keep(name, list(first), make(np.array(list(first.values()))), shape=shape)
        wished = self._preprocessing
        size = f"{wished.height} x {wished.width}, {'grey' if wished.channels == 1 else 'rgb'}, {wished.resize}"
        self._cache.describe(name, f"pictures of {size}" + (f", margin {self._margin}" if self._margin else ""))

    def _shape(self, margin: int) -> tuple[int, int, int]:
        return _shape(self._preprocessing, margin)


def canvases_made_by(preprocessing: ImagePreprocessing) -> str:
    """Return a short text that is equal only for preprocessing that makes the same canvases of the same bytes."""
    fields = preprocessing.to_dict()
    for after in ("mean", "std", "extremes"):  # canvases come before normalisation
        del fields[after]
    if preprocessing.surround == "reflection" and preprocessing.resize != "pad":
        del fields["background"]  # it shows nowhere, and follows the data: one file more must not change all entries
    here = Path(__file__).parent
    code = source_digest(here / "image.py", here / "framing.py", here / "sized.py")
    return content_key(decoder_version(), code, np.__version__, repr(sorted(fields.items()))).hex()[:20]


def _make_all(
    inputs: ImageInputs,
    preprocessing: ImagePreprocessing,
    indices: Indices,
    shape: tuple[int, int, int],
    margin: int,
    make: Callable[[Indices], Iterator[Bytes]],
) -> Bytes:
    canvases = np.empty((len(indices), *shape), np.uint8)
    if inputs.array is not None and inputs.array.shape[1:3] == (preprocessing.height, preprocessing.width):
        for first in range(0, len(indices), _STACK):
            part = slice(first, first + _STACK)
            canvases[part] = preprocessing.canvases(inputs.array[indices[part]], margin=margin)
        return canvases
    for index, canvas in enumerate(make(np.arange(len(indices)))):
        canvases[index] = canvas
    return canvases


def _shape(preprocessing: ImagePreprocessing, margin: int) -> tuple[int, int, int]:
    return preprocessing.height + 2 * margin, preprocessing.width + 2 * margin, preprocessing.channels


def _without_margin(canvases: Bytes, shape: tuple[int, int, int]) -> Bytes:
    margin = (canvases.shape[1] - shape[0]) // 2
    return canvases[:, margin : margin + shape[0], margin : margin + shape[1]]


def _nothing_found(count: int) -> Found:
    return Found((), np.full(count, -1, np.int64), np.zeros(count, np.int64))


def _origin(known: int, count: int, cache: Cache) -> str:
    if known == count:
        return "all from the cache: nothing is decoded"
    if cache.problem:
        return f"not kept for the next training: {cache.problem}"
    return "kept in the cache for the next training" + (f", {known:,} came from it" if known else "")
