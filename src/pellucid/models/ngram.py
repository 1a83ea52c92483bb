"""A language model that counts: what is learned are the n-grams of the training text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.kinds import Form
from pellucid.models.entry import ModelOptions
from pellucid.models.fitted import Fitted, Fitting
from pellucid.models.going_on import Remembered
from pellucid.models.token_parts import vocabulary_of
from pellucid.ngrams import Counts, Level, Smoothed, Smoothing, count_ngrams, smooth

IMPOSSIBLE = -1e4
"""The logit of a token that never comes: a finite number of which the exponential is 0."""
_PARTS = ("codes", "counts", "begun")


class Ngram(Fitted):
    """Takes [N, t] tokens and gives [N, t V] logarithms of probabilities, as the networks do.

    Args:
        vocabulary: V.
        order: n: a token is predicted from the n - 1 before it.
        smoothing: how counts become probabilities.
    """

    def __init__(self, vocabulary: int, order: int, smoothing: Smoothing) -> None:
        super().__init__()
        self.vocabulary, self.order, self.smoothing = vocabulary, order, smoothing
        self._smoothed: Smoothed | None = None
        # Empty buffers, so that a checkpoint has a place to be read into, whatever its length.
        self._keep(Counts(vocabulary, (Level(*(np.zeros(0, np.int64),) * 3),) * order))

    def fit(self, examples: Fitting) -> None:
        """Count the training text, every token once, however the windows overlap."""
        self._keep(count_ngrams(list(_passages(examples)), order=self.order, vocabulary=self.vocabulary))

    def faults(self, tensors: Mapping[str, Tensor]) -> list[str]:
        """Return what cannot be in a tree of n-grams."""
        return self._counts(tensors).faults()

    def hold(self, tensors: Mapping[str, Tensor]) -> None:
        """Take up counts."""
        self._keep(self._counts(tensors))

    @property
    def smoothed(self) -> Smoothed:
        """The probabilities, made of the counts when they are first asked for."""
        if self._smoothed is None:
            self._smoothed = smooth(self._counts(dict(self.named_buffers())), self.smoothing, impossible=(0,))
        return self._smoothed

    def forward(self, tokens: Tensor) -> Tensor:
        """Return [N, T V] float32 logarithms of the probabilities of the token after each place."""
        nodes = self.smoothed.counts.nodes(tokens.cpu().numpy())
        given = self.smoothed.distributions([found[:, 1:].reshape(-1) for found in nodes])
        logs = np.log(given, out=np.full_like(given, IMPOSSIBLE), where=given > 0)
        return torch.from_numpy(logs.astype(np.float32)).to(tokens.device).reshape(len(tokens), -1)

    def step(self, tokens: Tensor, state: Remembered | None) -> tuple[Tensor, Remembered]:
        """See `GoesOn`; the tokens that the next one is predicted from are remembered."""
        read = tokens if state is None else torch.cat([state[0], tokens], 1)
        read = read[:, -max(1, self.order - 1) :]
        return self(read).reshape(len(read), -1, self.vocabulary)[:, -1], (read,)

    @property
    def _lengths(self) -> range:
        return range(1, self.order + 1)

    def _counts(self, tensors: Mapping[str, Tensor]) -> Counts:
        levels = (
            Level(*(tensors[f"{part}{length}"].cpu().numpy().astype(np.int64) for part in _PARTS))
            for length in self._lengths
        )
        return Counts(self.vocabulary, tuple(levels))

    def _keep(self, counts: Counts) -> None:
        for length, level in zip(self._lengths, counts.levels, strict=True):
            for part in _PARTS:
                self.register_buffer(f"{part}{length}", torch.from_numpy(np.ascontiguousarray(getattr(level, part))))
        self._smoothed = None


def build_ngram(form: Form, outputs: int, options: ModelOptions) -> Ngram:
    """Return a model that has counted nothing yet.

    Raises:
        ModelError: it is asked to read something else than a text.
    """
    return Ngram(vocabulary_of(form, "ngram"), options.order or 6, options.ngram_smoothing or "kneser-ney")


def _passages(examples: Fitting) -> Iterator[NDArray[np.int64]]:
    """Yield the text that examples were cut from, in its order, a piece for each stretch without a gap.

    Of each example the target says how many tokens at its end are its own; those before it are another one's, but for
    the first example of a stretch.
    """
    inputs, own = examples.inputs.numpy(), examples.targets.numpy().reshape(-1)
    lengths = (inputs != 0).sum(axis=1)
    spans = np.arange(len(inputs))[:, None].repeat(2, 1) if examples.spans is None else examples.spans.numpy()
    order = np.argsort(spans[:, 0], kind="stable")
    piece: list[NDArray[np.int64]] = []
    before = -1
    for place in order.tolist():
        length = lengths[place]
        if piece and examples.spans is not None and spans[place, 0] == before + 1:
            piece.append(inputs[place, length - own[place] : length])
        else:
            if piece:
                yield np.concatenate(piece)
            piece = [inputs[place, :length]]
        before = int(spans[place, 1])
    if piece:
        yield np.concatenate(piece)
