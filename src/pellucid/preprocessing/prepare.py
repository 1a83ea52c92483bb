"""Many examples at once: canvases for pictures, encoded rows for tables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from pellucid.data import ArrayImages, Dataset, ImageInputs, TableInputs
from pellucid.errors import DataError
from pellucid.preprocessing.image import ImagePreprocessing
from pellucid.preprocessing.table import TablePreprocessing

Result = TypeVar("Result")
# Pictures in memory are framed this many at a time: few calls, and intermediate arrays that stay in the cache.
_STACK = 1024
# Pictures handed to a thread at a time.
_CHUNK = 8


def prepare_inputs(
    dataset: Dataset,
    preprocessing: ImagePreprocessing | TablePreprocessing,
    indices: Sequence[int] | NDArray[np.int64],
    *,
    margin: int = 0,
    workers: int | None = None,
) -> NDArray[np.uint8] | NDArray[np.float32]:
    """Bring examples to the form that is kept in memory; the result does not depend on `workers`.

    Args:
        dataset: where the examples come from.
        preprocessing: fitted on its training split, or on another data set's.
        indices: N places in the dataset.
        margin: pixels of surroundings around each canvas, for augmentation; pictures only.
        workers: threads that decode and resize; None for the number of cores, at most 8; 0 or 1 for none.

    Returns:
        uint8 [N, H + 2 margin, W + 2 margin, C] for pictures, float32 [N, D] for tables.

    Raises:
        DataError: the preprocessing is for the other kind of input, or a column is missing.
        DecodingError: a picture cannot be decoded.
    """
    places = np.asarray(indices, np.int64)
    inputs = dataset.inputs
    if isinstance(preprocessing, TablePreprocessing):
        if not isinstance(inputs, TableInputs):
            raise _other_kind(dataset, expected="a table")
        return preprocessing.encode(inputs.rows(places))
    if isinstance(inputs, TableInputs):
        raise _other_kind(dataset, expected="pictures")
    return _prepare_pictures(inputs, preprocessing, places, margin=margin, workers=workers)


def each_picture(
    inputs: ImageInputs,
    function: Callable[[NDArray[Any]], Result],
    indices: NDArray[np.int64],
    *,
    workers: int | None = None,
) -> Iterator[Result]:
    """Yield `function(pixels)` for each picture, in order, worked out by a few threads (Pillow lets go of the lock)."""

    def work(chunk: list[int]) -> list[Result]:
        return [function(inputs.pixels(index)) for index in chunk]

    count = min(os.cpu_count() or 1, 8) if workers is None else workers
    if count <= 1 or len(indices) <= _CHUNK:
        yield from (function(inputs.pixels(index)) for index in indices.tolist())
        return
    with ThreadPoolExecutor(count, thread_name_prefix="pellucid-pictures") as pool:
        chunks = _chunks(indices.tolist(), _CHUNK)
        # A few chunks ahead only: a consumer that is slower than the threads must not fill the memory.
        waiting = [pool.submit(work, chunk) for chunk in islice(chunks, 2 * count)]
        try:
            while waiting:
                results = waiting.pop(0).result()
                waiting.extend(pool.submit(work, chunk) for chunk in islice(chunks, 1))
                yield from results
        finally:
            for future in waiting:
                future.cancel()


def _prepare_pictures(
    inputs: ImageInputs,
    preprocessing: ImagePreprocessing,
    places: NDArray[np.int64],
    *,
    margin: int,
    workers: int | None,
) -> NDArray[np.uint8]:
    shape = (preprocessing.height + 2 * margin, preprocessing.width + 2 * margin, preprocessing.channels)
    canvases = np.empty((len(places), *shape), np.uint8)
    if isinstance(inputs, ArrayImages) and inputs.array.shape[1:3] == (preprocessing.height, preprocessing.width):
        for first in range(0, len(places), _STACK):
            part = slice(first, first + _STACK)
            canvases[part] = preprocessing.canvases(inputs.array[places[part]], margin=margin)
        return canvases
    made = each_picture(inputs, lambda pixels: preprocessing.canvas(pixels, margin=margin), places, workers=workers)
    for place, canvas in enumerate(made):
        canvases[place] = canvas
    return canvases


def _chunks(items: list[int], size: int) -> Iterator[list[int]]:
    remaining: Iterable[int] = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk


def _other_kind(dataset: Dataset, *, expected: str) -> DataError:
    found = "pictures" if expected == "a table" else "a table"
    return DataError(
        f"'{dataset.name}' holds {found}.",
        expected=f"The model was trained on {expected}.",
        fix="Give it data of the kind it was trained on.",
    )
