"""Sums, products and means of values, and the softmax."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import Tensor

from pellucid.trace.arithmetic import Factor, Floats
from pellucid.trace.call import Call, Explained, Position, broadcast, floats, number, one

SOFTMAX = "exp(logit - largest) / sum of exp(logits - largest)"


def explain_sum_of_two(call: Call, at: Position) -> Explained:
    """Return the two values of an addition or subtraction (a residual connection, for instance)."""
    a, b = _two(call, at)
    alpha = number(call.argument("alpha", 1)) * (-1 if call.operator in ("sub", "rsub") else 1)
    first, second = (a, b) if call.operator != "rsub" else (b, a)
    formula = "a + b" if alpha == 1 else "a - b" if alpha == -1 else f"a + {alpha:g} x b"
    terms = np.array([first, alpha * second])
    return Explained(formula, terms, _pair(first, second), labels=("a", "b" if alpha > 0 else "- b"))


def explain_product_of_two(call: Call, at: Position) -> Explained:
    """Return the two values of a multiplication or division."""
    a, b = _two(call, at)
    # As the network has it: Python raises an error where IEEE 754 has an infinity.
    value = a * b if call.operator == "mul" else a / b if b else math.copysign(math.inf, a)
    return Explained("a x b" if call.operator == "mul" else "a / b", one(value), _pair(a, b))


def explain_extreme_of_two(call: Call, at: Position) -> Explained:
    """Return the larger (maximum) or smaller (minimum) of two values."""
    a, b = _two(call, at)
    larger = call.operator == "maximum"
    return Explained(
        "the larger of a and b" if larger else "the smaller of a and b",
        one(max(a, b) if larger else min(a, b)),
        _pair(a, b),
    )


def explain_reduction(call: Call, at: Position) -> Explained:
    """Return the values of a sum, a mean, a largest or a smallest value over some dimensions."""
    inputs = call.args[0]
    window = floats(
        inputs[_spread(inputs, _dims(call, inputs), at, keeps=bool(call.argument("keepdim", False)))]
    ).ravel()
    factors = (Factor("values", window),)
    match call.operator:
        case "mean":
            return Explained(f"sum / {window.size}", window / window.size, factors)
        case "sum":
            return Explained("sum", window, factors)
    value = window.max() if call.operator in ("amax", "max") else window.min()
    where = int(window.argmax() if call.operator in ("amax", "max") else window.argmin())
    return Explained(
        "largest value" if "max" in call.operator else "smallest value",
        one(float(value)),
        factors,
        note=f"number {where} of {window.size}",
    )


def explain_running_sum(call: Call, at: Position) -> Explained:
    """Return the values of a sum that runs along a dimension, up to a place."""
    inputs = call.tensor("self")
    dim = int(call.argument("dim")) % inputs.ndim
    index: tuple[slice | int, ...] = (*at[:dim], slice(0, at[dim] + 1), *at[dim + 1 :])
    summed = floats(inputs[index])
    return Explained("sum of all values up to here", summed, (Factor("values", summed),))


def explain_softmax(call: Call, at: Position) -> Explained:
    """Return the exponentials of a softmax along its dimension, and the share of the one asked for."""
    inputs, dim = call.args[0], int(call.argument("dim"))
    dim %= inputs.ndim
    logits = floats(inputs[(*at[:dim], slice(None), *at[dim + 1 :])])
    exponentials: Floats = np.exp(logits - logits.max())
    place = at[dim]
    if call.operator == "log_softmax":
        value = float(logits[place] - logits.max() - math.log(exponentials.sum()))
        terms = np.array([logits[place] - logits.max(), -math.log(exponentials.sum())])
        labels = ("logit - largest logit", "- log of the sum of exponentials")
        behind = (Factor("logits", logits), Factor("exponentials", exponentials))
        return Explained(
            "logit - largest - log(sum of exp(logits - largest))",
            terms,
            behind,
            labels=labels,
            magnitude=abs(value) + float(np.abs(logits).max()),
        )
    return share_of_exponentials(logits, place)


def share_of_exponentials(logits: Floats, place: int) -> Explained:
    """Return a softmax's value at a place with the exponentials it is made of.

    Args:
        logits: [K].
        place: in 0..K - 1.
    """
    exponentials: Floats = np.exp(logits - logits.max())
    value = float(exponentials[place] / exponentials.sum())
    factors = (
        Factor("logits", logits),
        Factor("exponentials", exponentials),
        Factor("sum", np.array(exponentials.sum())),
    )
    # exp turns an absolute rounding of its argument into a relative one of its value.
    magnitude = value * (1 + float(abs(logits[place] - logits.max())))
    return Explained(SOFTMAX, one(value), factors, magnitude=magnitude)


def _two(call: Call, at: Position) -> tuple[float, float]:
    return tuple(_value(value, at) for value in call.args[:2])  # type: ignore[return-value]


def _value(value: Any, at: Position) -> float:
    return number(value[broadcast(at, value)]) if isinstance(value, Tensor) else float(value)


def _pair(a: float, b: float) -> tuple[Factor, Factor]:
    return Factor("a", np.array(a)), Factor("b", np.array(b))


def _dims(call: Call, inputs: Tensor) -> list[int]:
    given = call.argument("dim")
    if given is None or given == []:
        return list(range(inputs.ndim))
    listed: Sequence[int] = [given] if isinstance(given, int) else given
    return [dim % inputs.ndim for dim in listed]


def _spread(inputs: Tensor, dims: Sequence[int], at: Position, *, keeps: bool) -> tuple[slice | int, ...]:
    """Return the index of all values that were reduced to the one at `at`."""
    places = iter(at)
    index: list[slice | int] = []
    for dim in range(inputs.ndim):
        if dim in dims:
            index.append(slice(None))
            if keeps:
                next(places)
        else:
            index.append(next(places))
    return tuple(index)
