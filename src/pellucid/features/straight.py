"""Whether a straight border can tell two classes apart, and where it cannot, why not: rows that anybody can check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
MOST_ROWS, MOST_COLUMNS = 2_000, 50
"""Of a table that is looked at: more would take long, and seldom be apart."""


@dataclass(frozen=True)
class Crossing:
    """A point that lies among the examples of both classes, so that no straight border has them on two sides.

    Attributes:
        point: [D], the mean of the first class's rows by their weights, and of the second's by theirs.
        rows: of each class the places of its rows that make it, a few.
        weights: of each class their shares, which sum to 1.
    """

    point: Floats
    rows: tuple[NDArray[np.int64], NDArray[np.int64]]
    weights: tuple[Floats, Floats]


def find_crossing(places: Floats, classes: NDArray[np.int64]) -> Crossing | None:
    """Return a point in the convex hulls of both classes; None where a straight border has them on two sides.

    Two finite sets can be told apart by a plane exactly where their convex hulls do not meet (separating hyperplane
    theorem); whether they meet is a linear program, whose basic solutions name at most D + 2 rows.

    Args:
        places: [n, D], of both classes.
        classes: [n], 0 or 1.
    """
    from scipy.optimize import linprog

    first, second = (np.flatnonzero(classes == kind) for kind in (0, 1))
    if not len(first) or not len(second):
        return None
    count = len(first) + len(second)
    scale = np.maximum(np.abs(places).max(axis=0), 1e-300)
    # Columns are points. Rows ask that each class's shares sum to 1, and that both classes' mixed points are the same:
    # a place in both convex hulls, if there is one. Nothing is minimised, so any solution will do.
    wanted = np.zeros((places.shape[1] + 2, count))
    wanted[0, : len(first)] = 1
    wanted[1, len(first) :] = 1
    wanted[2:] = np.concatenate([places[first] / scale, -places[second] / scale]).T
    found = linprog(np.zeros(count), A_eq=wanted, b_eq=[1, 1, *np.zeros(places.shape[1])], method="highs-ds")
    if not found.success or found.x is None:
        return None
    # The solver may miss 0 by its tolerance.
    shares = np.clip(found.x, 0, None)
    parts = (shares[: len(first)], shares[len(first) :])
    used = tuple(np.flatnonzero(part > 1e-9) for part in parts)
    point = parts[0] @ places[first]
    return Crossing(point, (first[used[0]], second[used[1]]), (parts[0][used[0]], parts[1][used[1]]))


def say_crossing(crossing: Crossing, places: Floats, names: Sequence[str], columns: Sequence[str]) -> str:
    """Return why no straight border tells two classes apart, in two sentences.

    Args:
        crossing: of the two classes.
        places: [n, D], in the data's own units.
        names: of the two classes.
        columns: names of the D columns.
    """
    what = "line" if len(columns) == 2 else "point" if len(columns) == 1 else "plane"
    sides = [
        f"{_mixed(places[rows], weights)} {'are' if len(rows) > 1 else 'is'} '{name}'"
        for rows, weights, name in zip(crossing.rows, crossing.weights, names, strict=True)
    ]
    middle = crossing.weights[0] @ places[crossing.rows[0]]
    return (
        f"No straight {what} has the two classes on its two sides, so neither a perceptron nor any other single layer "
        f"learns them, however long it tries. Here is why: of ({', '.join(columns)}), {sides[0]}, and {sides[1]}; "
        f"each side has the same middle, {_place(middle)}, which would have to lie on both sides. A hidden layer "
        "can do it (--model mlp)."
    )


def _mixed(rows: Floats, weights: Floats) -> str:
    """Return rows in words, with their shares where these differ."""
    if np.allclose(weights, weights[0], atol=1e-6):
        return " and ".join(map(_place, rows))
    return " and ".join(f"{share:.0%} {_place(row)}" for row, share in zip(rows, weights, strict=True))


def _place(row: Floats) -> str:
    return f"({', '.join(f'{value:.4g}' for value in row)})"
