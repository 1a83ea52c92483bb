"""Texts that are read on and on: windows of them as examples, each with a stretch of its own to be predicted."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pellucid.data.draft import Draft
from pellucid.data.texts import TextInputs, digest_text, measure_texts
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import NextTarget
from pellucid.records import Decision

BLOCK = 128
"""Characters of a window where nobody says how many."""
FEWEST = 8
MOST = 1 << 16
HELD_BACK = 0.1
"""Share of a text for the test where nobody says how much: a stretch at its end."""


def stream_draft(
    pieces: Sequence[str], *, name: str, source: str, block: int | None = None, names: Sequence[str] | None = None
) -> Draft:
    """Return texts as windows whose next tokens are to be predicted.

    Args:
        pieces: the texts, e.g. a file each; no window reaches from one into the next.
        name: of the dataset.
        source: where it comes from.
        block: characters of a window; None for the usual number.
        names: of the pieces.

    Raises:
        RecipeError: the block is out of range.
        DataError: there is no text, or too little of it.
    """
    size = BLOCK if block is None else block
    if not FEWEST <= size <= MOST:
        raise RecipeError(f"--block (block=) is {size:,}.", expected=f"{FEWEST} to {MOST:,} characters of a window.")
    whole = TextInputs.of_texts(pieces, names=names)
    total = int(whole.lengths.sum())
    target = NextTarget(block=size)
    if total == 0:
        raise DataError(f"'{name}' is empty.", expected="A text to be read on and on.")
    starts, stops, spans = window_places(whole.starts, whole.lengths, size)
    target.check(np.array([[0, total]]), dataset=name)
    inputs = whole.windows(starts, stops - starts, word="window")
    own = whole.windows(spans[:, 0], spans[:, 1] - spans[:, 0])
    reason = (
        f"each predicts the stretch of {size // 2:,} at its end; the same characters before it are its context "
        "(--block; more for words)"
    )
    return Draft(
        name=name,
        source=source,
        input=measure_texts(whole, form="stream"),
        target=target,
        inputs=inputs,
        targets=spans,
        content=[digest_text(text) for text in own.texts(np.arange(len(spans)))],
        spans=np.stack([spans[:, 0], spans[:, 1] - 1], axis=1),
        block=size,
        test_share=HELD_BACK,
        decisions=[Decision(name="block", value=f"windows of {size:,} characters", reason=reason)],
    )


def window_places(
    starts: NDArray[np.int64], lengths: NDArray[np.int64], block: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return where windows lie in pieces of text, so that each character but a piece's first is predicted once.

    Windows overlap by half, so that each predicted character has at least half a window before it. Only at the beginning
    of a piece, where there is nothing before it, it has less.

    Args:
        starts, lengths: [P] of the pieces.
        block: characters of a window, at least 2.

    Returns:
        [N] where windows begin and [N] where they end (exclusive), and [N, 2] from where to where each predicts.
    """
    half = block // 2
    begins, ends, own = [], [], []
    for start, length in zip(starts.tolist(), lengths.tolist(), strict=True):
        if length < 2:
            continue
        stop = start + length
        stops = np.arange(start + min(block, length), stop + half, half, dtype=np.int64)
        stops = np.minimum(stops, stop)
        stops = np.unique(stops)
        before = np.concatenate([[start + 1], stops[:-1]])
        begins.append(np.maximum(stops - block, start))
        ends.append(stops)
        own.append(np.stack([before, stops], axis=1))
    if not own:
        return (np.zeros(0, np.int64),) * 2 + (np.zeros((0, 2), np.int64),)
    return np.concatenate(begins), np.concatenate(ends), np.concatenate(own)
