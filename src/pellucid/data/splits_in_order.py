"""Splits of examples that follow one another: the first part is learned from, the last is the test.

Where examples are neighbours in time, or in a text, a random split would put each between two that it resembles, and
the score would tell how well gaps are filled. So the borders are two places on the axis, the same for all series: what
one series does in the test's time may not be learned from another.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pellucid.data.splits import TEST, TRAIN, VAL, Shares
from pellucid.errors import DataError
from pellucid.kinds import SPLITS

CROSSING = -1
"""In place of a split: of an example whose target lies on both sides of a border."""


class Borders(NamedTuple):
    """Where val and test begin on the axis of the spans; a split that there is not begins where the next does."""

    val: int
    test: int


def find_borders(first: int, last: int, shares: Shares) -> Borders:
    """Return where val and test begin.

    Args:
        first, last: the first and the last place of the axis, both inclusive.
        shares: of the axis that val and test are to have, at its end.
    """
    length = last - first + 1
    test = round(length * shares.test)
    val = round(length * shares.val)
    return Borders(val=last + 1 - test - val, test=last + 1 - test)


def split_in_order(spans: NDArray[np.int64], borders: Borders) -> NDArray[np.int8]:
    """Return the split of each example, or `CROSSING`.

    Args:
        spans: [N, 2] first and last place of what each example's target covers.
        borders: of the splits.

    Returns:
        [N] TRAIN, VAL, TEST or CROSSING.
    """
    begins, ends = spans[:, 0], spans[:, 1]
    split = np.full(len(spans), CROSSING, np.int8)
    split[ends < borders.val] = TRAIN
    split[(begins >= borders.val) & (ends < borders.test)] = VAL
    split[begins >= borders.test] = TEST
    return split


def check_filled(split: NDArray[np.int8], wanted: list[int], spans: NDArray[np.int64], *, dataset: str) -> None:
    """Look whether every split that is wanted got an example.

    Args:
        split: [N] of each example, or `CROSSING`.
        wanted: TRAIN, VAL, TEST, or some of them.
        spans: [N, 2] of the examples.
        dataset: its name, for the message.

    Raises:
        DataError: one has none.
    """
    empty = [SPLITS[place] for place in wanted if not (split == place).any()]
    if empty:
        longest = int((spans[:, 1] - spans[:, 0]).max()) + 1
        raise DataError(
            f"'{dataset}' is too short for its splits: {' and '.join(empty)} would hold no example, for each example's "
            f"target covers {longest:,} places of {int(spans.max() - spans.min()) + 1:,}.",
            fix="Give that split a larger share (--val, --test), 0 for none at all, or make what an example covers "
            "shorter.",
        )
