"""Dense layers and products of matrices: a row times a column."""

from __future__ import annotations

import numpy as np
from torch import Tensor

from pellucid.trace.arithmetic import Factor, Floats
from pellucid.trace.call import Call, Explained, Position, broadcast, floats, number


def explain_linear(call: Call, at: Position) -> Explained:
    """Return the products of linear(input [..., D], weight [O, D], bias [O]) at (..., output)."""
    inputs, weight, bias = call.tensor("input"), call.tensor("weight"), call.argument("bias")
    return _row_times_column(
        inputs[at[:-1]], weight[at[-1]], None if bias is None else number(bias[at[-1]]), ("input", "weight")
    )


def explain_addmm(call: Call, at: Position) -> Explained:
    """Return the products of addmm(self, mat1 [N, D], mat2 [D, O]) at (row, column)."""
    added, left, right = call.tensor("self"), call.tensor("mat1"), call.tensor("mat2")
    alpha, beta = number(call.argument("alpha", 1)), number(call.argument("beta", 1))
    offset = beta * number(added[broadcast(at, added)])
    return _row_times_column(left[at[0]] * alpha, right[:, at[1]], offset, ("input", "weight"))


def explain_matmul(call: Call, at: Position) -> Explained:
    """Return the products of a (batched, broadcast) matrix product at (..., row, column)."""
    left, right = (value for value in call.args[:2])
    place = list(at)
    column = place.pop() if right.ndim > 1 else None
    row = place.pop() if left.ndim > 1 else None
    batch = tuple(place)
    a = left[broadcast(batch, _batch_of(left))] if left.ndim > 2 else left
    b = right[broadcast(batch, _batch_of(right))] if right.ndim > 2 else right
    return _row_times_column(
        a if row is None else a[row], b if column is None else b[:, column], None, ("left row", "right column")
    )


def _batch_of(matrix: Tensor) -> Tensor:
    """Return something with the batch dimensions of a stack of matrices alone."""
    return matrix[..., 0, 0]


def _row_times_column(row: Tensor, column: Tensor, offset: float | None, names: tuple[str, str]) -> Explained:
    a, b = floats(row), floats(column)
    terms: Floats = a * b
    factors = [Factor(names[0], a), Factor(names[1], b)]
    if offset is not None:
        terms = np.append(terms, offset)
        factors.append(Factor("bias", np.array(offset)))
    return Explained(f"sum of {names[0]} x {names[1]}" + ("" if offset is None else ", + bias"), terms, tuple(factors))
