"""Pictures worked on by several threads, in order, few of them in memory at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from pellucid.doing import doing

Result = TypeVar("Result")
# Most pictures handed to a thread at a time; fewer towards the end, so that the threads end together.
_CHUNK = 8
_MANY = 200
"""Pictures from which on it is said what is being done."""


def each_picture(
    function: Callable[[int], Result],
    indices: NDArray[np.int64],
    *,
    workers: int | None = None,
) -> Iterator[Result]:
    """Yield `function(index)` for each picture, in order, worked out by a few threads (Pillow lets go of the lock)."""
    found = _each_picture(function, indices, workers=workers)
    if len(indices) < _MANY:
        yield from found
        return
    with doing("preparing the pictures", len(indices)) as moved:
        for place, result in enumerate(found):
            yield result
            moved(place + 1)


def _each_picture(
    function: Callable[[int], Result], indices: NDArray[np.int64], *, workers: int | None
) -> Iterator[Result]:
    def work(chunk: list[int]) -> list[Result]:
        return [function(index) for index in chunk]

    count = min(os.cpu_count() or 1, 8) if workers is None else workers
    if count <= 1 or len(indices) <= _CHUNK:
        yield from (function(index) for index in indices.tolist())
        return
    with ThreadPoolExecutor(count, thread_name_prefix="pellucid-pictures") as pool:
        chunks = _chunks(indices.tolist(), count)
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


def _chunks(items: list[int], workers: int) -> Iterator[list[int]]:
    first = 0
    while first < len(items):
        size = min(_CHUNK, max(1, (len(items) - first) // (2 * workers)))
        yield items[first : first + size]
        first += size
