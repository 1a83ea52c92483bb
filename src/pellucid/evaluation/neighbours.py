"""The nearest training example of each example, exactly, in bounded memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import free_memory
from pellucid.errors import DataError
from pellucid.evaluation.checking import FloatArray, IntArray

_CHUNK_CELLS = 32_000_000
_MEMORY_SHARE = 0.125
_PAIR_CELLS = 4_000_000


def nearest_neighbours(train_inputs: NDArray[Any], inputs: NDArray[Any]) -> IntArray:
    """Return int64 [N]: the index of the training example with the least Euclidean distance; the lowest of equals.

    Distances come from one matrix product in float32. Those too near to each other for float32 are worked out again in
    float64, so that the answer does not depend on rounding, on the number of threads or on the order of the work.

    Args:
        train_inputs: float32 [M, D], M at least 1.
        inputs: float32 [N, D].

    Raises:
        DataError: shapes that do not fit, numbers that are not finite.
    """
    train, queries = _as_matrix(train_inputs, "train_inputs"), _as_matrix(inputs, "inputs")
    if train.shape[1] != queries.shape[1] or len(train) == 0:
        raise DataError(
            f"train_inputs are {list(train.shape)}, inputs {list(queries.shape)}.",
            expected="The same number of columns, and at least one training example.",
        )
    first = _first_of_equals(train)
    train = train[first]
    # Centred numbers are smaller, and so is the rounding of their products.
    centre = train.mean(axis=0, dtype=np.float64).astype(np.float32)
    train, queries = train - centre, queries - centre
    squares = np.einsum("md,md->m", train, train)
    found = np.empty(len(queries), dtype=np.int64)
    cells = min(_CHUNK_CELLS, int(_MEMORY_SHARE * free_memory()) // train.itemsize)
    rows = max(1, cells // len(train))
    for start in range(0, len(queries), rows):
        block = queries[start : start + rows]
        distances = block @ train.T
        distances *= -2
        distances += squares
        found[start : start + rows] = _settle(distances, block, train, float(squares.max()))
    return np.asarray(first[found])


def _settle(
    distances: NDArray[np.float32], block: NDArray[np.float32], train: NDArray[np.float32], scale: float
) -> IntArray:
    """Return the exact minimum of each row, given float32 distances (less each row's own square)."""
    best: IntArray = distances.argmin(axis=1).astype(np.int64)
    lowest = distances[np.arange(len(block)), best]
    own = np.einsum("nd,nd->n", block, block)
    # Rounding of a float32 product grows about with the square root of its length.
    slack = 4 * np.finfo(np.float32).eps * np.sqrt(block.shape[1]) * (own + scale)
    close = distances <= (lowest + slack)[:, None]
    open_rows = np.flatnonzero(np.count_nonzero(close, axis=1) > 1)
    for row in open_rows.tolist():
        best[row] = _exact_nearest(block[row], train, np.flatnonzero(close[row]))
    return best


def _exact_nearest(query: NDArray[np.float32], train: NDArray[np.float32], candidates: IntArray) -> int:
    rows = max(1, _PAIR_CELLS // train.shape[1])
    distances = [
        _exact_distances(query, train[candidates[start : start + rows]]) for start in range(0, len(candidates), rows)
    ]
    return int(candidates[np.concatenate(distances).argmin()])


def _exact_distances(query: NDArray[np.float32], candidates: NDArray[np.float32]) -> FloatArray:
    differences = candidates.astype(np.float64) - query
    distances: FloatArray = np.einsum("md,md->m", differences, differences)
    return distances


def _first_of_equals(train: NDArray[np.float32]) -> IntArray:
    """Return the indices of the rows that do not occur earlier: equal rows are exact ties, and the first wins them."""
    seen: dict[bytes, int] = {}
    for index, row in enumerate(train):
        seen.setdefault(row.tobytes(), index)
    return np.fromiter(seen.values(), dtype=np.int64, count=len(seen))


def _as_matrix(array: NDArray[Any], name: str) -> NDArray[np.float32]:
    matrix = np.ascontiguousarray(array, dtype=np.float32)
    if matrix.ndim != 2:
        raise DataError(f"{name} has shape {list(matrix.shape)}.", expected="[N, D]: each example flattened to a row.")
    if not np.isfinite(matrix).all():
        raise DataError(f"{name} holds numbers that are not finite.")
    return matrix + 0.0  # -0 and 0 are equal, but not as bytes
