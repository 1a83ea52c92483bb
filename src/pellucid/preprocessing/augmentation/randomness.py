"""Random numbers that are a function of (seed, epoch, example, place): no state, so no order or batch matters.

A counter-based generator in the sense of Salmon et al. 2011 ("Parallel random numbers: as easy as 1, 2, 3"), made of
the finaliser of SplitMix64 (Steele, Lea and Flood 2014), applied once per part of the counter.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_MASK = (1 << 64) - 1


def uniforms(ids: NDArray[np.int64], *, seed: int, epoch: int, count: int) -> NDArray[np.float64]:
    """Return [count, N] numbers in [0, 1): row p holds each example's p-th random number of this epoch.

    Args:
        ids: [N], what the randomness hangs on.
        seed: any integer.
        epoch: any integer.
        count: numbers per example; a larger count leaves the first ones as they are.
    """
    with np.errstate(over="ignore"):  # arithmetic modulo 2**64 is meant
        counters = np.array([seed & _MASK, epoch & _MASK], np.uint64)
        key = _mix(_mix(counters[:1] + _GOLDEN) ^ counters[1:])
        examples = _mix(key + ids.astype(np.uint64) * _GOLDEN)
        places = np.arange(1, count + 1, dtype=np.uint64) * _GOLDEN
        bits = _mix(examples[None, :] + places[:, None])
    return (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _mix(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    values = (values ^ (values >> np.uint64(30))) * _FIRST
    values = (values ^ (values >> np.uint64(27))) * _SECOND
    return values ^ (values >> np.uint64(31))
