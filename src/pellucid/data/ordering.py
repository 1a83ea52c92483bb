"""Orders that depend on names and seed alone: never on the file system, the platform or the version of a library."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray


def sort_classes(names: Iterable[str]) -> tuple[str, ...]:
    """Return distinct class names sorted; by number when all are whole numbers, so that "10" follows "9"."""
    distinct = set(names)
    if all(re.fullmatch(r"-?\d{1,18}", name) for name in distinct):
        return tuple(sorted(distinct, key=lambda name: (int(name), name)))
    return tuple(sorted(distinct))


def shuffle_keys(names: Sequence[str] | int, *, seed: int) -> NDArray[np.uint64]:
    """Return one pseudo-random uint64 per example, from its name (or its place) and the seed.

    Sorting by the keys shuffles. An example's key does not change when others are added or taken away.

    Args:
        names: the N examples' names, or N when they have no names of their own.
        seed: 0 or more; another seed, another order.

    Returns:
        uint64 [N].
    """
    if isinstance(names, int):
        base = np.arange(names, dtype=np.uint64)
    else:
        digests = b"".join(hashlib.blake2b(name.encode(), digest_size=8).digest() for name in names)
        base = np.frombuffer(digests, dtype="<u8").astype(np.uint64)
    mask = (1 << 64) - 1
    return _mix(base + np.uint64((seed * 0x9E3779B97F4A7C15 + 0x632BE59BD9B4E019) & mask))


def shuffled(members: NDArray[np.int64], total: int, *, seed: int) -> NDArray[np.int64]:
    """Return some of a dataset's examples in the order of their keys: always the same, whoever else is among them.

    Args:
        members: [n] indices in the dataset.
        total: examples of the whole dataset.
        seed: 0 or more.

    Returns:
        int64 [n].
    """
    return members[np.argsort(shuffle_keys(total, seed=seed)[members], kind="stable")]


def _mix(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Apply the finaliser of splitmix64 (Steele, Lea, Flood, OOPSLA 2014) twice: once leaves nearby seeds related."""
    for _ in range(2):
        keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        keys = (keys ^ (keys >> np.uint64(31))) + np.uint64(0x9E3779B97F4A7C15)
    return keys
