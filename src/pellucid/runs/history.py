"""One epoch of a training in numbers: a line of metrics.jsonl."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, cast

from pellucid.errors import RunError

EpochRow = dict[str, float]
"""One line of metrics.jsonl: "epoch", "train_loss", "val_loss", "learning_rate", "seconds", ... -> number."""

MOST_EPOCHS = 10**9
_MOST_NAME = 200
_MOST_WHOLE = 2**53
_NOT_FINITE = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
"""Words that stand for these numbers where a file is kept to what JSON has."""


def read_row(data: Any, *, source: str) -> EpochRow:
    """Read an epoch's row: an object of numbers, among them "epoch", a whole one from 1 on.

    Args:
        data: what a line of JSON held.
        source: the file, for the message.

    Raises:
        RunError: it is no such row.
    """
    if not isinstance(data, dict):
        raise RunError(f"'{source}' is damaged: a line holds no epoch.", expected="One JSON object per line.")
    row: EpochRow = {}
    for name, value in data.items():
        number = _NOT_FINITE.get(value) if isinstance(value, str) else value
        is_number = isinstance(number, float) or (isinstance(number, int) and abs(number) <= _MOST_WHOLE)
        if len(name) > _MOST_NAME or isinstance(number, bool) or not is_number:
            raise RunError(f"'{source}' is damaged: '{name[:60]}' holds no number.", expected="Numbers by their names.")
        row[name] = cast(float, number)
    epoch = row.get("epoch", 0)
    if not 1 <= epoch <= MOST_EPOCHS or epoch != int(epoch):
        raise RunError(f"'{source}' is damaged: a line has no number of its epoch.", expected="1 or more, as 'epoch'.")
    return row


def check_order(epochs: Sequence[Any], *, source: str) -> None:
    """Look whether each epoch comes once, the earlier ones first: so a training writes them, also one that was resumed.

    Args:
        epochs: as read; what is no number is not this function's to refuse.
        source: the file, for the message.

    Raises:
        RunError: one comes twice, or before an earlier one.
    """
    numbers = [epoch for epoch in epochs if isinstance(epoch, int | float)]
    for before, after in pairwise(numbers):
        if after <= before:
            raise RunError(
                f"'{source}' is damaged: epoch {after:g} comes after epoch {before:g}.",
                expected="Each epoch once, in their order.",
            )
