"""Examples that must stay on one side of a split: equal pictures, and members of one group."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pellucid.decoding import Pixels


def digest_pixels(pixels: Pixels) -> bytes:
    """Return 16 bytes that are equal only for pictures of equal shape, type and pixels."""
    # SHA-256 and not BLAKE2: most processors have instructions for it, and it is twice as quick there.
    digest = hashlib.sha256(f"{pixels.shape}{pixels.dtype.name}".encode())
    digest.update(np.ascontiguousarray(pixels).data)
    return digest.digest()[:16]


def digest_rows(array: Pixels) -> list[bytes]:
    """Return 16 bytes per example of an array [N, ...], equal only for equal examples."""
    flat = np.ascontiguousarray(array).reshape(len(array), -1).view(np.uint8)
    data = flat.data.cast("B")
    width = flat.shape[1]
    return [hashlib.blake2b(data[i : i + width], digest_size=16).digest() for i in range(0, width * len(flat), width)]


def equal_sets(digests: Sequence[bytes]) -> list[list[int]]:
    """Return the sets of two or more examples with equal digests, each sorted, in order of their first example."""
    if len(set(digests)) == len(digests):
        return []
    members_of: defaultdict[bytes, list[int]] = defaultdict(list)
    for index, digest in enumerate(digests):
        members_of[digest].append(index)
    return [members for members in members_of.values() if len(members) > 1]


def join_units(count: int, sets: Sequence[Sequence[int]], groups: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """Return the unit of each example: examples are in one unit when a chain of sets and groups links them.

    Args:
        count: the number of examples.
        sets: examples that belong together, e.g. `equal_sets`.
        groups: [count] group of each example, or None.

    Returns:
        [count] int64, the smallest index in the example's unit.
    """
    parent = list(range(count))

    def root(index: int) -> int:
        while parent[index] != index:
            parent[index] = parent[parent[index]]
            index = parent[index]
        return index

    def join(first: int, second: int) -> None:
        low, high = sorted((root(first), root(second)))
        parent[high] = low

    if groups is not None:
        first_of: dict[int, int] = {}
        for index, group in enumerate(groups.tolist()):
            join(first_of.setdefault(group, index), index)
    for members in sets:
        for other in members[1:]:
            join(members[0], other)
    if groups is None and not sets:
        return np.arange(count, dtype=np.int64)
    return np.array([root(index) for index in range(count)], dtype=np.int64)
