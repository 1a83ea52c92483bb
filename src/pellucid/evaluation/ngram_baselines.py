"""Beside a language model stand models that count: the n-grams of the same training text."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, TextInputs
from pellucid.evaluation.simple import Method
from pellucid.kinds import SplitName
from pellucid.ngrams import Counts, Smoothing, count_ngrams, smooth
from pellucid.preprocessing import Preprocessing, TextPreprocessing, TokenStream, count_own

LONGEST = 6
RIVALS: tuple[tuple[str, int, Smoothing], ...] = (
    ("unigram", 1, "kneser-ney"),
    ("trigram, Kneser-Ney", 3, "kneser-ney"),
    ("5-gram, Witten-Bell", 5, "witten-bell"),
    ("6-gram, Kneser-Ney", 6, "kneser-ney"),
    ("6-gram, modified Kneser-Ney", 6, "modified-kneser-ney"),
)
_SMOOTHED = {
    "kneser-ney": "smoothed by Kneser and Ney",
    "modified-kneser-ney": "smoothed by Kneser and Ney as Chen and Goodman modified it",
    "witten-bell": "smoothed by Witten and Bell",
}


def ngram_methods(dataset: Dataset, preprocessing: Preprocessing, split: SplitName, *, width: int) -> list[Method]:
    """Return n-gram models of the training text, which answer the tokens that a language model is scored at.

    Args:
        dataset: a stream of text.
        preprocessing: of the run: its tokens are counted.
        split: what is answered.
        width: T, tokens of a window at most.
    """
    given, inputs = TextPreprocessing.of(preprocessing), TextInputs.of(dataset.inputs)
    passages = passages_of(given, dataset, dataset.splits["train"])
    counts = count_ngrams(passages, order=LONGEST, vocabulary=given.size)
    asked = dataset.splits[split]
    windows = TokenStream.read(given, inputs, asked).windows(inputs, asked, given.longest)
    own = count_own(given, inputs, asked, np.asarray(dataset.targets[asked]))
    return [
        Method(name, partial(_surprises, counts, order, smoothing, windows[:, :width], own))
        for name, order, smoothing in RIVALS
    ]


def passages_of(given: TextPreprocessing, dataset: Dataset, indices: NDArray[np.int64]) -> list[NDArray[np.int64]]:
    """Return the tokens below some windows of a stream, a piece for each stretch without a gap."""
    inputs = TextInputs.of(dataset.inputs)
    stream = TokenStream.read(given, inputs, indices)
    order = np.argsort(inputs.starts[indices], kind="stable")
    starts, lengths = inputs.starts[indices][order], inputs.lengths[indices][order]
    reached = np.maximum.accumulate(starts + lengths)
    cuts = np.searchsorted(stream.starts, starts[1:][starts[1:] >= reached[:-1]])
    return [part.astype(np.int64) for part in np.split(stream.ids, cuts) if len(part)]


def _surprises(
    counts: Counts, order: int, smoothing: Smoothing, windows: NDArray[np.int32], own: NDArray[np.int64]
) -> tuple[NDArray[Any], str]:
    """Return [N, T] surprises in nats, NaN of tokens that are not a window's own, and what the method is."""
    smoothed = smooth(Counts(counts.vocabulary, counts.levels[:order]), smoothing, impossible=(0,))
    tokens = windows.astype(np.int64)
    nodes = smoothed.counts.nodes(tokens)
    flat = [found[:, :-1].reshape(-1) for found in nodes]
    given = smoothed.probabilities(tokens.reshape(-1), flat).reshape(tokens.shape)
    ends = (tokens != 0).sum(1, keepdims=True)
    places = np.arange(tokens.shape[1])[None, :]
    is_own = (places >= ends - own[:, None]) & (places < ends) & (places > 0)
    surprises = np.where(is_own, -np.log(np.where(is_own, given, 1.0)), np.nan)
    before = "no token before it" if order == 1 else f"the {order - 1} tokens before it" if order > 2 else "one token"
    return surprises, f"Counts of the training text, {_SMOOTHED[smoothing]}: each token from {before}."
