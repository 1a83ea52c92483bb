"""Arrays that come in are checked here, once, with messages that say how to mend them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from pellucid.errors import DataError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def check_same_length(**arrays: Any) -> int:
    """Return the common length, at least 1.

    Raises:
        DataError: when lengths disagree or are 0; names every length.
    """
    lengths = {name: len(array) for name, array in arrays.items() if array is not None}
    if len(set(lengths.values())) > 1:
        listed = ", ".join(f"{name} has {length}" for name, length in lengths.items())
        raise DataError(f"Lengths disagree: {listed}.", expected="One entry per example in each.")
    length = next(iter(lengths.values()))
    if length == 0:
        raise DataError("There is nothing to evaluate: 0 examples.", expected="At least one example.")
    return length


def check_probabilities(probabilities: ArrayLike, *, num_classes: int) -> NDArray[np.floating[Any]]:
    """Return probabilities as a float [N, K] array, float32 kept as float32.

    Raises:
        DataError: wrong shape, not finite, outside [0, 1], or rows that do not sum to 1 within 0.001.
    """
    array = np.asarray(probabilities)
    if not np.issubdtype(array.dtype, np.floating):
        array = array.astype(np.float64)
    if array.ndim != 2 or array.shape[1] != num_classes:
        raise DataError(
            f"Probabilities have shape {list(array.shape)}.",
            expected=f"[N, {num_classes}]: one column per class, also when there are two.",
        )
    bad = ~np.isfinite(array).all(axis=1)
    if bad.any():
        raise DataError(
            f"Probabilities of {bad.sum()} examples are not finite; the first is example {int(bad.argmax())}."
        )
    outside = ((array < -1e-6) | (array > 1 + 1e-6)).any(axis=1)
    if outside.any():
        row = int(outside.argmax())
        raise DataError(
            f"Probabilities of {outside.sum()} examples lie outside [0, 1]; example {row} has {_shown(array[row])}.",
            fix="Give probabilities (after softmax or sigmoid), not logits.",
        )
    # Wide enough for half precision, and far below what logits or percentages would sum to.
    off = np.abs(array.sum(axis=1, dtype=np.float64) - 1) > 1e-3
    if off.any():
        row = int(off.argmax())
        raise DataError(
            f"Probabilities of {off.sum()} examples do not sum to 1; example {row} sums to {array[row].sum():.4f}.",
            fix="Give the softmax over all classes.",
        )
    # Rounding may leave 1.0000001, whose logarithm would be above 0.
    return np.asarray(np.clip(array, 0, 1))


def check_targets(targets: ArrayLike, *, num_classes: int) -> IntArray:
    """Return class indices as int64 [N].

    Raises:
        DataError: not whole numbers, not one-dimensional, or outside [0, K).
    """
    array = np.asarray(targets)
    if array.ndim != 1 or not (np.issubdtype(array.dtype, np.integer) or array.dtype == np.bool_):
        raise DataError(
            f"Targets have shape {list(array.shape)} and type {array.dtype}.",
            expected="One whole number per example: the index of its class.",
        )
    outside = (array < 0) | (array >= num_classes)
    if outside.any():
        row = int(outside.argmax())
        raise DataError(
            f"Target {int(array[row])} of example {row} is no class.",
            expected=f"0 to {num_classes - 1}, as there are {num_classes}.",
        )
    return array.astype(np.int64)


def check_values(values: ArrayLike, *, what: str) -> FloatArray:
    """Return numbers as float64 [N]; a [N, 1] column is taken as [N].

    Raises:
        DataError: another shape, or not finite.
    """
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 2 and array.shape[1] == 1:
        array = array[:, 0]
    if array.ndim != 1:
        raise DataError(f"{what} have shape {list(array.shape)}.", expected="[N]: one number per example.")
    bad = ~np.isfinite(array)
    if bad.any():
        raise DataError(f"{what} of {bad.sum()} examples are not finite; the first is example {int(bad.argmax())}.")
    return array


def check_groups(groups: ArrayLike | None) -> IntArray | None:
    """Return groups numbered 0 to G - 1, int64 [N]; None when there are none or each example is its own group."""
    if groups is None:
        return None
    unique, index = np.unique(np.asarray(groups), return_inverse=True)
    # Each alone: intervals by group would be those without groups, but for the noise of their own method.
    if len(unique) == len(index):
        return None
    return index.reshape(-1).astype(np.int64)


def check_names(names: Sequence[str] | None, *, n: int) -> list[str]:
    """Return one name per example: the given ones, else "example 0", "example 1", ..."""
    return [f"example {i}" for i in range(n)] if names is None else [str(name) for name in names]


def check_indices(indices: ArrayLike | None, *, n: int) -> NDArray[np.int64]:
    """Return [n] each example's index in the dataset: the given ones, else 0, 1, ..."""
    return np.arange(n) if indices is None else np.asarray(indices, dtype=np.int64)


def _shown(row: NDArray[Any]) -> str:
    shown = ", ".join(f"{value:.3g}" for value in row[:4])
    return f"[{shown}{', ...' if len(row) > 4 else ''}]"
