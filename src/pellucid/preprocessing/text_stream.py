"""A stream of text as tokens, and windows of it: cut by characters, so that every token falls to one window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pellucid.data import TextInputs, as_text
from pellucid.preprocessing.text import TextPreprocessing

IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class TokenStream:
    """All tokens of the text that some windows cover, in order.

    Attributes:
        ids: [M] their numbers.
        starts, ends: [M] where each begins and ends (exclusive) in the dataset's characters.
    """

    ids: NDArray[np.int32]
    starts: IntArray
    ends: IntArray

    @classmethod
    def read(cls, given: TextPreprocessing, inputs: TextInputs, indices: IntArray) -> TokenStream:
        """Turn the text below some windows into tokens, each character once."""
        parts = [_read(given, inputs, start, stop) for start, stop in inputs.covered(indices)]
        if not parts:
            return cls(np.zeros(0, np.int32), np.zeros(0, np.int64), np.zeros(0, np.int64))
        ids, starts, ends = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        return cls(ids, starts, ends)

    def first_ending_after(self, places: IntArray) -> IntArray:
        """Return [N] the first token that ends behind each place in the characters."""
        return np.searchsorted(self.ends, places, side="right").astype(np.int64)

    def bounds(self, inputs: TextInputs, indices: IntArray, longest: int | None) -> tuple[IntArray, IntArray]:
        """Return [N] the first token of each window, and the one after its last; of too long ones the end counts."""
        starts, stops = inputs.starts[indices], inputs.starts[indices] + inputs.lengths[indices]
        first = np.searchsorted(self.starts, starts, side="left").astype(np.int64)
        last = self.first_ending_after(stops)
        return first if longest is None else np.maximum(first, last - longest), last

    def windows(self, inputs: TextInputs, indices: IntArray, longest: int) -> NDArray[np.int32]:
        """Return [N, longest] the tokens of windows, padded with 0 at the end."""
        first, last = self.bounds(inputs, indices, longest)
        reached = first[:, None] + np.arange(longest)
        is_there = reached < last[:, None]
        ids = self.ids[np.minimum(reached, max(0, len(self.ids) - 1))]
        return np.where(is_there, ids, 0).astype(np.int32)


def encode_windows(given: TextPreprocessing, inputs: TextInputs, indices: IntArray) -> NDArray[np.generic]:
    """Return [N, T] the tokens of windows of a stream, in the preprocessing's own type."""
    indices = np.asarray(indices, np.int64)
    stream = TokenStream.read(given, inputs, indices)
    return stream.windows(inputs, indices, given.longest).astype(given.prepared_dtype)


def count_own(given: TextPreprocessing, inputs: TextInputs, indices: IntArray, spans: IntArray) -> IntArray:
    """Return [N] how many tokens at the end of each window end within its own stretch.

    Args:
        given: how texts become tokens.
        inputs: of the dataset.
        indices: [N] of the windows.
        spans: [N, 2] from where to where each one's own stretch reaches, in characters; it ends where the window does.
    """
    indices = np.asarray(indices, np.int64)
    stream = TokenStream.read(given, inputs, indices)
    first, last = stream.bounds(inputs, indices, given.longest)
    own: IntArray = last - np.maximum(stream.first_ending_after(spans[:, 0]), first)
    return np.clip(own, 0, np.maximum(last - first - 1, 0))


def longest_window(given: TextPreprocessing, inputs: TextInputs, indices: IntArray) -> int:
    """Return how many tokens the fullest of some windows holds, at least 2."""
    first, last = TokenStream.read(given, inputs, indices).bounds(inputs, np.asarray(indices, np.int64), None)
    return max(2, int((last - first).max(initial=2)))


def _read(
    given: TextPreprocessing, inputs: TextInputs, start: int, stop: int
) -> tuple[NDArray[np.int32], IntArray, IntArray]:
    text = as_text(inputs.characters[start:stop])
    ids = given.ids(text).astype(np.int32)
    spans = np.array(given.spans(text), np.int64).reshape(-1, 2) + start
    return ids, spans[:, 0], spans[:, 1]
