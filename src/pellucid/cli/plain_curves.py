"""Curves in plain characters: t for training, v for validation, x where both fall on one place."""

from __future__ import annotations

import math
from collections.abc import Sequence

Values = Sequence[float | None]


def draw_curves(title: str, train: Values, val: Values, *, width: int, height: int = 8) -> list[str]:
    """Return lines of text: a title, then a frame with one mark per epoch, or per few epochs where there are many.

    Args:
        title: of the curves.
        train: a value per epoch; None where there is none.
        val: alike.
        width: of every line in characters, the scale on the left included; 24 at least.
        height: lines of the frame.
    """
    finite = [value for value in (*train, *val) if value is not None and math.isfinite(value)]
    if not finite:
        return [title, "  no finite values yet"]
    low, high = min(finite), max(finite)
    labels = (f"{high:.4g}", f"{low:.4g}")
    left = max(len(label) for label in labels)
    columns = max(8, width - left - 2)
    rows = [[" "] * columns for _ in range(height)]
    num_epochs = max(len(train), len(val))
    for values, mark in ((train, "t"), (val, "v")):
        for column, value in _columns(values, num_epochs, columns):
            share = (value - low) / (high - low) if high > low else 0.5
            row = rows[height - 1 - round(share * (height - 1))]
            row[column] = mark if row[column] in (" ", mark) else "x"
    scale = [labels[0], *[""] * (height - 2), labels[1]]
    frame = [f"{label:>{left}} |{''.join(row).rstrip()}" for label, row in zip(scale, rows, strict=True)]
    used = min(num_epochs, columns)
    last = str(num_epochs) if used > len(str(num_epochs)) else ""
    return [title, *frame, f"{'':>{left}} +{'-' * columns}", f"{'':>{left}}  1{last:>{max(used - 1, 0)}}".rstrip()]


def _columns(values: Values, num_epochs: int, columns: int) -> list[tuple[int, float]]:
    """Return (column, value): an epoch a column while they fit, then the last epoch of those that share one."""
    places: dict[int, float] = {}
    for epoch, value in enumerate(values):
        if value is not None and math.isfinite(value):
            places[epoch if num_epochs <= columns else epoch * columns // num_epochs] = value
    return list(places.items())
