"""Series from what Python holds: arrays and lists of arrays, in whatever order of axes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.errors import DataError

_EXPECTED = "[N, C, T] or [N, T] numbers, or a list of series, [C, T] or [T] each."


def as_series(given: Any) -> list[NDArray[np.float32]]:
    """Return N series, [T, C] float32 each, NaN where a value is missing.

    Args:
        given: [N, C, T], [N, T] of one channel, or a list of [C, T] or [T], whose lengths may differ.

    Raises:
        DataError: it is no such thing, or holds other than numbers; the message says what is expected.
    """
    if isinstance(given, np.ndarray | Sequence) and not isinstance(given, str | bytes) and not len(given):
        raise DataError("There are no series.", expected=_EXPECTED)
    if isinstance(given, np.ndarray) and given.ndim not in (2, 3) and given.dtype != object:
        raise DataError(f"The series have the shape {given.shape}.", expected=_EXPECTED)
    if not isinstance(given, np.ndarray | Sequence) or isinstance(given, str | bytes):
        if not hasattr(given, "__array__"):
            raise DataError(f"The series are a {type(given).__name__}.", expected=_EXPECTED)
        return as_series(np.asarray(given))
    series = [one_series(one, what=f"Series {place + 1}") for place, one in enumerate(given)]
    widths = sorted({one.shape[1] for one in series})
    if len(widths) > 1:
        raise DataError(
            f"The series have {' and '.join(map(str, widths[:4]))} channels.",
            expected="As many channels in each; the steps lie along the last axis, [C, T].",
        )
    return series


def one_series(given: Any, *, what: str) -> NDArray[np.float32]:
    """Return one series, [T, C] float32.

    Args:
        given: [C, T], or [T] of one channel.
        what: how it is called in a message, e.g. "Series 3".

    Raises:
        DataError: it is no such thing, is empty, or holds no number at all.
    """
    try:
        values = np.asarray(given, np.float64)
    except (TypeError, ValueError):
        raise DataError(f"{what} holds something that is no number.", expected=_EXPECTED) from None
    if values.ndim not in (1, 2):
        raise DataError(f"{what} has the shape {values.shape}.", expected="[C, T], or [T] of one channel.")
    values = np.atleast_2d(values).T
    check_series(values, what=what)
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(values.astype(np.float32))


def check_series(values: NDArray[np.float64], *, what: str) -> None:
    """Look whether one series can be computed with.

    Args:
        values: [T, C], NaN where a value is missing.
        what: how it is called in a message.

    Raises:
        DataError: it is empty, all its values are missing, or one is too large.
    """
    if values.size == 0:
        raise DataError(f"{what} is empty.", expected="One step or more.")
    if np.isnan(values).all():
        raise DataError(f"{what} holds no value: all are missing.", fix="Leave it out.")
    beyond = ~np.isnan(values) & ~(np.abs(values) <= LARGEST)
    if beyond.any():
        step = int(np.flatnonzero(beyond.any(axis=1))[0])
        raise DataError(
            f"{what} holds {values[beyond][0]:g} in step {step + 1}, which is too large to compute with.",
            expected=f"Numbers of at most {LARGEST:g}.",
            fix="Correct it, give the numbers in another unit, or take their logarithm.",
        )


LARGEST = 1e18
"""Of a value: 32-bit numbers end at 3.4e38, and their squares are added up."""
