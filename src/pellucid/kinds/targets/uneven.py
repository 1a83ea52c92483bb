"""Classes of very different sizes."""

from __future__ import annotations

from collections.abc import Iterable

UNEVEN = 3.0
"""Largest class over smallest beyond which classes are called uneven, and something is said of it."""


def is_uneven(counts: Iterable[int]) -> bool:
    """Return whether the largest class has more than `UNEVEN` times the examples of the smallest that has any."""
    present = [count for count in counts if count]
    return bool(present) and max(present) > UNEVEN * min(present)
