"""Text without labels, which goes on and on: windows of it are examples, each predicts a stretch of its own."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pellucid.data.proposals import ProposedSplits
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.texts import TextInputs, digest_text, measure_texts
from pellucid.errors import RecipeError
from pellucid.kinds import NextTarget
from pellucid.records import Decision

BLOCK = 128
"""Characters of a window where nobody says how many."""
FEWEST = 8
MOST = 1 << 16
HELD_BACK = 0.1
"""Share of a text for the test where nobody says how much: a stretch at its end."""


def raw_of_stream(
    pieces: TextInputs, source: Path | str, *, name: str, decisions: Sequence[Decision], block: int = BLOCK
) -> RawDataset:
    """Return the raw dataset of a stream.

    Args:
        pieces: the files, in their order; windows are made of them, none over the end of a file.
        source: what the user named.
        name: of the dataset.
        decisions: how it was read.
        block: characters of a window.

    Raises:
        RecipeError: the block is out of range.
    """
    if not FEWEST <= block <= MOST:
        raise RecipeError(f"--block (block=) is {block:,}.", expected=f"{FEWEST} to {MOST:,} characters of a window.")
    target = NextTarget(block=block)
    starts, stops, spans = window_places(pieces.starts, pieces.lengths, block)
    inputs = pieces.windows(starts, stops - starts, word="window")
    own = pieces.windows(spans[:, 0], spans[:, 1] - spans[:, 0])
    reason = (
        f"each predicts the stretch of {block // 2:,} at its end; the same characters before it are its context "
        "(--block; more for words)"
    )
    return RawDataset(
        name=name,
        source=os.fspath(source),
        input=measure_texts(pieces, form="stream"),
        target=target,
        inputs=inputs,
        targets=spans,
        content=[digest_text(text) for text in own.texts(np.arange(len(spans)))],
        spans=np.stack([spans[:, 0], spans[:, 1] - 1], axis=1),
        pieces=pieces,
        proposed_splits=ProposedSplits(val=HELD_BACK, test=HELD_BACK, reason="the shares that texts are cut at"),
        decisions=[*decisions, Decision(name="block", value=f"windows of {block:,} characters", reason=reason)],
    )


def with_block(raw: RawDataset, block: int) -> RawDataset:
    """Return the raw dataset of a stream with windows of another size.

    Raises:
        RecipeError: it is no stream, or the block is out of range.
    """
    if raw.pieces is None:
        raise RecipeError(
            f"--block (block=) is for a text that is read on and on, and '{raw.name}' is none.", fix="Leave it out."
        )
    others = [one for one in raw.decisions if one.name != "block"]
    pieces = TextInputs.of(raw.pieces)
    return raw_of_stream(pieces, raw.source, name=raw.name, decisions=others, block=block)


def window_places(
    starts: NDArray[np.int64], lengths: NDArray[np.int64], block: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return where windows lie in pieces of text, so that each character but a piece's first is predicted once.

    Windows overlap by half, so that each predicted character has at least half a window before it; only at the
    beginning of a piece, where there is nothing, it has less.

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
